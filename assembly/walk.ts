/**
 * @file A walk over the values of a text: it checks the grammar, sees whether the values fit their tables, and notes where those with a
 * slot stand. Compiled to WebAssembly, since no JavaScript reads sixteen bytes at once; `shared/judge/byte-walk.ts` is its other half.
 */

import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  forgetEscapes,
  hasExponent,
  hasFraction,
  isEscaped,
  NOWHERE,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  readColon,
  readLiteral,
  readNumber,
  readSeparator,
  readString,
  readValue,
  skipSpace,
} from './grammar';
import { areSame, Choice, Field, Fields, findField, Value } from './tables';

export { addField, addPresence, newChoice, newFields, newValue, window, WINDOW_BYTES } from './tables';

// The bits of `KINDS` in shared/judge/shape.ts.
const NULL: u32 = 1;
const STRING: u32 = 2;
const INTEGER: u32 = 4;
const FRACTION: u32 = 8;
const BOOLEAN: u32 = 16;
const ARRAY: u32 = 32;
const OBJECT: u32 = 64;
/** In no table: what the validator thinks of such a value only the validator knows. With it, too, a string is noted that holds escapes. */
const UNSURE: u32 = 128;

/** A number of no more digits, and without an exponent, is finite: the greatest has 309. */
const MAX_LENGTH_OF_NUMBER: usize = 300;

/** So many slots there are, of whose kinds two vectors are full. */
export const SLOTS: usize = 32;
/** By slot: the kind of what the walk has noted in it, one byte each, 0 for nothing; and the same of the walk before. */
export const kinds = heap.alloc(SLOTS);
const kindsBefore = heap.alloc(SLOTS);

/** Where a value stands. */
@unmanaged
class Place {
  start: usize = 0;
  end: usize = 0;
}
/** By slot. */
export const places = heap.alloc(SLOTS * offsetof<Place>());

/** Of so many slots, the first, it is told too whether they hold the same text as the last time they held any. */
const TEXT_SLOTS: usize = 8;
/** A longer text is always another. */
const LONGEST_TEXT: usize = 256;
/** By slot: the length of its text, and the text. */
const TEXT_BYTES: usize = sizeof<usize>() + LONGEST_TEXT;
const texts = heap.alloc(TEXT_SLOTS * TEXT_BYTES);

/** A key that the tables do not name. */
@unmanaged
class Unseen {
  /** Number of the JSON pointer to its object; to the field itself where the key stands nowhere. */
  pointer: i32 = -1;
  start: usize = NOWHERE;
  end: usize = NOWHERE;
}
/** Of a record with more keys that nobody has seen, the judge is to say which. */
const MOST_UNSEEN = 64;
export const unseen = heap.alloc(MOST_UNSEEN * offsetof<Unseen>());

/** Of the last walk. */
@unmanaged
class Findings {
  /** Whether all that it came by fits. */
  fits: bool = true;
  /** How many keys the tables do not name. */
  unseen: u32 = 0;
  /** The bits of the slots that hold another kind than after the walk before, or another text. */
  changed: u32 = 0;
}
const found = new Findings();
export const findings = changetype<usize>(found);

/** Walks over the object that begins at `start`, which is asked what `value` asks. Answers where it ends, or `NOWHERE`. */
export function walk(start: usize, value: Value): usize {
  found.fits = true;
  found.unseen = 0;
  found.changed = 0;
  memory.copy(kindsBefore, kinds, SLOTS);
  memory.fill(kinds, 0, SLOTS);
  forgetEscapes();
  const isObject = load<u8>(start) == OPEN_BRACE;
  const end = isObject ? readOther(start, value.kinds, value.object, value.items) : NOWHERE;
  found.changed |= changedKinds(0) | (changedKinds(16) << 16);
  return end;
}

function changedKinds(from: usize): u32 {
  return i8x16.bitmask(i8x16.ne(v128.load(kinds + from), v128.load(kindsBefore + from)));
}

/** A key that holds escapes, and a second value for a field that counts, are left to others. */
function readObject(start: usize, object: Fields): usize {
  let at = skipSpace(start + 1);
  let seen: u32 = 0;
  let last = object.head;
  if (load<u8>(at) == CLOSE_BRACE) return endObject(at, object, seen);
  while (true) {
    let field = last.next;
    if (field != null && areSame(field.key, at, field.keyLength)) {
      at = skipSpace(at + field.keyLength);
    } else {
      const keyEnd = load<u8>(at) == QUOTE ? readString(at) : NOWHERE;
      if (keyEnd == NOWHERE || isEscaped(at, keyEnd)) return NOWHERE;
      field = findField(object, at, keyEnd);
      if (field != null) last.next = field;
      else if (object.pointer >= 0) noteUnseen(object.pointer, at + 1, keyEnd - 1);
      at = readColon(keyEnd);
      if (at == NOWHERE) return NOWHERE;
    }
    if (field == null) {
      at = readValue(at);
    } else {
      if (seen & field.bit) return NOWHERE;
      seen |= field.bit;
      at = readField(at, field);
      last = field;
    }
    at = readSeparator(at);
    if (at == NOWHERE) return NOWHERE;
    if (load<u8>(at) != COMMA) return load<u8>(at) == CLOSE_BRACE ? endObject(at, object, seen) : NOWHERE;
    at = skipSpace(at + 1);
  }
}

function endObject(brace: usize, object: Fields, seen: u32): usize {
  if ((seen & object.required) != object.required) found.fits = false;
  let choice = object.choices;
  while (choice != null) {
    if (!anyHolds(choice, seen)) found.fits = false;
    choice = choice.next;
  }
  return brace + 1;
}

function anyHolds(choice: Choice, seen: u32): bool {
  let presence = choice.presences;
  while (presence != null) {
    if ((seen & presence.required) == presence.required && (seen & presence.forbidden) == 0) return true;
    presence = presence.next;
  }
  return false;
}

function readField(at: usize, field: Field): usize {
  if (field.unseenAs >= 0) noteUnseen(field.unseenAs, NOWHERE, NOWHERE);
  if (load<u8>(at) == QUOTE) {
    if ((field.kinds & STRING) == 0) found.fits = false;
    const end = readString(at);
    if (field.slot >= 0) noteSlot(field.slot, isEscaped(at, end) ? STRING | UNSURE : STRING, at, end);
    return end;
  }
  const end = readOther(at, field.kinds, field.object, field.items);
  if (field.slot >= 0) noteSlot(field.slot, kindAt(at), at, end);
  return end;
}

/** All but strings, of which records mostly consist. */
function readOther(at: usize, kinds: u32, object: Fields | null, items: Value | null): usize {
  let kind = kindAt(at);
  let end: usize;
  if (kind == OBJECT) {
    end = object != null ? readObject(at, object) : readValue(at);
  } else if (kind == ARRAY) {
    // A pointer may point into it, and then the slots inside would have to be told.
    if (object != null && object.holdsSlots) return NOWHERE;
    end = items != null ? readArray(at, items) : readValue(at);
  } else if (kind == (INTEGER | FRACTION)) {
    end = readNumber(at);
    kind = kindOfNumber(end - at);
  } else {
    end = readLiteral(at);
  }
  if ((kinds & kind) != kind) found.fits = false;
  return end;
}

function readArray(start: usize, items: Value): usize {
  let at = skipSpace(start + 1);
  if (load<u8>(at) == CLOSE_BRACKET) return at + 1;
  while (true) {
    at = readSeparator(readItem(at, items));
    if (at == NOWHERE) return NOWHERE;
    if (load<u8>(at) == CLOSE_BRACKET) return at + 1;
    if (load<u8>(at) != COMMA) return NOWHERE;
    at = skipSpace(at + 1);
  }
}

function readItem(at: usize, item: Value): usize {
  if (load<u8>(at) != QUOTE) return readOther(at, item.kinds, item.object, item.items);
  if ((item.kinds & STRING) == 0) found.fits = false;
  return readString(at);
}

/** Of a value that begins so, where it is one at all. */
function kindAt(at: usize): u32 {
  switch (load<u8>(at)) {
    case QUOTE:
      return STRING;
    case OPEN_BRACE:
      return OBJECT;
    case OPEN_BRACKET:
      return ARRAY;
    case 0x74: // true
    case 0x66: // false
      return BOOLEAN;
    case 0x6e: // null
      return NULL;
    default:
      return INTEGER | FRACTION;
  }
}

/** `1.0` and `1e2` are integers to JSON Schema: what has a point may be either kind, and must be allowed to be. */
function kindOfNumber(length: usize): u32 {
  if (hasExponent || length > MAX_LENGTH_OF_NUMBER) return UNSURE;
  return hasFraction ? INTEGER | FRACTION : INTEGER;
}

function noteSlot(slot: i32, kind: u32, start: usize, end: usize): void {
  store<u8>(kinds + (slot as usize), kind as u8);
  const place = changetype<Place>(places + (slot as usize) * offsetof<Place>());
  place.start = start;
  place.end = end;
  if ((slot as usize) < TEXT_SLOTS && kind & STRING) noteText(slot, start, end - start);
}

function noteText(slot: i32, start: usize, length: usize): void {
  const known = texts + (slot as usize) * TEXT_BYTES;
  if (load<usize>(known) == length && areSame(known + sizeof<usize>(), start, length)) return;
  found.changed |= 1 << slot;
  // Of one that is too long nothing is kept, and none is of no length.
  store<usize>(known, length <= LONGEST_TEXT ? length : 0);
  memory.copy(known + sizeof<usize>(), start, min(length, LONGEST_TEXT));
}

function noteUnseen(pointer: i32, start: usize, end: usize): void {
  if (found.unseen == MOST_UNSEEN) {
    found.fits = false;
    return;
  }
  const place = changetype<Unseen>(unseen + (found.unseen as usize) * offsetof<Unseen>());
  place.pointer = pointer;
  place.start = start;
  place.end = end;
  found.unseen++;
}
