/**
 * @file Takes records together that stand side by side: what was found of them is told once. Of all records of a span the same was
 * found, but for their keys, times and scopes.
 */

import { isAscii } from './ascii';
import { readTime } from './event-time';
import { COMMA, hasSkippedLineBreak, MINUS, OPEN_BRACE, QUOTE, ZERO } from './grammar';
import { beginScopes, countedScopes, countScope, generation, numberOfScope, UNSURE_SCOPE } from './scopes';
import { FRACTION, INTEGER, kindIn, placeOf, STRING } from './slots';
import { Value } from './tables';
import { findings, hasSameUnseen, NOWHERE, rememberUnseen, walk } from './walk';

/** So many a span has at the most. */
const MOST_RECORDS: u32 = 4096;
/** By record: where it ends, counted from where the span begins; four bytes each. */
export const ends = heap.alloc(MOST_RECORDS * 4);

/** Keys as JSON, with commas between them, in ASCII, and as much behind them as is written at once; and by record where its key ends there. */
const KEYS_BYTES: usize = 64 * 1024;
export const keys = heap.alloc(KEYS_BYTES + 16);
export const keyEnds = heap.alloc(MOST_RECORDS * 4);

/** `LONGEST_RECORD_KEY` of shared/judge/span.ts, with quotes. */
const LONGEST_KEY: usize = 1_024 + 2;
const MOST_DIGITS: usize = 15;
/** `null`, little end first. */
const NULL_KEY: u32 = 0x6c6c756e;
const NUMBER: u32 = INTEGER | FRACTION;

/** As `SPAN` of shared/judge/byte-walk.ts knows it. */
@unmanaged
class Span {
  /** Of the times; the least is greater where there are none. In milliseconds since 1970. */
  least: f64 = 0;
  greatest: f64 = 0;
  records: u32 = 0;
  /** How many tenants and subscriptions they have. */
  scopes: u32 = 0;
  /** Of the numbers that these go by. */
  generation: u32 = 0;
  /** Whether a line break stands in any of the records. */
  hasLineBreaks: bool = false;
}
const open = new Span();
export const span = changetype<usize>(open);
let keysLength: usize = 0;

/**
 * Goes on from the record that was walked over last to those behind it that fit and of which the same was found, none of which begins
 * behind `limit`. Slots are -1 where nobody asks for them. Answers where the last one ends; `NOWHERE` where not even the first can be
 * described.
 */
export function gather(start: usize, table: Value, keySlot: i32, timeSlot: i32, limit: usize): usize {
  begin();
  let end = walk(start, table);
  if (!take(end - start, keySlot, timeSlot)) return NOWHERE;
  rememberUnseen();
  while (open.records < MOST_RECORDS && end < limit) {
    if (load<u8>(end) != COMMA || load<u8>(end, 1) != OPEN_BRACE) break;
    const next = walk(end + 1, table);
    if (next == NOWHERE || !isAlike() || !take(next - start, keySlot, timeSlot)) break;
    end = next;
  }
  close();
  return end;
}

/** The number of the tenant or subscription of the record that was walked over last, or what `numberOfScope` answers for none. */
export function scopeOfRecord(): i32 {
  beginScopes();
  open.generation = generation;
  return numberOfScope();
}

function begin(): void {
  open.least = Infinity;
  open.greatest = -Infinity;
  open.records = 0;
  open.hasLineBreaks = false;
  keysLength = 0;
  beginScopes();
}

function close(): void {
  open.scopes = countedScopes;
  open.generation = generation;
}

function isAlike(): bool {
  return findings.fits && findings.changed == 0 && hasSameUnseen();
}

/** All of a record or, where something of it is not sure or finds no room, nothing. */
function take(end: usize, keySlot: i32, timeSlot: i32): bool {
  const scope = numberOfScope();
  if (scope == UNSURE_SCOPE) return false;
  const isTimed = timeSlot >= 0 && (kindIn(timeSlot) & (STRING | NUMBER)) != 0;
  const time = isTimed ? timeIn(timeSlot) : 0;
  if (isNaN(time)) return false;
  const keyLength = writeKey(keySlot);
  if (keyLength == 0) return false;

  countScope(scope);
  if (isTimed) {
    open.least = min(open.least, time);
    open.greatest = max(open.greatest, time);
  }
  keysLength += keyLength;
  store<u32>(keyEnds + 4 * open.records, (keysLength - 1) as u32);
  store<u32>(ends + 4 * open.records, end as u32);
  open.records++;
  if (hasSkippedLineBreak()) open.hasLineBreaks = true;
  return true;
}

/** Not a number where it is not sure. */
function timeIn(slot: i32): f64 {
  const place = placeOf(slot);
  const kind = kindIn(slot);
  if (kind == STRING) return readTime(place.start + 1, place.end - 1);
  return kind == NUMBER ? readInteger(place.start, place.end) : NaN;
}

/** Not a number where it is no integer, a negative one, or a long one. */
function readInteger(start: usize, end: usize): f64 {
  if (!isInteger(start, end)) return NaN;
  let number: i64 = 0;
  for (let at = start; at < end; at++) number = number * 10 + (load<u8>(at) - ZERO);
  return number as f64;
}

/** Of digits alone, so few that it is the same number to all. */
function isInteger(start: usize, end: usize): bool {
  if (end - start > MOST_DIGITS) return false;
  for (let at = start; at < end; at++) if (((load<u8>(at) - ZERO) as u8) > 9) return false;
  return true;
}

/** Answers its length, with the comma behind it; 0 where it is not sure, or finds no room. */
function writeKey(slot: i32): usize {
  const to = keys + keysLength;
  const kind = slot < 0 ? 0 : kindIn(slot);
  if (keysLength > KEYS_BYTES - LONGEST_KEY - 1) return 0;
  if (!(kind & (STRING | NUMBER))) return writeNull(to);
  const place = placeOf(slot);
  if (kind == STRING) return writeText(to, place.start, place.end);
  return kind == NUMBER ? writeNumber(to, place.start, place.end) : 0;
}

function writeNull(to: usize): usize {
  store<u32>(to, NULL_KEY);
  store<u8>(to, COMMA, 4);
  return 5;
}

/** Quotes and all. */
function writeText(to: usize, start: usize, end: usize): usize {
  const length = end - start;
  if (length > LONGEST_KEY || !isAscii(start, end)) return 0;
  for (let i: usize = 0; i < length; i += 16) v128.store(to + i, v128.load(start + i));
  store<u8>(to + length, COMMA);
  return length + 1;
}

/** As text; of minus zero that would be another. */
function writeNumber(to: usize, start: usize, end: usize): usize {
  const length = end - start;
  const isNegative = load<u8>(start) == MINUS;
  if (!isInteger(isNegative ? start + 1 : start, end) || (isNegative && load<u8>(start, 1) == ZERO)) return 0;
  store<u8>(to, QUOTE);
  memory.copy(to + 1, start, length);
  store<u8>(to + 1 + length, QUOTE);
  store<u8>(to + 2 + length, COMMA);
  return length + 3;
}
