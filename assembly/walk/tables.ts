/** @file What a walk asks of values, as tables. They are made once for a schema, and stay. */

/** The text to walk over, and behind it a zero. As much lies behind it as is read at once beyond the end. */
export const WINDOW_BYTES: usize = 1 << 20;
export const window = heap.alloc(WINDOW_BYTES + 64);

/** What is asked of a value. */
@unmanaged
export class Value {
  constructor(
    /** The bits of the kinds that it may have. */
    public kinds: u32,
    /** Null where nothing is asked of an object's fields: it need only be JSON. */
    public object: Fields | null,
    /** Null where nothing is asked of an array's items. */
    public items: Value | null,
    /** Whether a value of none of these kinds has that problem alone. */
    public isByKind: bool,
  ) {}
}

/** A field of an object. */
@unmanaged
export class Field {
  /** Where `"name":` stands, and its length in bytes. */
  key: usize = 0;
  keyLength: usize = 0;
  kinds: u32 = 0;
  object: Fields | null = null;
  items: Value | null = null;
  isByKind: bool = false;
  /** Tells in an object that the field has been met; 0 where nobody asks. */
  bit: u32 = 0;
  /** Where the walk notes what the field holds; -1 for nowhere. */
  slot: i32 = -1;
  /** Number of the JSON pointer of a field that is noted and yet has not been seen by the schema; or -1. */
  unseenAs: i32 = -1;
  /** The next in the chain of its bucket. */
  sibling: Field | null = null;
  /** The field that followed last time, and will nearly always follow again. It is only ever a guess. */
  next: Field | null = null;
  /** The record that it was told of last (misfits.ts). */
  toldIn: u32 = 0;
}

/** What is asked of an object's fields. */
@unmanaged
export class Fields {
  /** Comes before an object's first field, and stands for none itself. */
  head: Field = new Field();
  /** The fields by the hash of their keys: pointers to chains, as many as the mask says and one more. */
  buckets: usize = 0;
  bucketMask: u32 = 0;
  /** The bits of the fields that must be there. */
  required: u32 = 0;
  /** Of each of these lists, one at least must hold. */
  choices: Choice | null = null;
  /** Whether anything inside is noted that an array can hold, too. */
  holdsItems: bool = false;
  /** Number of the JSON pointer to the object, where its fields are named and others are to be told; or -1. */
  pointer: i32 = -1;
}

/** A list of which one must hold, and the list after it. */
@unmanaged
export class Choice {
  presences: Presence | null = null;
  /** The bits of the fields that any of the list asks for. */
  fields: u32 = 0;
  constructor(
    /** Whether what the validator says of it depends on these fields' presence alone. */
    public isByPresence: bool,
    public next: Choice | null,
  ) {}
}

/** The bits of fields that must be there and of those that must not, and the next of the list. */
@unmanaged
export class Presence {
  constructor(
    public required: u32,
    public forbidden: u32,
    public next: Presence | null,
  ) {}
}

/** The field whose key stands, quotes and all, between `start` and `end`, and holds no escapes. */
export function findField(object: Fields, start: usize, end: usize): Field | null {
  const length = end - start;
  let field = load<Field | null>(bucketOf(object, start, length));
  while (field != null && !(field.keyLength == length + 1 && areSame(field.key, start, length)))
    field = field.sibling;
  return field;
}

function bucketOf(object: Fields, key: usize, length: usize): usize {
  return object.buckets + (hash(key, length) & object.bucketMask) * sizeof<usize>();
}

/** Length and three letters tell the fields of most objects apart. */
function hash(key: usize, length: usize): u32 {
  const first = load<u8>(key, 1) as u32;
  const middle = load<u8>(key + (length >> 1)) as u32;
  const last = load<u8>(key + length - 2) as u32;
  return 31 * (length as u32) + 7 * first + 3 * middle + last;
}

/** Of the same bytes, sixteen at a time. It reads beyond their end, but does not look there. */
export function areSame(a: usize, b: usize, length: usize): bool {
  let left = length;
  while (left > 16) {
    if (i8x16.bitmask(i8x16.eq(v128.load(a), v128.load(b))) != 0xffff) return false;
    a += 16;
    b += 16;
    left -= 16;
  }
  const wanted = (1 << (left as i32)) - 1;
  return (i8x16.bitmask(i8x16.eq(v128.load(a), v128.load(b))) & wanted) == wanted;
}

// From here on, how tables are made: from the inside to the outside, as `shared/judge/byte-shape.ts` does.

export function newValue(kinds: u32, object: Fields | null, items: Value | null, isByKind: bool): Value {
  return new Value(kinds, object, items, isByKind);
}

/** Of so many buckets, which are a power of two. */
export function newFields(buckets: u32, required: u32, holdsItems: bool, pointer: i32): Fields {
  const object = new Fields();
  object.buckets = heap.alloc(buckets * sizeof<usize>());
  memory.fill(object.buckets, 0, buckets * sizeof<usize>());
  object.bucketMask = buckets - 1;
  object.required = required;
  object.holdsItems = holdsItems;
  object.pointer = pointer;
  return object;
}

/** The field's key, `"name":`, stands at the beginning of the window. */
export function addField(
  object: Fields,
  keyLength: usize,
  value: Value,
  bit: u32,
  slot: i32,
  unseenAs: i32,
): void {
  const field = new Field();
  field.key = heap.alloc(keyLength);
  memory.copy(field.key, window, keyLength);
  field.keyLength = keyLength;
  field.kinds = value.kinds;
  field.object = value.object;
  field.items = value.items;
  field.isByKind = value.isByKind;
  field.bit = bit;
  field.slot = slot;
  field.unseenAs = unseenAs;
  const bucket = bucketOf(object, field.key, keyLength - 1);
  field.sibling = load<Field | null>(bucket);
  store<Field>(bucket, field);
}

export function newChoice(object: Fields, isByPresence: bool): Choice {
  const choice = new Choice(isByPresence, object.choices);
  object.choices = choice;
  return choice;
}

export function addPresence(choice: Choice, required: u32, forbidden: u32): void {
  choice.presences = new Presence(required, forbidden, choice.presences);
  choice.fields |= required | forbidden;
}
