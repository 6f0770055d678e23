// Plain numbers: a property of an object costs a loop that sees every byte of every message a tenth of its time.
export const SPACE = 0x20;
export const QUOTE = 0x22;
const PLUS = 0x2b;
export const COMMA = 0x2c;
const MINUS = 0x2d;
export const DOT = 0x2e;
const ZERO = 0x30;
export const COLON = 0x3a;
export const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
export const CLOSE_BRACKET = 0x5d;
export const LETTER_E = 0x65;
const LETTER_U = 0x75;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;
/** Makes a small letter of a capital one. */
export const SMALL = 0x20;

/** Words of four bytes, little end first: `true`, `null`, and what `false` has behind its first letter. */
const TRUE = 0x65757274;
const NULL = 0x6c6c756e;
const ALSE = 0x65736c61;

/** Deeper than any product nests. */
const MAX_DEPTH = 64;

/** Places in longer texts are no 32-bit integers, which is what the code here is compiled for. */
const MAX_LENGTH = 2 ** 31 - 1;

/** JSON text whose last byte closes an object or an array, and a view of the same bytes to read four at a time. */
export interface JsonText {
  readonly bytes: Buffer;
  readonly view: DataView;
}

// Each of these functions checks a value that begins at `at` by the whole of JSON's grammar and answers where it ends;
// -1 where it is no JSON, or not surely so. As the text's last byte is a bracket, nothing but a string can run into its
// end, and what comes after a value is looked at only where the text goes on.

/** Undefined where the text, but for white space, does not end with a bracket: then it holds no object, or is broken. */
export function jsonText(text: Buffer): JsonText | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  let end = text.length;
  while (end > 0 && isSpace(text[end - 1] as number)) end--;
  const last = text[end - 1];
  if (last !== CLOSE_BRACE && last !== CLOSE_BRACKET) return undefined;
  lastEscape = -1;
  const bytes = end === text.length ? text : text.subarray(0, end);
  return { bytes, view: new DataView(text.buffer, text.byteOffset, end) };
}

/** The first place from `at` on that holds no white space. */
export function skipSpace(bytes: Uint8Array, at: number): number {
  while (isSpace(bytes[at] as number)) at++;
  return at;
}

function isSpace(byte: number): boolean {
  return byte <= SPACE && (byte === SPACE || byte === 0x0a || byte === 0x0d || byte === 0x09);
}

/**
 * Takes a string from behind its opening quote, two words of four bytes at a time.
 *
 * A byte less n has its highest bit set if it was less than n, or had that bit before, which `~word` rules out. `^ 0x02`
 * makes quote and blank change places, and then what is less than 0x21 is a quote or a control character. Of the bits
 * found only the lowest is sure: the bytes above may have lent to it. Two words, and the same expression written twice, because
 * a call or a turn of the loop for each word costs a tenth of the whole walk.
 */
export function readString(bytes: Uint8Array, view: DataView, start: number): number {
  const lastBlock = bytes.length - 8;
  let at = start;
  while (at <= lastBlock) {
    const word = view.getInt32(at, true);
    let found =
      (((word ^ 0x02020202) - 0x21212121) | ((word ^ 0x5c5c5c5c) - 0x01010101)) & ~word & 0x80808080;
    if (found === 0) {
      at += 4;
      const next = view.getInt32(at, true);
      found = (((next ^ 0x02020202) - 0x21212121) | ((next ^ 0x5c5c5c5c) - 0x01010101)) & ~next & 0x80808080;
      if (found === 0) {
        at += 4;
        continue;
      }
    }
    at += (31 - Math.clz32(found & -found)) >> 3;
    const byte = bytes[at] as number;
    if (byte === QUOTE) return at + 1;
    if (byte !== BACKSLASH) return -1;
    at = readEscape(bytes, at);
    if (at === -1) return -1;
  }
  return readLastString(bytes, at);
}

/** The end of a text, where there are fewer bytes than are read at once. */
function readLastString(bytes: Uint8Array, start: number): number {
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) return at + 1;
    if (byte < SPACE) return -1;
    if (byte === BACKSLASH) {
      at = readEscape(bytes, at) - 1;
      if (at < 0) return -1;
    }
  }
  return -1;
}

/** Where an escape was read last in the text that was opened last; -1 where none was. */
export let lastEscape = -1;

function readEscape(bytes: Uint8Array, at: number): number {
  lastEscape = at;
  const letter = bytes[at + 1];
  if (letter === undefined) return -1;
  if (letter !== LETTER_U) return ESCAPES.has(letter) ? at + 2 : -1;
  for (let i = at + 2; i < at + 6; i++) if (!HEX_DIGITS.has(bytes[i])) return -1;
  return at + 6;
}

const ESCAPES: ReadonlySet<number | undefined> = new Set(Buffer.from('"\\/bfnrt'));
const HEX_DIGITS: ReadonlySet<number | undefined> = new Set(Buffer.from('0123456789abcdefABCDEF'));

export function readNumber(bytes: Uint8Array, start: number): number {
  let at = bytes[start] === MINUS ? start + 1 : start;
  at = bytes[at] === ZERO ? at + 1 : readDigits(bytes, at);
  if (at !== -1 && bytes[at] === DOT) at = readDigits(bytes, at + 1);
  if (at === -1 || ((bytes[at] as number) | SMALL) !== LETTER_E) return at;
  const sign = bytes[at + 1];
  return readDigits(bytes, sign === PLUS || sign === MINUS ? at + 2 : at + 1);
}

/** One at least. */
function readDigits(bytes: Uint8Array, start: number): number {
  let at = start;
  while (isDigit(bytes[at] as number)) at++;
  return at === start ? -1 : at;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

export function readLiteral(bytes: Uint8Array, view: DataView, at: number): number {
  // A literal is followed by a bracket at least.
  if (at + 4 >= bytes.length) return -1;
  const word = view.getInt32(at, true);
  if (word === TRUE || word === NULL) return at + 4;
  return bytes[at] === 0x66 && view.getInt32(at + 1, true) === ALSE ? at + 5 : -1;
}

export function readValue(bytes: Uint8Array, view: DataView, at: number, depth = 0): number {
  const first = bytes[at] as number;
  if (first === QUOTE) return readString(bytes, view, at + 1);
  if (first === OPEN_BRACE) return readObject(bytes, view, at, depth + 1);
  if (first === OPEN_BRACKET) return readArray(bytes, view, at, depth + 1);
  return first === MINUS || isDigit(first) ? readNumber(bytes, at) : readLiteral(bytes, view, at);
}

function readObject(bytes: Uint8Array, view: DataView, start: number, depth: number): number {
  if (depth > MAX_DEPTH) return -1;
  let at = skipSpace(bytes, start + 1);
  if (bytes[at] === CLOSE_BRACE) return at + 1;
  for (;;) {
    if (bytes[at] !== QUOTE) return -1;
    const keyEnd = readString(bytes, view, at + 1);
    const valueStart = keyEnd === -1 ? -1 : readColon(bytes, keyEnd);
    if (valueStart === -1) return -1;
    at = readValue(bytes, view, valueStart, depth);
    at = readSeparator(bytes, at);
    if (at === -1) return -1;
    if (bytes[at] === CLOSE_BRACE) return at + 1;
    if (bytes[at] !== COMMA) return -1;
    at = skipSpace(bytes, at + 1);
  }
}

function readArray(bytes: Uint8Array, view: DataView, start: number, depth: number): number {
  if (depth > MAX_DEPTH) return -1;
  let at = skipSpace(bytes, start + 1);
  if (bytes[at] === CLOSE_BRACKET) return at + 1;
  for (;;) {
    at = readSeparator(bytes, readValue(bytes, view, at, depth));
    if (at === -1) return -1;
    if (bytes[at] === CLOSE_BRACKET) return at + 1;
    if (bytes[at] !== COMMA) return -1;
    at = skipSpace(bytes, at + 1);
  }
}

/** From behind a key to the value. */
export function readColon(bytes: Uint8Array, keyEnd: number): number {
  if (keyEnd >= bytes.length) return -1;
  const at = skipSpace(bytes, keyEnd);
  return bytes[at] === COLON ? skipSpace(bytes, at + 1) : -1;
}

/** From behind a value (-1 where there was none) to the comma or bracket that must follow. */
export function readSeparator(bytes: Uint8Array, valueEnd: number): number {
  return valueEnd === -1 || valueEnd >= bytes.length ? -1 : skipSpace(bytes, valueEnd);
}
