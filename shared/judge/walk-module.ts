import { openModule } from '../wasm.ts';
import type { Address, Constant } from '../wasm.ts';

/** What `assembly/walk/module.ts` exports. Tables are made of others, from the inside to the outside; 0 stands for none. */
export interface WalkModule {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** The addresses of what lies in memory from the start. */
  readonly window: Constant;
  readonly kinds: Constant;
  readonly places: Constant;
  readonly resources: Constant;
  readonly unseen: Constant;
  readonly findingsAt: Constant;
  readonly span: Constant;
  readonly ends: Constant;
  readonly keys: Constant;
  readonly keyEnds: Constant;
  readonly scopes: Constant;
  readonly counted: Constant;
  readonly WINDOW_BYTES: Constant;
  readonly SLOTS: Constant;
  readonly SCOPE_BYTES: Constant;
  newValue(kinds: number, fields: Address, items: Address, isByKind: boolean): Address;
  newFields(buckets: number, required: number, holdsItems: boolean, pointer: number): Address;
  /** The key, `"name":`, is copied from the beginning of the window. */
  addField(
    fields: Address,
    keyLength: number,
    value: Address,
    bit: number,
    slot: number,
    unseenAs: number,
  ): void;
  newChoice(fields: Address, isByPresence: boolean): Address;
  addPresence(choice: Address, required: number, forbidden: number): void;
  /** Answers whether it is of ASCII alone; 0 stands for no. */
  open(length: number): number;
  /** A number for the name of a record's category, as far as that can be told; 0 stands for none. */
  guessCategory(start: Address, end: Address): number;
  walk(start: Address, value: Address): Address;
  /** The place of what it tells of a record that does not fit; -1 where it does not tell all. */
  tellMisfits(start: Address, value: Address): number;
  /** The number of the record's tenant or subscription; -1 where it has none, -2 where nobody can say. */
  scopeOfRecord(): number;
  gather(start: Address, value: Address, keySlot: number, timeSlot: number, limit: Address): Address;
}

/** With a memory of its own. */
export function openWalkModule(): WalkModule {
  return openModule('walk') as WalkModule;
}
