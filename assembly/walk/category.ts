/** @file What tells before a walk by which table to do it: the text of a record's category, where products mostly write it. */

import { ascii, startsWith } from './ascii';
import { NOWHERE, QUOTE } from './grammar';

const KEY = ascii('"category":"');
const LETTER_C: u8 = 0x63;
/** Makes a small letter of a capital one. */
const SMALL: u8 = 0x20;

/** All but a few records name their category so early. In bytes. */
const FRONT_OF_RECORD: usize = 1_000;
/** No product's category has a name as long. */
const LONGEST_NAME: usize = 100;

const FNV_OFFSET: u32 = 0x811c9dc5;
const FNV_PRIME: u32 = 0x01000193;

/**
 * A number that the records of a category share, and others hardly ever: a hash of its name, FNV-1a. 0 for a record (it begins at
 * `start`) that does not name it early. What is read may be the name of something else.
 */
export function guessCategory(start: usize, end: usize): u32 {
  const front = min(end, start + FRONT_OF_RECORD);
  const name = findName(start, front);
  if (name == NOWHERE) return 0;
  let hash = FNV_OFFSET;
  const last = min(end, name + LONGEST_NAME);
  for (let at = name; at < last; at++) {
    const byte = load<u8>(at);
    if (byte == QUOTE) break;
    hash = (hash ^ byte) * FNV_PRIME;
  }
  return hash;
}

/** Sixteen bytes at a time: only where a quote stands before a c, all of the key is looked for. */
function findName(start: usize, end: usize): usize {
  for (let at = start; at < end; at += 16) {
    const isQuote = i8x16.eq(v128.load(at), i8x16.splat(QUOTE));
    const letters = v128.or(v128.load(at, 1), i8x16.splat(SMALL));
    const isLetter = i8x16.eq(letters, i8x16.splat(LETTER_C));
    for (let found = i8x16.bitmask(v128.and(isQuote, isLetter)); found != 0; found &= found - 1) {
      const key = at + ctz(found);
      if (startsWith(KEY, key, end)) return key + KEY.length;
    }
  }
  return NOWHERE;
}
