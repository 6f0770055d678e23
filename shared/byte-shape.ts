import { expectKey, isKey } from './expected-key.ts';
import type { ExpectedKey } from './expected-key.ts';
import { pointerTo, unescapeToken } from './json-pointer.ts';
import { ANY_KIND, KINDS, type Shape } from './shape.ts';

/** What a walk over bytes asks of a value: a `Shape`, turned into tables. */
export interface ByteValue {
  /** The bits of the kinds that it may have. */
  readonly kinds: number;
  /** Undefined where nothing is asked of an object's fields: it need only be JSON. */
  readonly object: ByteObject | undefined;
  readonly items: ByteValue | undefined;
}

export interface ByteObject {
  /** Comes before an object's first field, and stands for none itself. */
  readonly head: ByteField;
  /** The fields by the hash of their keys, in chains. */
  readonly buckets: readonly (ByteField | undefined)[];
  /** The bits of the fields that must be there. */
  readonly required: number;
  /** Of each of these lists, one at least must hold. */
  readonly choices: readonly (readonly Presence[])[];
  /** Whether anything inside is noted. */
  readonly holdsSlots: boolean;
  /** JSON pointer to the object, where its fields are named and others are to be told; else undefined. */
  readonly pointer: string | undefined;
}

export interface ByteField extends ByteValue {
  readonly key: ExpectedKey;
  /** Tells in an object that the field has been met; 0 where nobody asks. */
  readonly bit: number;
  /** Where the walk notes what the field holds; -1 for nowhere. */
  readonly slot: number;
  /** JSON pointer to a field that is noted and yet has not been seen by the schema. */
  readonly unseenAs: string | undefined;
  /** The next in the chain of its bucket. */
  readonly sibling: ByteField | undefined;
  /** The field that followed last time, and will nearly always follow again. It is only ever a guess. */
  next: ByteField | undefined;
}

/** The bits of fields that must be there, and of those that must not. */
export interface Presence {
  readonly required: number;
  readonly forbidden: number;
}

/** The pointers to what is noted, by their tokens. */
interface SlotTree {
  slot: number;
  readonly children: Map<string, SlotTree>;
}

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
const NO_SLOTS: SlotTree = { slot: -1, children: new Map() };

/**
 * Turns a shape into tables; what the JSON pointer `noted[i]` points to is noted in slot `i`. The tables take less than
 * the shape where they cannot express it, and never more.
 */
export function compileShape(shape: Shape | undefined, noted: readonly string[]): ByteValue {
  return compileValue(shape ?? ANYTHING, slotTree(noted), '');
}

function slotTree(pointers: readonly string[]): SlotTree {
  const root: SlotTree = { slot: -1, children: new Map() };
  for (const [slot, pointer] of pointers.entries()) {
    let node = root;
    for (const token of pointer.split('/').slice(1).map(unescapeToken)) {
      const child: SlotTree = node.children.get(token) ?? { slot: -1, children: new Map() };
      node.children.set(token, child);
      node = child;
    }
    node.slot = slot;
  }
  return root;
}

function compileValue(shape: Shape, slots: SlotTree, pointer: string): ByteValue {
  const { fields, required, choices, items } = shape;
  const asksForFields = fields.size + required.length + choices.length + slots.children.size > 0;
  return {
    // Only of objects can the tables say what a choice asks.
    kinds: choices.length > 0 ? shape.kinds & KINDS.object : shape.kinds,
    object: asksForFields ? compileObject(shape, slots, pointer) : undefined,
    items: items && compileValue(items, NO_SLOTS, `${pointer}/*`),
  };
}

function compileObject(shape: Shape, slots: SlotTree, pointer: string): ByteObject {
  const bits = new Map([...namesThatCount(shape, slots)].map((name, i) => [name, 1 << i]));
  const bitsOf = (names: readonly string[]) => names.reduce((all, name) => all | (bits.get(name) ?? 0), 0);
  return {
    ...compileFields(shape, slots, bits, pointer),
    required: bitsOf(shape.required),
    // A list of nothing never holds: where there are too few bits no object fits.
    choices: bits.size > MAX_BITS ? [[]] : shape.choices.map((parts) => presences(parts, bitsOf)),
    holdsSlots: slots.children.size > 0,
    pointer: shape.fields.size > 0 ? pointer : undefined,
  };
}

/** The fields that must be told to be there, or to be there once: of those that are noted the last would count. */
function namesThatCount(shape: Shape, slots: SlotTree): ReadonlySet<string> {
  const inChoices = shape.choices.flat().flatMap(({ required, fields }) => [...required, ...fields.keys()]);
  return new Set([...slots.children.keys(), ...shape.required, ...inChoices]);
}

/** Of a choice's parts those that ask for presence alone; without the others fewer objects fit. */
function presences(parts: readonly Shape[], bitsOf: (names: readonly string[]) => number): Presence[] {
  return parts.filter(asksForPresence).map(({ required, fields }) => {
    const forbidden = [...fields].filter(([, field]) => field.kinds === 0).map(([name]) => name);
    return { required: bitsOf(required), forbidden: bitsOf(forbidden) };
  });
}

function asksForPresence({ kinds, fields, choices }: Shape): boolean {
  return (kinds & KINDS.object) !== 0 && choices.length === 0 && [...fields.values()].every(isAllOrNothing);
}

function isAllOrNothing({ kinds, isKindOnly }: Shape): boolean {
  return kinds === 0 || (kinds === ANY_KIND && isKindOnly);
}

function compileFields(
  shape: Shape,
  slots: SlotTree,
  bits: ReadonlyMap<string, number>,
  pointer: string,
): Pick<ByteObject, 'head' | 'buckets'> {
  const names = new Set([...shape.fields.keys(), ...bits.keys()]);
  const buckets = Array.from<ByteField | undefined>({ length: bucketCount(names.size) });
  for (const name of names) {
    const key = expectKey(name);
    const bucket = hash(key.quoted, 0, key.quoted.length) & (buckets.length - 1);
    const inside = slots.children.get(name) ?? NO_SLOTS;
    const field = shape.fields.get(name);
    const path = pointerTo(pointer, name);
    buckets[bucket] = makeField(key, compileValue(field ?? ANYTHING, inside, path), {
      bit: bits.get(name) ?? 0,
      slot: inside.slot,
      unseenAs: field || shape.fields.size === 0 ? undefined : path,
      sibling: buckets[bucket],
    });
  }
  const head = makeField(expectKey(''), compileValue(ANYTHING, NO_SLOTS, ''), NO_PLACE);
  return { head, buckets };
}

const NO_PLACE = { bit: 0, slot: -1, unseenAs: undefined, sibling: undefined };

/** All fields are made here and alike, or the walk would have several layouts of objects to tell apart. */
function makeField(
  key: ExpectedKey,
  { kinds, object, items }: ByteValue,
  { bit, slot, unseenAs, sibling }: Pick<ByteField, 'bit' | 'slot' | 'unseenAs' | 'sibling'>,
): ByteField {
  return { kinds, object, items, key, bit, slot, unseenAs, sibling, next: undefined };
}

/** The field whose key stands, quotes and all, between `start` and `end`, and holds no escapes. */
export function findField(
  { buckets }: ByteObject,
  bytes: Uint8Array,
  start: number,
  end: number,
): ByteField | undefined {
  let field = buckets[hash(bytes, start, end) & (buckets.length - 1)];
  while (field !== undefined && !isKey(field.key, bytes, start, end)) field = field.sibling;
  return field;
}

/** A power of two, so that a mask picks a bucket, and twice as many as fields, so that chains are short. */
function bucketCount(fields: number): number {
  return 2 ** Math.ceil(Math.log2(2 * fields + 1));
}

/** Length and three letters tell the fields of most objects apart. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  const first = bytes[start + 1] as number;
  const middle = bytes[start + (length >> 1)] as number;
  const last = bytes[end - 2] as number;
  return 31 * length + 7 * first + 3 * middle + last;
}
