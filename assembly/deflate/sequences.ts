/** @file A text as repetitions of what stands before, and literals where nothing is repeated. */

import { LITERALS, MOST_LENGTH, symbolOfDistance } from './symbols';
import { add } from './words';

@unmanaged
export class Sequence {
  /** Bytes that stand for themselves, before those that are repeated. */
  literals: u32 = 0;
  /** Of the repetition; 0 where the text ends with literals. */
  length: u16 = 0;
  distance: u16 = 0;
}

/** So many make a block. More would leave the cache, and share their codes no better. */
const MOST_SEQUENCES: usize = 8192;
const SEQUENCE_BYTES = offsetof<Sequence>();
export const sequences = heap.alloc(MOST_SEQUENCES * SEQUENCE_BYTES);
export let sequencesEnd = sequences;

/** How often what occurs: literals by byte, repetitions by length, distances by symbol; four bytes each. */
const LENGTH_COUNTS: usize = MOST_LENGTH + 1;
const DISTANCE_COUNTS: usize = 32;
export const literalCounts = heap.alloc(4 * LITERALS);
export const lengthCounts = heap.alloc(4 * LENGTH_COUNTS);
export const distanceCounts = heap.alloc(4 * DISTANCE_COUNTS);

const WINDOW: u32 = 32 * 1024;
/** Bytes before the place that was looked up are taken to a repetition too: two at the most, where places did not get lost. */
const MOST_BEFORE: usize = 32;

/**
 * Where seven bytes stood last, by their hash: the number of that place, four bytes each. In logs, what is the same for seven bytes
 * mostly goes on for fifty; found by four of them, the last `","` would hide all that stood before. There is room for more than a window
 * holds, since a place that turns out to be none is what the processor guesses wrong.
 */
const HASHED_BYTES: usize = 7;
const HASH_BITS: u64 = 15;
const HASH_FACTOR: u64 = 0x9e3779b185ebca87;
const PLACES_BYTES: usize = 4 << (HASH_BITS as usize);
const places = heap.alloc(PLACES_BYTES);

/** Numbers go on from text to text, so that places in others are too far away. They must not reach the end of 32 bits within one. */
let firstNumber: u32 = WINDOW + 1;
const MOST_NUMBER: u32 = 0x8000_0000;

export function beginText(): void {
  if (firstNumber < MOST_NUMBER) return;
  memory.fill(places, 0, PLACES_BYTES);
  firstNumber = WINDOW + 1;
}

export function endText(length: usize): void {
  firstNumber += (length as u32) + WINDOW;
}

/**
 * Goes on from `from`, in a text that begins at `start`, until there are as many sequences as make a block, or the text ends. Answers
 * where. Of literals in a row every other is looked up: what it misses, it finds a byte later, and takes the byte before to it.
 */
export function readSequences(start: usize, from: usize, end: usize): usize {
  beginSequences();
  const base = firstNumber - (start as u32);
  let literals = from;
  let at = from;
  while (at + HASHED_BYTES <= end) {
    const word = load<u64>(at);
    const place = placeOf(word);
    const distance = base + (at as u32) - load<u32>(place);
    store<u32>(place, base + (at as u32));
    if (distance > WINDOW || load<u32>(at - distance) != (word as u32)) {
      at += at - literals < 2 ? 1 : 2;
      continue;
    }
    const same = sameBefore(at, distance, max(max(literals, start + distance), at - MOST_BEFORE));
    const length = same + sameBehind(at, distance, min(end, at + MOST_LENGTH - same));
    at -= same;
    notePlace(at + 1, base);
    notePlace(at + 2, base);
    note(literals, at, length, distance);
    at += length;
    literals = at;
    if (sequencesEnd == sequences + MOST_SEQUENCES * SEQUENCE_BYTES) return at;
    notePlace(at - 2, base);
  }
  note(literals, end, 0, 0);
  return end;
}

function placeOf(word: u64): usize {
  const hash = ((word << (64 - 8 * HASHED_BYTES)) * HASH_FACTOR) >> (64 - HASH_BITS);
  return places + ((hash as usize) << 2);
}

function notePlace(at: usize, base: u32): void {
  store<u32>(placeOf(load<u64>(at)), base + (at as u32));
}

/** How many bytes before both are the same, back to `least`. */
function sameBefore(at: usize, distance: usize, least: usize): usize {
  let first = at;
  while (first > least && load<u8>(first - 1) == load<u8>(first - 1 - distance)) first--;
  return at - first;
}

/** How many bytes from there on are the same, up to `end`. Sixteen are looked at together, also behind it. */
function sameBehind(at: usize, distance: usize, end: usize): usize {
  for (let last = at; last < end; last += 16) {
    const same = i8x16.bitmask(i8x16.eq(v128.load(last), v128.load(last - distance)));
    if (same != 0xffff) return min(last + ctz(~same), end) - at;
  }
  return end - at;
}

function beginSequences(): void {
  sequencesEnd = sequences;
  memory.fill(literalCounts, 0, 4 * LITERALS);
  memory.fill(lengthCounts, 0, 4 * LENGTH_COUNTS);
  memory.fill(distanceCounts, 0, 4 * DISTANCE_COUNTS);
}

function note(literals: usize, at: usize, length: usize, distance: u32): void {
  const sequence = changetype<Sequence>(sequencesEnd);
  sequence.literals = (at - literals) as u32;
  sequence.length = length as u16;
  sequence.distance = distance as u16;
  sequencesEnd += SEQUENCE_BYTES;
  for (let byte = literals; byte < at; byte++) add(literalCounts, load<u8>(byte), 1);
  if (length == 0) return;
  add(lengthCounts, length, 1);
  add(distanceCounts, symbolOfDistance(distance), 1);
}
