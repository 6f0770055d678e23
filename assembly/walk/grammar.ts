/** @file The grammar of JSON (RFC 8259), over bytes that end with a zero, which stands nowhere in JSON. */

export const QUOTE: u8 = 0x22;
export const COMMA: u8 = 0x2c;
export const COLON: u8 = 0x3a;
export const OPEN_BRACKET: u8 = 0x5b;
export const CLOSE_BRACKET: u8 = 0x5d;
export const OPEN_BRACE: u8 = 0x7b;
export const CLOSE_BRACE: u8 = 0x7d;
const LAST_CONTROL: u8 = 0x1f;
const SPACE: u8 = 0x20;
const TAB: u8 = 0x09;
const LINE_FEED: u8 = 0x0a;
const CARRIAGE_RETURN: u8 = 0x0d;
const PLUS: u8 = 0x2b;
export const MINUS: u8 = 0x2d;
const DOT: u8 = 0x2e;
export const ZERO: u8 = 0x30;
const BACKSLASH: u8 = 0x5c;
const LETTER_A: u8 = 0x61;
const LETTER_B: u8 = 0x62;
const LETTER_E: u8 = 0x65;
const LETTER_F: u8 = 0x66;
const LETTER_N: u8 = 0x6e;
const LETTER_R: u8 = 0x72;
const LETTER_T: u8 = 0x74;
const LETTER_U: u8 = 0x75;
const SLASH: u8 = 0x2f;
/** Makes a small letter of a capital one. */
const SMALL: u8 = 0x20;

/** Words of four bytes, little end first: `true`, `null`, and what `false` has behind its first letter. */
const TRUE: u32 = 0x65757274;
const NULL: u32 = 0x6c6c756e;
const ALSE: u32 = 0x65736c61;

/** Deeper than any product nests. */
const MAX_DEPTH = 64;

/** What the readers below answer where no JSON stands, or not surely so. No text begins there. */
export const NOWHERE: usize = 0;

/** Where an escape was read last. */
let lastEscape: usize = NOWHERE;

/** Whether the number that was read last has a fraction, and whether it has an exponent. */
export let hasFraction = false;
export let hasExponent = false;

/** Whether a line break has been skipped. In JSON it stands between tokens only. */
let hasLineBreak = false;

// Each reader begins with the first byte of what it reads, and answers where that ends.

/** Products mostly write none. */
export function skipSpace(start: usize): usize {
  return load<u8>(start) > SPACE ? start : skipSpaces(start);
}

function skipSpaces(start: usize): usize {
  let at = start;
  for (let byte = load<u8>(at); isSpace(byte); byte = load<u8>(++at))
    if (byte == LINE_FEED || byte == CARRIAGE_RETURN) hasLineBreak = true;
  return at;
}

function isSpace(byte: u8): bool {
  return byte <= SPACE && (byte == SPACE || byte == LINE_FEED || byte == CARRIAGE_RETURN || byte == TAB);
}

/** Sixteen bytes at a time: only a quote, a backslash and what no string may hold are looked at by themselves. */
export function readString(start: usize): usize {
  let at = start + 1;
  while (true) {
    const found = i8x16.bitmask(notable(v128.load(at)));
    if (found == 0) {
      at += 16;
      continue;
    }
    at += ctz(found);
    const byte = load<u8>(at);
    if (byte == QUOTE) return at + 1;
    if (byte != BACKSLASH) return NOWHERE;
    at = readEscape(at);
    if (at == NOWHERE) return NOWHERE;
  }
}

function notable(bytes: v128): v128 {
  const isQuote = i8x16.eq(bytes, i8x16.splat(QUOTE));
  const isBackslash = i8x16.eq(bytes, i8x16.splat(BACKSLASH));
  // As fast as the others; less than a space would take three instructions more.
  const isControl = i8x16.le_u(bytes, i8x16.splat(LAST_CONTROL));
  return v128.or(v128.or(isQuote, isBackslash), isControl);
}

function readEscape(at: usize): usize {
  lastEscape = at;
  const letter = load<u8>(at, 1);
  if (letter != LETTER_U) return isEscape(letter) ? at + 2 : NOWHERE;
  for (let digit = at + 2; digit < at + 6; digit++) if (!isHexDigit(load<u8>(digit))) return NOWHERE;
  return at + 6;
}

/** To be called before another record is read: what was read before may have lain where it lies. */
export function begin(): void {
  lastEscape = NOWHERE;
  hasLineBreak = false;
}

/** Since `begin` was called. */
export function hasSkippedLineBreak(): bool {
  return hasLineBreak;
}

/** Of the string that was read last. */
export function isEscaped(start: usize, end: usize): bool {
  return lastEscape > start && lastEscape < end;
}

function isEscape(letter: u8): bool {
  switch (letter) {
    case QUOTE:
    case BACKSLASH:
    case SLASH:
    case LETTER_B:
    case LETTER_F:
    case LETTER_N:
    case LETTER_R:
    case LETTER_T:
      return true;
    default:
      return false;
  }
}

function isHexDigit(byte: u8): bool {
  const letter = byte | SMALL;
  return isDigit(byte) || (letter >= LETTER_A && letter <= LETTER_F);
}

export function readNumber(start: usize): usize {
  let at = load<u8>(start) == MINUS ? start + 1 : start;
  at = load<u8>(at) == ZERO ? at + 1 : readDigits(at);
  hasFraction = at != NOWHERE && load<u8>(at) == DOT;
  if (hasFraction) at = readDigits(at + 1);
  hasExponent = at != NOWHERE && (load<u8>(at) | SMALL) == LETTER_E;
  return hasExponent ? readExponent(at + 1) : at;
}

function readExponent(at: usize): usize {
  const sign = load<u8>(at);
  return readDigits(sign == PLUS || sign == MINUS ? at + 1 : at);
}

/** One at least. */
function readDigits(start: usize): usize {
  let at = start;
  while (isDigit(load<u8>(at))) at++;
  return at == start ? NOWHERE : at;
}

function isDigit(byte: u8): bool {
  return ((byte - ZERO) as u8) <= 9;
}

export function readLiteral(at: usize): usize {
  const word = load<u32>(at);
  if (word == TRUE || word == NULL) return at + 4;
  return load<u8>(at) == LETTER_F && load<u32>(at, 1) == ALSE ? at + 5 : NOWHERE;
}

export function readValue(at: usize, depth: i32 = 0): usize {
  const first = load<u8>(at);
  if (first == QUOTE) return readString(at);
  if (first == OPEN_BRACE) return readObject(at, depth + 1);
  if (first == OPEN_BRACKET) return readArray(at, depth + 1);
  return first == MINUS || isDigit(first) ? readNumber(at) : readLiteral(at);
}

function readObject(start: usize, depth: i32): usize {
  if (depth > MAX_DEPTH) return NOWHERE;
  let at = skipSpace(start + 1);
  if (load<u8>(at) == CLOSE_BRACE) return at + 1;
  while (true) {
    if (load<u8>(at) != QUOTE) return NOWHERE;
    at = readColon(readString(at));
    if (at == NOWHERE) return NOWHERE;
    at = readSeparator(readValue(at, depth));
    if (at == NOWHERE) return NOWHERE;
    if (load<u8>(at) == CLOSE_BRACE) return at + 1;
    if (load<u8>(at) != COMMA) return NOWHERE;
    at = skipSpace(at + 1);
  }
}

function readArray(start: usize, depth: i32): usize {
  if (depth > MAX_DEPTH) return NOWHERE;
  let at = skipSpace(start + 1);
  if (load<u8>(at) == CLOSE_BRACKET) return at + 1;
  while (true) {
    at = readSeparator(readValue(at, depth));
    if (at == NOWHERE) return NOWHERE;
    if (load<u8>(at) == CLOSE_BRACKET) return at + 1;
    if (load<u8>(at) != COMMA) return NOWHERE;
    at = skipSpace(at + 1);
  }
}

/** From behind a key (`NOWHERE` where there was none) to the value. */
export function readColon(keyEnd: usize): usize {
  if (keyEnd == NOWHERE) return NOWHERE;
  const at = skipSpace(keyEnd);
  return load<u8>(at) == COLON ? skipSpace(at + 1) : NOWHERE;
}

/** From behind a value (`NOWHERE` where there was none) to the comma or bracket that must follow. */
export function readSeparator(valueEnd: usize): usize {
  return valueEnd == NOWHERE ? NOWHERE : skipSpace(valueEnd);
}
