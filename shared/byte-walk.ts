import { findField } from './byte-shape.ts';
import type { ByteField, ByteObject, ByteValue, Presence } from './byte-shape.ts';
import { isExpectedAt } from './expected-key.ts';
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  DOT,
  lastEscape,
  LETTER_E,
  QUOTE,
  readColon,
  readLiteral,
  readNumber,
  readSeparator,
  readString,
  readValue,
  skipSpace,
  SMALL,
} from './json-grammar.ts';
import type { JsonText } from './json-grammar.ts';
import { KINDS } from './shape.ts';
import { addUnseen, noteUnseen, NOTHING_UNSEEN } from './unseen.ts';

// Plain numbers, as in json-grammar.ts.
const STRING = KINDS.string;
const ARRAY = KINDS.array;
const OBJECT = KINDS.object;
const INTEGER = KINDS.integer;
const NUMBER = KINDS.integer | KINDS.fraction;
/** In no shape: what Ajv thinks of such a value only Ajv knows. */
const UNSURE = 128;

/** A number of no more digits, and without an exponent, is finite: the greatest has 309. */
const MAX_LENGTH_OF_NUMBER = 300;

const KIND_BY_FIRST_BYTE = kindsByFirstByte({
  '"': STRING,
  '{': OBJECT,
  '[': ARRAY,
  '-0123456789': NUMBER,
  tf: KINDS.boolean,
  n: KINDS.null,
});

/** What a walk has noted in a slot. */
export const NOTED = {
  nothing: 0,
  string: STRING,
  escapedString: STRING | UNSURE,
  number: NUMBER,
  object: OBJECT,
} as const;

/** Of a record with more keys that nobody has seen, the judge is to say which. */
const MOST_NOTED_KEYS = 64;
const NO_KEY = -1;

const NO_TEXT: JsonText = { bytes: Buffer.alloc(0), view: new DataView(new ArrayBuffer(0)) };

/**
 * Walks over values of a text: checks the grammar, sees whether the values fit their shapes, and notes where those with a
 * slot stand. Its methods answer where a value ends, or -1, as those of json-grammar.ts do.
 */
export class ByteWalk {
  /** Whether all that the last walk came by fits. */
  fits = true;
  /** Where the keys stand that the shapes do not name. Strings are made of them when the walk turns out to be the right one. */
  readonly #unseenStarts = new Int32Array(MOST_NOTED_KEYS);
  readonly #unseenEnds = new Int32Array(MOST_NOTED_KEYS);
  /** Of their objects; of the fields themselves where the key stands nowhere. */
  readonly #unseenPointers: string[] = [];
  /** By slot: one of `NOTED` (or another kind), and where the value stands. */
  readonly noted: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  #bytes = NO_TEXT.bytes;
  #view = NO_TEXT.view;

  constructor(slots: number) {
    this.noted = new Uint8Array(slots);
    this.starts = new Int32Array(slots);
    this.ends = new Int32Array(slots);
  }

  open({ bytes, view }: JsonText): void {
    this.#bytes = bytes;
    this.#view = view;
  }

  /** Walks over the object that begins at `start`, which is asked what `value` asks. */
  walk(start: number, value: ByteValue): number {
    this.fits = true;
    if (this.#unseenPointers.length > 0) this.#unseenPointers.length = 0;
    // A loop, as `fill` is a call out of compiled code that takes longer for so few.
    for (let slot = 0; slot < this.noted.length; slot++) this.noted[slot] = NOTED.nothing;
    return this.#readOther(start, OBJECT, value);
  }

  /**
   * Not in smaller pieces: this and `readString` see every byte of a record, and each call less in the loop is felt.
   * A key that holds escapes, and a second value for a field that counts, are left to others.
   */
  #readObject(start: number, object: ByteObject): number {
    const bytes = this.#bytes;
    const view = this.#view;
    let at = skipSpace(bytes, start + 1);
    let seen = 0;
    let last = object.head;
    if (bytes[at] === CLOSE_BRACE) return this.#endObject(at, object, seen);
    for (;;) {
      let field = last.next;
      if (field !== undefined && isExpectedAt(field.key, view, bytes.length, at)) {
        at += field.key.length;
        if (KIND_BY_FIRST_BYTE[bytes[at] as number] === 0) at = skipSpace(bytes, at);
      } else {
        at = skipSpace(bytes, at);
        const keyEnd = bytes[at] === QUOTE ? readString(bytes, view, at + 1) : -1;
        if (keyEnd === -1 || (lastEscape > at && lastEscape < keyEnd)) return -1;
        field = findField(object, bytes, at, keyEnd);
        if (field !== undefined) last.next = field;
        else if (object.pointer !== undefined) this.#noteUnseen(object.pointer, at, keyEnd);
        at = readColon(bytes, keyEnd);
        if (at === -1) return -1;
      }
      if (field === undefined) {
        at = readValue(bytes, view, at);
      } else {
        if ((seen & field.bit) !== 0) return -1;
        seen |= field.bit;
        at = this.#readField(at, field);
        last = field;
      }
      if (at === -1 || at >= bytes.length) return -1;
      if (bytes[at] !== COMMA) {
        at = skipSpace(bytes, at);
        if (bytes[at] === CLOSE_BRACE) return this.#endObject(at, object, seen);
        if (bytes[at] !== COMMA) return -1;
      }
      at++;
    }
  }

  /** JSON pointers to the fields that the last walk came by and its shapes do not name. */
  get unseen(): readonly string[] {
    if (this.#unseenPointers.length === 0) return NOTHING_UNSEEN;
    const found = new Set<string>();
    for (const [i, pointer] of this.#unseenPointers.entries()) {
      const start = this.#unseenStarts[i] as number;
      if (start === NO_KEY) addUnseen(pointer, found);
      else noteUnseen(pointer, this.#bytes.toString('utf8', start, this.#unseenEnds[i]), found);
    }
    return [...found];
  }

  /** Of a key that stands, quotes and all, between `start` and `end`. */
  #noteUnseen(pointer: string, start: number, end: number): void {
    const i = this.#unseenPointers.length;
    if (i === MOST_NOTED_KEYS) {
      this.fits = false;
      return;
    }
    this.#unseenStarts[i] = start + 1;
    this.#unseenEnds[i] = end - 1;
    this.#unseenPointers.push(pointer);
  }

  #endObject(brace: number, { required, choices }: ByteObject, seen: number): number {
    if ((seen & required) !== required) this.fits = false;
    for (const choice of choices) if (!anyHolds(choice, seen)) this.fits = false;
    return brace + 1;
  }

  #readField(at: number, field: ByteField): number {
    if (field.unseenAs !== undefined) this.#noteUnseen(field.unseenAs, NO_KEY - 1, NO_KEY);
    const kind = KIND_BY_FIRST_BYTE[this.#bytes[at] as number] as number;
    let end;
    if (kind === STRING) {
      if ((field.kinds & STRING) === 0) this.fits = false;
      end = readString(this.#bytes, this.#view, at + 1);
    } else {
      end = this.#readOther(at, kind, field);
    }
    const { slot } = field;
    if (slot !== -1) {
      const isEscaped = kind === STRING && lastEscape > at && lastEscape < end;
      this.noted[slot] = isEscaped ? NOTED.escapedString : kind;
      this.starts[slot] = at;
      this.ends[slot] = end;
    }
    return end;
  }

  /** All but strings, of which records mostly consist. */
  #readOther(at: number, kind: number, value: ByteValue): number {
    const end = this.#readOfKind(at, kind, value);
    const found = kind === NUMBER && end !== -1 ? this.#kindOfNumber(at, end) : kind;
    if ((value.kinds & found) !== found) this.fits = false;
    return end;
  }

  #readOfKind(at: number, kind: number, { object, items }: ByteValue): number {
    const bytes = this.#bytes;
    const view = this.#view;
    switch (kind) {
      case OBJECT:
        return object ? this.#readObject(at, object) : readValue(bytes, view, at);
      case ARRAY:
        // A pointer may point into it, and then the slots inside would have to be told.
        if (object?.holdsSlots) return -1;
        return items ? this.#readArray(at, items) : readValue(bytes, view, at);
      case NUMBER:
        return readNumber(bytes, at);
      default:
        return readLiteral(bytes, view, at);
    }
  }

  #readArray(start: number, items: ByteValue): number {
    const bytes = this.#bytes;
    let at = skipSpace(bytes, start + 1);
    if (bytes[at] === CLOSE_BRACKET) return at + 1;
    for (;;) {
      at = readSeparator(bytes, this.#readItem(at, items));
      if (at === -1) return -1;
      if (bytes[at] === CLOSE_BRACKET) return at + 1;
      if (bytes[at] !== COMMA) return -1;
      at = skipSpace(bytes, at + 1);
    }
  }

  #readItem(at: number, item: ByteValue): number {
    const kind = KIND_BY_FIRST_BYTE[this.#bytes[at] as number] as number;
    if (kind !== STRING) return this.#readOther(at, kind, item);
    if ((item.kinds & STRING) === 0) this.fits = false;
    return readString(this.#bytes, this.#view, at + 1);
  }

  /** `1.0` and `1e2` are integers to JSON Schema: what has a point may be either kind, and must be allowed to be. */
  #kindOfNumber(start: number, end: number): number {
    if (end - start > MAX_LENGTH_OF_NUMBER) return UNSURE;
    let kind: number = INTEGER;
    for (let at = start; at < end; at++) {
      const byte = this.#bytes[at] as number;
      if (byte === DOT) kind = NUMBER;
      if ((byte | SMALL) === LETTER_E) return UNSURE;
    }
    return kind;
  }
}

function anyHolds(choice: readonly Presence[], seen: number): boolean {
  for (const { required, forbidden } of choice) {
    if ((seen & required) === required && (seen & forbidden) === 0) return true;
  }
  return false;
}

function kindsByFirstByte(kindsByBytes: Readonly<Record<string, number>>): Uint8Array {
  const kinds = new Uint8Array(256);
  for (const [bytes, kind] of Object.entries(kindsByBytes)) {
    for (const byte of Buffer.from(bytes)) kinds[byte] = kind;
  }
  return kinds;
}
