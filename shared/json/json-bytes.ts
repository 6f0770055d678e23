/** The bytes that JSON's grammar is made of. */
export const BYTE = {
  tab: 0x09,
  lineFeed: 0x0a,
  carriageReturn: 0x0d,
  space: 0x20,
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;

/** `[` and `{` differ in this one bit, and so do `]` and `}`: with it set, one comparison finds both. */
const BRACE_BIT = 0x20;

export function isSpace(byte: number | undefined): boolean {
  return byte === BYTE.space || byte === BYTE.lineFeed || byte === BYTE.carriageReturn || byte === BYTE.tab;
}

/** The first place from `at` on that holds no white space; the length of the text where there is none. */
export function skipSpace(text: Buffer, at: number): number {
  while (isSpace(text[at])) at++;
  return Math.min(at, text.length);
}

/** Where the string ends whose opening quote stands at `start` (just past its closing quote). */
export function endOfString(text: Buffer, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at++) {
    const byte = text[at];
    if (byte === BYTE.quote) return at + 1;
    if (byte === BYTE.backslash) at++;
  }
  return undefined;
}

/**
 * Where the value ends that begins at `start`, told by strings and brackets alone: right for every valid JSON value,
 * and somewhere within the text for what is none. Undefined where the value does not end.
 */
export function endOfValue(text: Buffer, start: number): number | undefined {
  const first = text[start];
  if (first === undefined) return undefined;
  if (first === BYTE.quote) return endOfString(text, start);
  if (first === BYTE.openBrace || first === BYTE.openBracket) return endOfBrackets(text, start);
  return endOfWord(text, start);
}

/** This loop sees every byte of every message. */
function endOfBrackets(text: Buffer, start: number): number | undefined {
  const end = text.length;
  let depth = 0;
  let at = start;
  while (at < end) {
    const byte = text[at++] as number;
    if (byte === BYTE.quote) {
      for (;;) {
        if (at >= end) return undefined;
        const inside = text[at++] as number;
        if (inside === BYTE.quote) break;
        if (inside === BYTE.backslash) at++;
      }
    } else if ((byte | BRACE_BIT) === BYTE.openBrace) {
      depth++;
    } else if ((byte | BRACE_BIT) === BYTE.closeBrace && --depth === 0) {
      return at;
    }
  }
  return undefined;
}

/** A number, `true`, `false`, `null`, or what nobody can name. */
function endOfWord(text: Buffer, start: number): number {
  let at = start;
  for (; at < text.length; at++) {
    const byte = text[at] as number;
    if (isSpace(byte) || byte === BYTE.comma || (byte | BRACE_BIT) === BYTE.closeBrace) break;
  }
  return at;
}

/** Whether the parser takes it, as one value. */
export function isJson(value: Buffer): boolean {
  try {
    JSON.parse(value.toString());
    return true;
  } catch {
    return false;
  }
}
