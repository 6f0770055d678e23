/** @file Text as it stands within a JSON string: what `shared/json/escape.ts` declares of it. */

export const TEXT_BYTES: usize = 16 * 1024;
/** What reads or writes sixteen bytes at a time does so behind the end. */
const SLACK: usize = 32;
export const text = heap.alloc(TEXT_BYTES + SLACK);

/** What a byte becomes at the most: `\u001f`. */
const LONGEST_ESCAPE: usize = 6;
export const escaped = heap.alloc(TEXT_BYTES * LONGEST_ESCAPE + SLACK);

const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;
/** What lies below are control characters. */
const SPACE: u8 = 0x20;

const DIGIT_0: u8 = 0x30;
const LETTER_A: u8 = 0x61;
const U00: u32 = 0x303075;

/** Escapes so many bytes of what lies in `text`, and answers how many of `escaped` that makes. */
export function escape(length: usize): usize {
  let to = escaped;
  for (let done: usize = 0; done < length; done += 16) {
    const from = text + done;
    const bytes = v128.load(from);
    v128.store(to, bytes);
    const left = min<usize>(length - done, 16);
    const all = i8x16.bitmask(needEscapes(bytes));
    // By how much the escapes have moved what stands behind them.
    let moved: usize = 0;
    for (let found = left < 16 ? all & ((1 << (left as i32)) - 1) : all; found != 0; found &= found - 1) {
      const i = ctz(found) as usize;
      moved += writeEscape(load<u8>(from + i), to + i + moved) - 1;
      v128.store(to + i + moved + 1, v128.load(from + i + 1));
    }
    to += left + moved;
  }
  return to - escaped;
}

function needEscapes(bytes: v128): v128 {
  const named = v128.or(i8x16.eq(bytes, i8x16.splat(QUOTE)), i8x16.eq(bytes, i8x16.splat(BACKSLASH)));
  return v128.or(named, i8x16.lt_u(bytes, i8x16.splat(SPACE)));
}

/** Answers how long the escape is. */
function writeEscape(byte: u8, to: usize): usize {
  store<u8>(to, BACKSLASH);
  const letter = byte < SPACE ? letterOf(byte) : byte;
  if (letter != 0) {
    store<u8>(to + 1, letter);
    return 2;
  }
  store<u32>(to + 1, U00);
  store<u8>(to + 4, DIGIT_0 + (byte >> 4));
  const low = byte & 0x0f;
  store<u8>(to + 5, low < 10 ? DIGIT_0 + low : LETTER_A + low - 10);
  return LONGEST_ESCAPE;
}

/** 0 for a control character that has none. */
function letterOf(control: u8): u8 {
  switch (control) {
    case 0x08:
      return 0x62; // b
    case 0x09:
      return 0x74; // t
    case 0x0a:
      return 0x6e; // n
    case 0x0c:
      return 0x66; // f
    case 0x0d:
      return 0x72; // r
    default:
      return 0;
  }
}
