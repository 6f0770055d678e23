/** @file The codes of a block: of literals and lengths, and of distances. */

import { makeCodes, MOST_SYMBOLS } from './huffman';

export const ALL_LENGTHS: usize = MOST_SYMBOLS;
export const ALL_DISTANCES: usize = 32;

@unmanaged
export class Codes {
  /** How many bits each has, a byte each. */
  lengths: usize = heap.alloc(ALL_LENGTHS);
  distanceLengths: usize = heap.alloc(ALL_DISTANCES);
  /** As `makeCodes` makes them. */
  codes: usize = heap.alloc(4 * ALL_LENGTHS);
  distanceCodes: usize = heap.alloc(4 * ALL_DISTANCES);

  /** Of their lengths. */
  make(): void {
    makeCodes(this.lengths, ALL_LENGTHS, this.codes);
    makeCodes(this.distanceLengths, ALL_DISTANCES, this.distanceCodes);
  }
}

/** For texts that are too short for codes of their own (RFC 1951, section 3.2.6). */
export function fixedCodes(): Codes {
  const fixed = new Codes();
  memory.fill(fixed.lengths, 8, 144);
  memory.fill(fixed.lengths + 144, 9, 112);
  memory.fill(fixed.lengths + 256, 7, 24);
  memory.fill(fixed.lengths + 280, 8, 8);
  memory.fill(fixed.distanceLengths, 5, ALL_DISTANCES);
  fixed.make();
  return fixed;
}
