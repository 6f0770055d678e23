/**
 * @file Tells what does not fit of a record, and how. Records of which the same is told have the same problems, so that the judge need be
 * asked of the first alone.
 */

import {
  CLOSE_BRACE,
  COMMA,
  NOWHERE,
  QUOTE,
  readColon,
  readSeparator,
  readString,
  readValue,
  skipSpace,
} from './grammar';
import { ARRAY, FRACTION, INTEGER, OBJECT, STRING, UNSURE } from './slots';
import { areSame, Field, Fields, findField, Value } from './tables';
import { anyHolds, findings, fitsItems, kindAt, kindOfValue, MOST_UNSEEN } from './walk';

/** More than nearly all records have. */
const MOST_MISFITS: u32 = 8;

/** A value of a kind that its field may not have, fields that an object lacks, or those that it has where none of a choice holds. */
@unmanaged
class Misfit {
  /** The field, the object or the choice of the tables. */
  place: usize = 0;
  /** The kind, or the bits of the fields. */
  what: u32 = 0;
}

/** What is told of a record. */
@unmanaged
class Told {
  table: usize = 0;
  misfits: u32 = 0;
  // Behind them the misfits, in the order in which the record has them.
}
const TOLD_BYTES: usize = offsetof<Told>() + (MOST_MISFITS as usize) * offsetof<Misfit>();

/** So many are remembered, each at one of the places that its hash gives it: data can have any number of them. */
const PLACES_OF_HASH: u32 = 4;
const HASH_BITS: u32 = 8;
const PLACES: usize = (PLACES_OF_HASH as usize) << HASH_BITS;
/** And as much behind them as is read at once. */
const remembered = heap.alloc((PLACES + 1) * TOLD_BYTES + 16);
memory.fill(remembered, 0, PLACES * TOLD_BYTES);
const told = changetype<Told>(remembered + PLACES * TOLD_BYTES);

/** Where not all is told. */
const UNTOLD: i32 = -1;

/** Golden ratio; it moves what differs in the lower bits to the upper ones. */
const MULTIPLIER: u32 = 0x9e3779b1;
let hash: u32 = 0;

/** Whether all of it can be told, and will be the same to the validator as it was here. */
let isSure = true;

/** Of the record at hand; each has another. */
let turn: u32 = 0;

/**
 * Of the record that was walked over last, to its end, by this table: the place of what is told of it. Before this record another may
 * have been told there, of which `findings` says so. -1 where not all can be told, and so of a record that fits.
 */
export function tellMisfits(start: usize, table: Value): i32 {
  const object = table.object;
  told.table = changetype<usize>(table);
  told.misfits = 0;
  hash = changetype<usize>(table) as u32;
  isSure = object != null && (table.kinds & OBJECT) != 0 && findings.unseen < MOST_UNSEEN;
  turn++;
  if (object != null) tellObject(start, object);
  return isSure && told.misfits > 0 ? remember() : UNTOLD;
}

function remember(): i32 {
  const first = PLACES_OF_HASH * ((hash * MULTIPLIER) >> (32 - HASH_BITS));
  const bytes = offsetof<Told>() + (told.misfits as usize) * offsetof<Misfit>();
  findings.isToldAnew = false;
  for (let place = first; place < first + PLACES_OF_HASH; place++)
    if (areSame(toldAt(place), changetype<usize>(told), bytes)) return place as i32;
  findings.isToldAnew = true;
  // By the number of the record, which is as good as chance.
  const place = first + (turn % PLACES_OF_HASH);
  memory.copy(toldAt(place), changetype<usize>(told), bytes);
  return place as i32;
}

function toldAt(place: u32): usize {
  return remembered + (place as usize) * TOLD_BYTES;
}

function tell(place: usize, what: u32): void {
  if (told.misfits == MOST_MISFITS) {
    isSure = false;
    return;
  }
  const at = changetype<usize>(told) + offsetof<Told>() + (told.misfits as usize) * offsetof<Misfit>();
  const misfit = changetype<Misfit>(at);
  misfit.place = place;
  misfit.what = what;
  told.misfits++;
  hash = (hash ^ (place as u32) ^ (what << 24)) * MULTIPLIER;
}

/** As `readObject` of walk.ts, which has found no fault in it. */
function tellObject(start: usize, object: Fields): usize {
  let at = skipSpace(start + 1);
  let seen: u32 = 0;
  let last = object.head;
  while (load<u8>(at) != CLOSE_BRACE) {
    let field = last.next;
    if (field != null && areSame(field.key, at, field.keyLength)) {
      at = skipSpace(at + field.keyLength);
    } else {
      const keyEnd = readString(at);
      field = findField(object, at, keyEnd);
      at = readColon(keyEnd);
    }
    if (field == null) {
      at = readValue(at);
    } else {
      // Of two values the last counts.
      if (field.toldIn == turn) isSure = false;
      field.toldIn = turn;
      seen |= field.bit;
      at = tellField(at, field);
      last = field;
    }
    at = readSeparator(at);
    if (at == NOWHERE) {
      // Deeper than is read where no table says how.
      isSure = false;
      return NOWHERE;
    }
    if (load<u8>(at) == COMMA) at = skipSpace(at + 1);
  }
  tellLacks(object, seen);
  return at + 1;
}

function tellLacks(object: Fields, seen: u32): void {
  const lacking = object.required & ~seen;
  if (lacking != 0) tell(changetype<usize>(object), lacking);
  let choice = object.choices;
  while (choice != null) {
    if (!anyHolds(choice, seen)) {
      if (choice.isByPresence) tell(changetype<usize>(choice), seen & choice.fields);
      else isSure = false;
    }
    choice = choice.next;
  }
}

function tellField(at: usize, field: Field): usize {
  if (load<u8>(at) == QUOTE) {
    tellKind(field, STRING);
    return readString(at);
  }
  const kind = kindAt(at);
  if (kind == OBJECT && (field.kinds & OBJECT) != 0) {
    const object = field.object;
    return object != null ? tellObject(at, object) : readValue(at);
  }
  const end = readValue(at);
  tellKind(field, kindOfValue(kind, end - at));
  const items = field.items;
  // Which of the items it is would have to be told too.
  if (kind == ARRAY && items != null && !fitsItems(at, items)) isSure = false;
  return end;
}

function tellKind(field: Field, kind: u32): void {
  if ((field.kinds & kind) == kind) return;
  // Whether a number with a point is an integer only the validator knows.
  const isEither = kind == (INTEGER | FRACTION) && (field.kinds & kind) != 0;
  if (isEither || (kind & UNSURE) != 0 || !field.isByKind) isSure = false;
  else tell(changetype<usize>(field), kind);
}
