/** @file A block of DEFLATE (RFC 1951, section 3.2.3): with codes of its own, with fixed ones, or as the text stands, whatever is the shortest. */

import { endByte, goOnAt, nextByte, writeBits } from './bits';
import { ALL_LENGTHS, Codes, fixedCodes } from './codes';
import { makeHeader, writeHeader } from './header';
import { bitsOf, lengthOf, makeLengths, MOST_CODE_BITS, weigh, writeCode } from './huffman';
import { distanceCounts, lengthCounts, literalCounts, Sequence, sequences, sequencesEnd } from './sequences';
import {
  DISTANCE_SYMBOLS,
  END_OF_BLOCK,
  extraOfDistance,
  extraOfLength,
  LEAST_LENGTH,
  LENGTH_SYMBOLS,
  LITERALS,
  MOST_LENGTH,
  symbolOfDistance,
  symbolOfLength,
} from './symbols';
import { add, get, put } from './words';

const STORED: u32 = 0;
const FIXED: u32 = 1;
const OWN: u32 = 2;

const own = new Codes();
const fixed = fixedCodes();

/** How often literals and lengths occur, by symbol; four bytes each. */
const frequencies = heap.alloc(4 * ALL_LENGTHS);

/** Writes the sequences that were read last: the text between `start` and `end`. */
export function writeBlock(start: usize, end: usize, isLast: bool): void {
  countSymbols();
  makeLengths(frequencies, LENGTH_SYMBOLS, MOST_CODE_BITS, own.lengths);
  makeLengths(distanceCounts, DISTANCE_SYMBOLS, MOST_CODE_BITS, own.distanceLengths);
  const extraBits = countExtraBits();
  const ownBits = makeHeader(own) + weighCodes(own) + extraBits;
  const fixedBits = weighCodes(fixed) + extraBits;
  const storedBits: u32 = 8 * storedBytes(end - start);
  if (storedBits <= min(ownBits, fixedBits)) {
    writeStored(start, end, isLast);
  } else if (fixedBits <= ownBits) {
    beginBlock(FIXED, isLast);
    writeSequences(start, fixed);
  } else {
    beginBlock(OWN, isLast);
    writeHeader();
    own.make();
    writeSequences(start, own);
  }
}

function beginBlock(kind: u32, isLast: bool): void {
  writeBits((isLast as u32) | (kind << 1), 3);
}

function countSymbols(): void {
  memory.copy(frequencies, literalCounts, 4 * LITERALS);
  memory.fill(frequencies + 4 * LITERALS, 0, 4 * (ALL_LENGTHS - LITERALS));
  put(frequencies, END_OF_BLOCK, 1);
  for (let length = LEAST_LENGTH; length <= MOST_LENGTH; length++) {
    add(frequencies, symbolOfLength(length), get(lengthCounts, length));
  }
}

function countExtraBits(): u32 {
  let bits: u32 = 0;
  for (let length = LEAST_LENGTH; length <= MOST_LENGTH; length++)
    bits += get(lengthCounts, length) * (extraOfLength(length) as u32);
  for (let symbol: usize = 4; symbol < DISTANCE_SYMBOLS; symbol++)
    bits += get(distanceCounts, symbol) * (symbol / 2 - 1);
  return bits;
}

function weighCodes(codes: Codes): u32 {
  return (
    weigh(frequencies, LENGTH_SYMBOLS, codes.lengths) +
    weigh(distanceCounts, DISTANCE_SYMBOLS, codes.distanceLengths)
  );
}

function writeSequences(start: usize, codes: Codes): void {
  makeLengthCodes(codes.codes);
  let at = start;
  for (let next = sequences; next < sequencesEnd; next += offsetof<Sequence>()) {
    const sequence = changetype<Sequence>(next);
    const end = at + sequence.literals;
    for (; at + 3 <= end; at += 3) writeThree(at, codes.codes);
    for (; at < end; at++) writeCode(codes.codes, load<u8>(at));
    if (sequence.length == 0) break;
    writeRepetition(sequence.length, sequence.distance, codes.distanceCodes);
    at += sequence.length;
  }
  writeCode(codes.codes, END_OF_BLOCK);
}

/** Three codes find room at once. */
function writeThree(at: usize, codes: usize): void {
  const first = get(codes, load<u8>(at));
  const second = get(codes, load<u8>(at, 1));
  const third = get(codes, load<u8>(at, 2));
  const two = lengthOf(first) + lengthOf(second);
  writeBits(
    bitsOf(first) | (bitsOf(second) << lengthOf(first)) | (bitsOf(third) << two),
    two + lengthOf(third),
  );
}

/** By length, its code with the extra bits behind it, and above 24 bits how many these are; four bytes each. */
const lengthCodes = heap.alloc(4 * (MOST_LENGTH + 1));

function makeLengthCodes(codes: usize): void {
  for (let length = LEAST_LENGTH; length <= MOST_LENGTH; length++) {
    const code = get(codes, symbolOfLength(length));
    const extra = extraOfLength(length) as u32;
    const rest = ((length - LEAST_LENGTH) as u32) & ((1 << extra) - 1);
    const bits = (bitsOf(code) as u32) | (rest << (lengthOf(code) as u32));
    put(lengthCodes, length, bits | (((lengthOf(code) as u32) + extra) << 24));
  }
}

/** 48 bits at the most. */
function writeRepetition(length: usize, distance: u32, distanceCodes: usize): void {
  const lengthCode = get(lengthCodes, length);
  const lengthBits = (lengthCode >> 24) as u64;
  const distanceCode = get(distanceCodes, symbolOfDistance(distance));
  const extra = extraOfDistance(distance);
  const rest = (distance - 1) & ((1 << extra) - 1);
  const distanceBits = bitsOf(distanceCode) | ((rest as u64) << lengthOf(distanceCode));
  writeBits(
    ((lengthCode & 0xff_ffff) as u64) | (distanceBits << lengthBits),
    lengthBits + lengthOf(distanceCode) + extra,
  );
}

const MOST_STORED: usize = 0xffff;
/** Of each part: what begins a block, up to the end of a byte, and twice its length. */
const BEFORE_STORED: usize = 1 + 2 + 2;

function storedBytes(length: usize): u32 {
  const parts = max<usize>(1, (length + MOST_STORED - 1) / MOST_STORED);
  return (length + BEFORE_STORED * parts) as u32;
}

function writeStored(start: usize, end: usize, isLast: bool): void {
  for (let at = start; at < end;) {
    const length = min(MOST_STORED, end - at);
    beginBlock(STORED, isLast && at + length == end);
    endByte();
    const to = nextByte();
    store<u16>(to, length as u16);
    store<u16>(to, ~length as u16, 2);
    memory.copy(to + 4, at, length);
    goOnAt(to + 4 + length);
    at += length;
  }
}
