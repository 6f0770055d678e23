/**
 * @file A walk over the values of a text: it checks the grammar, sees whether the values fit their tables, and notes where those with a
 * slot stand. Compiled to WebAssembly, since no JavaScript reads sixteen bytes at once; `shared/judge/byte-walk.ts` is its other half.
 */

import { isAscii } from './ascii';
import {
  begin,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
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
import {
  ARRAY,
  BOOLEAN,
  changed,
  compareKinds,
  forgetSlots,
  FRACTION,
  INTEGER,
  noteSlot,
  NULL,
  OBJECT,
  STRING,
  UNSURE,
} from './slots';
import { areSame, Choice, Field, Fields, findField, Value, window } from './tables';

export { NOWHERE } from './grammar';

/** A number of no more digits, and without an exponent, is finite: the greatest has 309. */
const MAX_LENGTH_OF_NUMBER: usize = 300;

/** A key that the tables do not name. */
@unmanaged
class Unseen {
  /** Number of the JSON pointer to its object; to the field itself where the key stands nowhere. */
  pointer: i32 = -1;
  start: usize = NOWHERE;
  end: usize = NOWHERE;
}
/** Of a record with more keys that nobody has seen, the judge is to say which. */
export const MOST_UNSEEN: u32 = 64;
export const unseen = heap.alloc((MOST_UNSEEN as usize) * offsetof<Unseen>());
/** Of the first record of a span. */
const unseenOfSpan = heap.alloc((MOST_UNSEEN as usize) * offsetof<Unseen>());
let countOfSpan: u32 = 0;

@unmanaged
class Findings {
  /** Whether all that the last walk came by fits. */
  fits: bool = true;
  /** How many keys of it the tables do not name. */
  unseen: u32 = 0;
  /** The bits of the slots that have changed (see `changed` of slots.ts) since whoever reads them set it to 0. */
  changed: u32 = 0;
  /** Whether what misfits.ts has told of a record was not told before of another. */
  isToldAnew: bool = false;
}
export const findings = new Findings();
export const findingsAt = changetype<usize>(findings);

/** The last walk, which is not done again. */
let walkedFrom: usize = NOWHERE;
let walkedBy: Value | null = null;
let walkedTo: usize = NOWHERE;

/** To be called when another text lies in the window. Answers whether it is of ASCII alone. */
export function open(length: usize): bool {
  walkedFrom = NOWHERE;
  // Nowhere in JSON.
  store<u8>(window + length, 0);
  return isAscii(window, window + length);
}

/** Walks over the object that begins at `start`, which is asked what `value` asks. Answers where it ends, or `NOWHERE`. */
export function walk(start: usize, value: Value): usize {
  if (start == walkedFrom && value == walkedBy) return walkedTo;
  findings.fits = true;
  findings.unseen = 0;
  forgetSlots();
  begin();
  const isObject = load<u8>(start) == OPEN_BRACE;
  walkedFrom = start;
  walkedBy = value;
  walkedTo = isObject ? readOther(start, value.kinds, value.object, value.items) : NOWHERE;
  compareKinds();
  findings.changed |= changed;
  return walkedTo;
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
  if ((seen & object.required) != object.required) findings.fits = false;
  let choice = object.choices;
  while (choice != null) {
    if (!anyHolds(choice, seen)) findings.fits = false;
    choice = choice.next;
  }
  return brace + 1;
}

export function anyHolds(choice: Choice, seen: u32): bool {
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
    if ((field.kinds & STRING) == 0) findings.fits = false;
    const end = readString(at);
    if (field.slot >= 0)
      noteSlot(field.slot as usize, isEscaped(at, end) ? STRING | UNSURE : STRING, at, end);
    return end;
  }
  const end = readOther(at, field.kinds, field.object, field.items);
  if (field.slot >= 0) noteSlot(field.slot as usize, kindAt(at), at, end);
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
    if (object != null && object.holdsItems) return NOWHERE;
    end = items != null ? readArray(at, items) : readValue(at);
  } else if (kind == (INTEGER | FRACTION)) {
    end = readNumber(at);
    kind = kindOfNumber(end - at);
  } else {
    end = readLiteral(at);
  }
  if ((kinds & kind) != kind) findings.fits = false;
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

/** Of an array that has been walked over. */
export function fitsItems(start: usize, items: Value): bool {
  const didFit = findings.fits;
  const unseenBefore = findings.unseen;
  findings.fits = true;
  readArray(start, items);
  const fits = findings.fits;
  findings.fits = didFit;
  findings.unseen = unseenBefore;
  return fits;
}

function readItem(at: usize, item: Value): usize {
  if (load<u8>(at) != QUOTE) return readOther(at, item.kinds, item.object, item.items);
  if ((item.kinds & STRING) == 0) findings.fits = false;
  return readString(at);
}

/** Of a value that begins so, where it is one at all. */
export function kindAt(at: usize): u32 {
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

/** Of the value that was read last. */
export function kindOfValue(kind: u32, length: usize): u32 {
  return kind == (INTEGER | FRACTION) ? kindOfNumber(length) : kind;
}

/** `1.0` and `1e2` are integers to JSON Schema: what has a point may be either kind, and must be allowed to be. */
function kindOfNumber(length: usize): u32 {
  if (hasExponent || length > MAX_LENGTH_OF_NUMBER) return UNSURE;
  return hasFraction ? INTEGER | FRACTION : INTEGER;
}

function noteUnseen(pointer: i32, start: usize, end: usize): void {
  if (findings.unseen == MOST_UNSEEN) {
    findings.fits = false;
    return;
  }
  const place = changetype<Unseen>(unseen + (findings.unseen as usize) * offsetof<Unseen>());
  place.pointer = pointer;
  place.start = start;
  place.end = end;
  findings.unseen++;
}

export function rememberUnseen(): void {
  countOfSpan = findings.unseen;
  memory.copy(unseenOfSpan, unseen, (countOfSpan as usize) * offsetof<Unseen>());
}

/** Whether the last walk came by the same of them, in the same order. */
export function hasSameUnseen(): bool {
  if (findings.unseen != countOfSpan) return false;
  for (let i: usize = 0; i < countOfSpan; i++) {
    const place = i * offsetof<Unseen>();
    if (!isSameKey(changetype<Unseen>(unseenOfSpan + place), changetype<Unseen>(unseen + place)))
      return false;
  }
  return true;
}

function isSameKey(a: Unseen, b: Unseen): bool {
  const length = a.end - a.start;
  return a.pointer == b.pointer && b.end - b.start == length && areSame(a.start, b.start, length);
}
