/** @file What a walk has noted of a record: in slots, of which the first have a meaning that `SLOT` of shared/judge/sieve.ts knows too. */

import { NOWHERE } from './grammar';
import { readResourceId } from './resource-id';
import { areSame } from './tables';

// The bits of `KINDS` in shared/judge/shape.ts.
export const NULL: u32 = 1;
export const STRING: u32 = 2;
export const INTEGER: u32 = 4;
export const FRACTION: u32 = 8;
export const BOOLEAN: u32 = 16;
export const ARRAY: u32 = 32;
export const OBJECT: u32 = 64;
/** In no table: what the validator thinks of such a value only the validator knows. With it, too, a string is noted that holds escapes. */
export const UNSURE: u32 = 128;

/** So many slots there are; the kinds of those that tell whose a record is are in one vector. */
export const SLOTS: usize = 32;

/** The bits of those that tell whose a record is: of the first twelve, but for tenant and organization. */
const IDENTIFYING: u32 = 0b1111_1001_1111;

/** The slots before it are told apart by their text: category, Category, action. */
export const RESOURCE_ID: usize = 3;
export const CAPITAL_RESOURCE_ID: usize = 4;
export const TENANT_ID: usize = 5;
export const ORG: usize = 6;

/** By slot: the kind of what the walk has noted in it, one byte each, 0 for nothing; and of the first sixteen the same of the walk before. */
export const kinds = heap.alloc(SLOTS);
const kindsBefore = heap.alloc(16);

/** Where a value stands. */
@unmanaged
class Place {
  start: usize = 0;
  end: usize = 0;
}
/** By slot. */
export const places = heap.alloc(SLOTS * offsetof<Place>());

/** A longer text is always another. */
const LONGEST_TEXT: usize = 256;
/** By slot: the length of its text, and the text. */
const TEXT_BYTES: usize = sizeof<usize>() + LONGEST_TEXT;
const texts = heap.alloc(RESOURCE_ID * TEXT_BYTES);

/** By slot: what `readResourceId` has told of the id in it. */
export const resources = heap.alloc(SLOTS);

/** The bits of such slots that hold another kind than after the walk before, another text, or the id of another kind of resource. */
export let changed: u32 = 0;

export function forgetSlots(): void {
  changed = 0;
  v128.store(kindsBefore, v128.load(kinds));
  for (let slot: usize = 0; slot < SLOTS; slot += 16) v128.store(kinds + slot, i64x2.splat(0));
}

export function compareKinds(): void {
  const isOther = i8x16.ne(v128.load(kinds), v128.load(kindsBefore));
  changed |= i8x16.bitmask(isOther) & IDENTIFYING;
}

export function kindIn(slot: usize): u32 {
  return load<u8>(kinds + slot);
}

export function placeOf(slot: usize): Place {
  return changetype<Place>(places + slot * offsetof<Place>());
}

export function noteSlot(slot: usize, kind: u32, start: usize, end: usize): void {
  if (end == NOWHERE) return;
  store<u8>(kinds + slot, kind as u8);
  const place = placeOf(slot);
  place.start = start;
  place.end = end;
  if (!(kind & STRING)) return;
  if (slot < RESOURCE_ID) noteText(slot, start, end - start);
  else if (slot <= CAPITAL_RESOURCE_ID) noteResource(slot, kind, start, end);
}

function noteText(slot: usize, start: usize, length: usize): void {
  const known = texts + slot * TEXT_BYTES;
  if (load<usize>(known) == length && areSame(known + sizeof<usize>(), start, length)) return;
  changed |= 1 << (slot as u32);
  // Of one that is too long nothing is kept, and none is of no length.
  store<usize>(known, length <= LONGEST_TEXT ? length : 0);
  memory.copy(known + sizeof<usize>(), start, min(length, LONGEST_TEXT));
}

/** One with escapes is for others to read, and always another. */
function noteResource(slot: usize, kind: u32, start: usize, end: usize): void {
  const resource = readResourceId(start + 1, end - 1);
  if (load<u8>(resources + slot) != resource || kind & UNSURE) changed |= 1 << (slot as u32);
  store<u8>(resources + slot, resource);
}
