/** @file Text of ASCII, for comparison with what stands in memory. */

const LETTER_A: u8 = 0x61;
/** Makes a small letter of a capital one. */
const SMALL: u8 = 0x20;

@unmanaged
export class Ascii {
  constructor(
    public start: usize,
    public length: usize,
  ) {}
}

/** Made once, in lower case. */
export function ascii(text: string): Ascii {
  const start = heap.alloc(text.length);
  for (let i = 0; i < text.length; i++) store<u8>(start + i, text.charCodeAt(i) as u8);
  return new Ascii(start, text.length);
}

/** Whether what stands between `start` and `end` begins with it, in whatever case. */
export function startsWith(prefix: Ascii, start: usize, end: usize): bool {
  if (end - start < prefix.length) return false;
  for (let i: usize = 0; i < prefix.length; i++) {
    const byte = load<u8>(start + i);
    const wanted = load<u8>(prefix.start + i);
    if (byte != wanted && (wanted < LETTER_A || (byte | SMALL) != wanted)) return false;
  }
  return true;
}
