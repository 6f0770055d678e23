/** @file Text of ASCII, for comparison with what stands in memory. */

const LETTER_A: u8 = 0x61;
/** Makes a small letter of a capital one. */
const SMALL: u8 = 0x20;

@unmanaged
export class Ascii {
  constructor(
    public start: usize,
    public length: usize,
    /** By byte, what makes a small letter of a capital one where a letter stands, and 0 elsewhere. */
    public small: usize,
  ) {}
}

/** Made once, in lower case. As much lies behind both as is read at once. */
export function ascii(text: string): Ascii {
  const start = heap.alloc(text.length + 16);
  const small = heap.alloc(text.length + 16);
  for (let i = 0; i < text.length; i++) {
    const byte = text.charCodeAt(i) as u8;
    store<u8>(start + i, byte);
    store<u8>(small + i, byte >= LETTER_A ? SMALL : 0);
  }
  return new Ascii(start, text.length, small);
}

/** Whether what stands between `start` and `end` begins with it, in whatever case. It reads beyond the end, but does not look there. */
export function startsWith(prefix: Ascii, start: usize, end: usize): bool {
  if (end - start < prefix.length) return false;
  for (let i: usize = 0; i < prefix.length; i += 16) {
    const bytes = v128.or(v128.load(start + i), v128.load(prefix.small + i));
    const other = i8x16.bitmask(i8x16.ne(bytes, v128.load(prefix.start + i)));
    const left = prefix.length - i;
    if ((left < 16 ? other & ((1 << (left as i32)) - 1) : other) != 0) return false;
  }
  return true;
}

/** Whether no byte is of another character. It reads beyond the end, but does not look there. */
export function isAscii(start: usize, end: usize): bool {
  let bytes = i64x2.splat(0);
  let at = start;
  for (; at + 64 <= end; at += 64) {
    const first = v128.or(v128.load(at), v128.load(at, 16));
    const last = v128.or(v128.load(at, 32), v128.load(at, 48));
    bytes = v128.or(bytes, v128.or(first, last));
  }
  for (; at + 16 <= end; at += 16) bytes = v128.or(bytes, v128.load(at));
  const rest = i8x16.bitmask(v128.load(at)) & ((1 << ((end - at) as i32)) - 1);
  return (i8x16.bitmask(bytes) | rest) == 0;
}

/** Where the byte stands that is looked for; `end` where it does not. It reads beyond the end, but does not look there. */
export function indexOf(byte: u8, start: usize, end: usize): usize {
  for (let at = start; at < end; at += 16) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(byte)));
    if (found != 0) return min(at + ctz(found), end);
  }
  return end;
}
