/** @file How a block says how long its codes are (RFC 1951, section 3.2.7): in an alphabet of its own, which has runs. */

import { writeBits } from './bits';
import { ALL_DISTANCES, ALL_LENGTHS, Codes } from './codes';
import { makeCodes, makeLengths, weigh, writeCode } from './huffman';
import { DISTANCE_SYMBOLS, LENGTH_SYMBOLS } from './symbols';
import { add } from './words';

/** Behind the lengths 0 to 15. */
const REPEAT: u8 = 16;
const ZEROS: u8 = 17;
const MANY_ZEROS: u8 = 18;
const SYMBOLS: usize = 19;

const LEAST_REPEAT: u32 = 3;
const MOST_REPEAT: u32 = 6;
const LEAST_ZEROS: u32 = 3;
const MOST_ZEROS: u32 = 10;
const LEAST_MANY_ZEROS: u32 = 11;
const MOST_MANY_ZEROS: u32 = 138;

/** How many there are at the least, which is left out of how many there are. */
const LEAST_LENGTHS: usize = 257;
const LEAST_DISTANCES: usize = 1;
const LEAST_OF_ALPHABET: usize = 4;
const COUNTS_BITS: u32 = 5 + 5 + 4;

/** In which the alphabet's own lengths stand, so that the last are mostly left out. */
const ORDER = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);
const LENGTH_BITS: u32 = 3;
const MOST_LENGTH: usize = 7;

const frequencies = heap.alloc(4 * SYMBOLS);
const lengths = heap.alloc(SYMBOLS);
const codes = heap.alloc(4 * SYMBOLS);

/** Symbols in the order in which they are written, and what each says in extra bits; a byte each. */
const written = heap.alloc(2 * (ALL_LENGTHS + ALL_DISTANCES));
let writtenEnd = written;

let usedLengths: usize = 0;
let usedDistances: usize = 0;
let usedOfAlphabet: usize = 0;

/** Answers how many bits it takes. */
export function makeHeader(block: Codes): u32 {
  memory.fill(frequencies, 0, 4 * SYMBOLS);
  writtenEnd = written;
  usedLengths = used(block.lengths, LENGTH_SYMBOLS, LEAST_LENGTHS);
  usedDistances = used(block.distanceLengths, DISTANCE_SYMBOLS, LEAST_DISTANCES);
  addLengths(block.lengths, usedLengths);
  addLengths(block.distanceLengths, usedDistances);
  makeLengths(frequencies, SYMBOLS, MOST_LENGTH, lengths);
  usedOfAlphabet = SYMBOLS;
  while (usedOfAlphabet > LEAST_OF_ALPHABET && lengthInOrder(usedOfAlphabet - 1) == 0) usedOfAlphabet--;

  let bits = COUNTS_BITS + LENGTH_BITS * (usedOfAlphabet as u32) + weigh(frequencies, SYMBOLS, lengths);
  for (let at = written; at < writtenEnd; at += 2) bits += extraBits(load<u8>(at));
  return bits;
}

function used(ofSymbols: usize, symbols: usize, least: usize): usize {
  let count = symbols;
  while (count > least && load<u8>(ofSymbols + count - 1) == 0) count--;
  return count;
}

function lengthInOrder(i: usize): u8 {
  return load<u8>(lengths + load<u8>(ORDER + i));
}

function addLengths(ofSymbols: usize, count: usize): void {
  for (let i: usize = 0; i < count;) {
    const length = load<u8>(ofSymbols + i);
    let same: u32 = 1;
    while (i + same < count && load<u8>(ofSymbols + i + same) == length) same++;
    i += same;
    if (length == 0) {
      same = addRuns(MANY_ZEROS, same, LEAST_MANY_ZEROS, MOST_MANY_ZEROS);
      same = addRuns(ZEROS, same, LEAST_ZEROS, MOST_ZEROS);
    } else {
      note(length, 0);
      same = addRuns(REPEAT, same - 1, LEAST_REPEAT, MOST_REPEAT);
    }
    for (; same > 0; same--) note(length, 0);
  }
}

/** Answers how many are left. */
function addRuns(symbol: u8, count: u32, least: u32, most: u32): u32 {
  while (count >= least) {
    const run = min(count, most);
    note(symbol, (run - least) as u8);
    count -= run;
  }
  return count;
}

function note(symbol: u8, extra: u8): void {
  store<u8>(writtenEnd, symbol);
  store<u8>(writtenEnd, extra, 1);
  writtenEnd += 2;
  add(frequencies, symbol, 1);
}

function extraBits(symbol: u8): u32 {
  if (symbol == REPEAT) return 2;
  if (symbol == ZEROS) return 3;
  return symbol == MANY_ZEROS ? 7 : 0;
}

/** The one that was made last. */
export function writeHeader(): void {
  writeBits(usedLengths - LEAST_LENGTHS, 5);
  writeBits(usedDistances - LEAST_DISTANCES, 5);
  writeBits(usedOfAlphabet - LEAST_OF_ALPHABET, 4);
  for (let i: usize = 0; i < usedOfAlphabet; i++) writeBits(lengthInOrder(i), LENGTH_BITS);
  makeCodes(lengths, SYMBOLS, codes);
  for (let at = written; at < writtenEnd; at += 2) {
    const symbol = load<u8>(at);
    writeCode(codes, symbol);
    writeBits(load<u8>(at, 1), extraBits(symbol));
  }
}
