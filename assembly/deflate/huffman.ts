/** @file Codes that are the shorter the more often a symbol occurs (Huffman), and of which none is longer than it may be. */

import { writeBits } from './bits';
import { add, get, put } from './words';

/** Of the largest alphabet, with two symbols that have fixed codes and never occur. */
export const MOST_SYMBOLS: usize = 288;
export const MOST_CODE_BITS: usize = 15;

/** Symbols that occur, the rarest first: how often, and in the last nine bits which. */
const sorted = heap.alloc(4 * MOST_SYMBOLS);
const SYMBOL_BITS: u32 = 9;
/** The tree, in the same order: first what its nodes weigh, then which lies above each, then how deep each lies. */
const tree = heap.alloc(4 * MOST_SYMBOLS);
/** By length, how many codes have it. */
const codesOf = heap.alloc(4 * (MOST_CODE_BITS + 1));

/** Writes how many bits each symbol's code has, a byte each; none where the symbol does not occur. */
export function makeLengths(frequencies: usize, symbols: usize, mostBits: usize, lengths: usize): void {
  memory.fill(lengths, 0, symbols);
  memory.fill(codesOf, 0, 4 * (MOST_CODE_BITS + 1));
  const used = sortSymbols(frequencies, symbols);
  makeTree(used);
  countDepths(used, mostBits);
  makeRoom(mostBits);
  let next: usize = 0;
  for (let bits = mostBits; bits > 0; bits--) {
    for (let left = get(codesOf, bits); left > 0; left--) {
      const symbol = get(sorted, next++) & ((1 << SYMBOL_BITS) - 1);
      store<u8>(lengths + symbol, bits as u8);
    }
  }
}

/** Answers how many there are: two at least, since there is no code for a symbol alone. */
function sortSymbols(frequencies: usize, symbols: usize): usize {
  let used: usize = 0;
  for (let symbol: usize = 0; symbol < symbols; symbol++) {
    if (get(frequencies, symbol) > 0) insert(get(frequencies, symbol), symbol, used++);
  }
  for (let symbol: usize = 0; used < 2; symbol++) {
    if (get(frequencies, symbol) == 0) insert(0, symbol, used++);
  }
  return used;
}

/** There are a hundred or so. */
function insert(frequency: u32, symbol: usize, used: usize): void {
  const entry = (frequency << SYMBOL_BITS) | (symbol as u32);
  let i = used;
  for (; i > 0 && get(sorted, i - 1) > entry; i--) put(sorted, i, get(sorted, i - 1));
  put(sorted, i, entry);
}

/** In place (Moffat and Katajainen, 1995): each node is of the two that weigh least, leaves or nodes made before it. */
function makeTree(used: usize): void {
  for (let i: usize = 0; i < used; i++) put(tree, i, get(sorted, i) >> SYMBOL_BITS);
  let leaf: usize = 0;
  let inner: usize = 0;
  for (let node: usize = 0; node < used - 1; node++) {
    let weight: u32 = 0;
    for (let child = 0; child < 2; child++) {
      const isInner = inner < node && (leaf == used || get(tree, inner) < get(tree, leaf));
      weight += get(tree, isInner ? inner : leaf);
      if (isInner) put(tree, inner++, node as u32);
      else leaf++;
    }
    put(tree, node, weight);
  }
}

/** From the root, which is the last, to the leaves, of which only the number at each depth matters. */
function countDepths(used: usize, mostBits: usize): void {
  let node = (used as isize) - 2;
  put(tree, node, 0);
  for (let i = node - 1; i >= 0; i--) put(tree, i, get(tree, get(tree, i)) + 1);

  let all: u32 = 1;
  for (let depth: u32 = 0; all > 0; depth++) {
    let inner: u32 = 0;
    for (; node >= 0 && get(tree, node) == depth; node--) inner++;
    const bits = min<usize>(depth, mostBits);
    add(codesOf, bits, all - inner);
    all = 2 * inner;
  }
}

/** Longer codes were cut to `mostBits`. For each that finds no room, one of the next shorter becomes longer and takes it beside. */
function makeRoom(mostBits: usize): void {
  let taken: u32 = 0;
  for (let bits: usize = 1; bits <= mostBits; bits++)
    taken += get(codesOf, bits) << ((mostBits - bits) as u32);
  for (const room = (1 as u32) << (mostBits as u32); taken > room; taken--) {
    let bits = mostBits - 1;
    while (get(codesOf, bits) == 0) bits--;
    add(codesOf, bits, -1);
    add(codesOf, bits + 1, 2);
    add(codesOf, mostBits, -1);
  }
}

/** By length, the code that comes next. */
const next = heap.alloc(4 * (MOST_CODE_BITS + 1));

/** Writes the codes that lengths alone determine (RFC 1951, section 3.2.2): their bits, the first the least, and above sixteen how many. */
export function makeCodes(lengths: usize, symbols: usize, codes: usize): void {
  memory.fill(codesOf, 0, 4 * (MOST_CODE_BITS + 1));
  for (let i: usize = 0; i < symbols; i++) add(codesOf, load<u8>(lengths + i), 1);
  put(codesOf, 0, 0);
  put(next, 0, 0);
  for (let bits: usize = 1; bits <= MOST_CODE_BITS; bits++)
    put(next, bits, (get(next, bits - 1) + get(codesOf, bits - 1)) << 1);
  for (let i: usize = 0; i < symbols; i++) {
    const bits = load<u8>(lengths + i);
    if (bits == 0) continue;
    const code = get(next, bits);
    put(next, bits, code + 1);
    put(codes, i, (reverse(code) >> (16 - bits)) | ((bits as u32) << 16));
  }
}

/** Of sixteen bits. */
function reverse(bits: u32): u32 {
  bits = ((bits & 0x5555) << 1) | ((bits >> 1) & 0x5555);
  bits = ((bits & 0x3333) << 2) | ((bits >> 2) & 0x3333);
  bits = ((bits & 0x0f0f) << 4) | ((bits >> 4) & 0x0f0f);
  return ((bits & 0x00ff) << 8) | (bits >> 8);
}

export function bitsOf(code: u32): u64 {
  return code & 0xffff;
}

export function lengthOf(code: u32): u64 {
  return code >> 16;
}

export function writeCode(codes: usize, symbol: usize): void {
  const code = get(codes, symbol);
  writeBits(bitsOf(code), lengthOf(code));
}

/** In bits, what so many of each symbol take. */
export function weigh(frequencies: usize, symbols: usize, lengths: usize): u32 {
  let bits: u32 = 0;
  for (let i: usize = 0; i < symbols; i++) bits += get(frequencies, i) * load<u8>(lengths + i);
  return bits;
}
