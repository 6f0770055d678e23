/** @file The alphabets of DEFLATE (RFC 1951, section 3.2.5): literals and lengths share one, distances have another. */

export const LITERALS: usize = 256;
export const END_OF_BLOCK: usize = 256;
const FIRST_LENGTH: usize = 257;
/** The last of all, which has no extra bits. */
const SYMBOL_OF_MOST_LENGTH: usize = 285;
export const LENGTH_SYMBOLS: usize = 286;
export const DISTANCE_SYMBOLS: usize = 30;

export const LEAST_LENGTH: usize = 3;
export const MOST_LENGTH: usize = 258;

// Four symbols of lengths, and two of distances, share a number of extra bits; of the next as many there is one more.

export function symbolOfLength(length: usize): usize {
  if (length == MOST_LENGTH) return SYMBOL_OF_MOST_LENGTH;
  const extra = extraOfLength(length);
  return FIRST_LENGTH + 4 * extra + ((length - LEAST_LENGTH) >> extra);
}

/** How many extra bits say which of a symbol's lengths is meant. */
export function extraOfLength(length: usize): usize {
  const rest = (length - LEAST_LENGTH) as u32;
  return rest < 8 || length == MOST_LENGTH ? 0 : 29 - clz(rest);
}

export function symbolOfDistance(distance: u32): usize {
  const extra = extraOfDistance(distance);
  return 2 * extra + ((distance - 1) >> extra);
}

export function extraOfDistance(distance: u32): u32 {
  const rest = distance - 1;
  return rest < 4 ? 0 : 30 - clz(rest);
}
