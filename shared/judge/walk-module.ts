import { readFileSync } from 'node:fs';

import { GENERATED } from '../generated.ts';

/** Where something lies in the module's memory. */
export type Address = number;

interface Constant {
  readonly value: number;
}

/** What `assembly/module.ts` exports. Tables are made of others, from the inside to the outside; 0 stands for none. */
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
  newValue(kinds: number, fields: Address, items: Address): Address;
  newFields(buckets: number, required: number, holdsSlots: boolean, pointer: number): Address;
  /** The key, `"name":`, is copied from the beginning of the window. */
  addField(
    fields: Address,
    keyLength: number,
    value: Address,
    bit: number,
    slot: number,
    unseenAs: number,
  ): void;
  newChoice(fields: Address): Address;
  addPresence(choice: Address, required: number, forbidden: number): void;
  forget(): void;
  walk(start: Address, value: Address): Address;
  gather(start: Address, value: Address, keySlot: number, timeSlot: number, limit: Address): Address;
}

/** Of Node; TypeScript knows it of browsers only. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, object>>,
  ) => { readonly exports: WalkModule };
};

let compiled: object | undefined;

/** With a memory of its own. */
export function openWalkModule(): WalkModule {
  compiled ??= new WebAssembly.Module(readFileSync(new URL('walk.wasm', GENERATED)));
  return new WebAssembly.Instance(compiled, { env: { abort } }).exports;
}

/** Called where the memory cannot grow. */
function abort(): never {
  throw new Error('WebAssembly has no memory left for the tables of another schema.');
}
