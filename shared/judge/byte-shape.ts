import { pointerTo, unescapeToken } from '../json/json-pointer.ts';
import { ANY_KIND, KINDS, type Shape } from './shape.ts';
import type { Address } from '../wasm.ts';
import type { WalkModule } from './walk-module.ts';

/** What the tables of a shape are made in, and beside. */
export interface TableMaker {
  readonly module: WalkModule;
  /** Puts a key where the module takes it from, and answers its length. */
  readonly writeKey: (key: string) => number;
  /** The number of a JSON pointer, by which the tables know it. */
  readonly numberOf: (pointer: string) => number;
}

/** The pointers to what is noted, by their tokens. */
interface SlotTree {
  slot: number;
  readonly children: Map<string, SlotTree>;
}

const NOWHERE = -1;
const NONE: Address = 0;

/** What is left of 32 for the sign; no product's objects need so many. */
const MAX_BITS = 31;

const ANYTHING: Shape = {
  kinds: ANY_KIND,
  isKindOnly: true,
  required: [],
  fields: new Map(),
  items: undefined,
  choices: [],
};
const NO_SLOTS: SlotTree = { slot: NOWHERE, children: new Map() };

/**
 * Turns a shape into tables for a walk; what the JSON pointer `noted[i]` points to is noted in slot `i`. The tables take less than
 * the shape where they cannot express it, and never more.
 */
export function compileShape(maker: TableMaker, shape: Shape | undefined, noted: readonly string[]): Address {
  return compileValue(maker, shape ?? ANYTHING, slotTree(noted), '');
}

function slotTree(pointers: readonly string[]): SlotTree {
  const root: SlotTree = { slot: NOWHERE, children: new Map() };
  for (const [slot, pointer] of pointers.entries()) {
    let node = root;
    for (const token of pointer.split('/').slice(1).map(unescapeToken)) {
      const child: SlotTree = node.children.get(token) ?? { slot: NOWHERE, children: new Map() };
      node.children.set(token, child);
      node = child;
    }
    node.slot = slot;
  }
  return root;
}

function compileValue(maker: TableMaker, shape: Shape, slots: SlotTree, pointer: string): Address {
  const { fields, required, choices, items } = shape;
  const asksForFields = fields.size + required.length + choices.length + slots.children.size > 0;
  return maker.module.newValue(
    // Only of objects can the tables say what a choice asks.
    choices.length > 0 ? shape.kinds & KINDS.object : shape.kinds,
    asksForFields ? compileFields(maker, shape, slots, pointer) : NONE,
    items ? compileValue(maker, items, NO_SLOTS, `${pointer}/*`) : NONE,
    choices.length === 0 && shape.kinds !== 0,
  );
}

function compileFields(maker: TableMaker, shape: Shape, slots: SlotTree, pointer: string): Address {
  const { module } = maker;
  const bits = new Map([...namesThatCount(shape, slots)].map((name, i) => [name, 1 << i]));
  const bitsOf = (names: readonly string[]) => names.reduce((all, name) => all | (bits.get(name) ?? 0), 0);
  const names = new Set([...shape.fields.keys(), ...bits.keys()]);
  const table = module.newFields(
    bucketCount(names.size),
    bitsOf(shape.required),
    [...slots.children.keys()].some(mayBeOfArray),
    shape.fields.size > 0 ? maker.numberOf(pointer) : NOWHERE,
  );
  // A list of nothing never holds: where there are too few bits no object fits.
  const choices = bits.size > MAX_BITS ? [[]] : shape.choices;
  for (const parts of choices) addChoice(module, table, parts, bitsOf);
  for (const name of names) {
    const path = pointerTo(pointer, name);
    const field = shape.fields.get(name);
    const inside = slots.children.get(name) ?? NO_SLOTS;
    const value = compileValue(maker, field ?? ANYTHING, inside, path);
    const unseenAs = field || shape.fields.size === 0 ? NOWHERE : maker.numberOf(path);
    module.addField(table, maker.writeKey(name), value, bits.get(name) ?? 0, inside.slot, unseenAs);
  }
  return table;
}

/** Whether a JSON pointer finds something by this token in an array. */
function mayBeOfArray(token: string): boolean {
  return /^\d+$/.test(token) || token === 'length';
}

/** The fields that must be told to be there, or to be there once: of those that are noted the last would count. */
function namesThatCount(shape: Shape, slots: SlotTree): ReadonlySet<string> {
  const inChoices = shape.choices.flat().flatMap(({ required, fields }) => [...required, ...fields.keys()]);
  return new Set([...slots.children.keys(), ...shape.required, ...inChoices]);
}

/** Of a choice's parts those that ask for presence alone; without the others fewer objects fit. */
function addChoice(
  module: WalkModule,
  table: Address,
  parts: readonly Shape[],
  bitsOf: (names: readonly string[]) => number,
): void {
  const onPresence = parts.filter(asksForPresence);
  const choice = module.newChoice(table, parts.length > 0 && onPresence.length === parts.length);
  for (const { required, fields } of onPresence) {
    const forbidden = [...fields].filter(([, field]) => field.kinds === 0).map(([name]) => name);
    module.addPresence(choice, bitsOf(required), bitsOf(forbidden));
  }
}

function asksForPresence({ kinds, fields, choices }: Shape): boolean {
  return (kinds & KINDS.object) !== 0 && choices.length === 0 && [...fields.values()].every(isAllOrNothing);
}

function isAllOrNothing({ kinds, isKindOnly }: Shape): boolean {
  return kinds === 0 || (kinds === ANY_KIND && isKindOnly);
}

/** A power of two, so that a mask picks a bucket, and twice as many as fields, so that chains are short. */
function bucketCount(fields: number): number {
  return 2 ** Math.ceil(Math.log2(2 * fields + 1));
}
