/** @file Bits as DEFLATE (RFC 1951) packs them into bytes, the least first. */

/** Where the next whole byte goes, and the bits that do not fill one yet: seven at the most, so that 57 others find room with them. */
let to: usize = 0;
let held: u64 = 0;
let heldBits: u64 = 0;

/** Where bytes go from now on. What is held goes there too. */
export function goOnAt(next: usize): void {
  to = next;
}

/** Where the next whole byte will stand. */
export function nextByte(): usize {
  return to;
}

/** All above `length` must be zeros. Eight bytes are written, of which what comes next overwrites those that are not full. */
export function writeBits(bits: u64, length: u64): void {
  const all = held | (bits << heldBits);
  const count = heldBits + length;
  store<u64>(to, all);
  to += (count >> 3) as usize;
  held = all >> (count & ~7);
  heldBits = count & 7;
}

/** Fills the last byte with zeros. */
export function endByte(): void {
  if (heldBits > 0) to++;
  held = 0;
  heldBits = 0;
}
