const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;

export function hasLineBreak(bytes: Buffer): boolean {
  return bytes.includes(LINE_FEED) || bytes.includes(CARRIAGE_RETURN);
}

/** A record as a line. In valid JSON a line break stands between tokens only, where a space says the same. */
export function withoutLineBreaks(bytes: Buffer): Buffer {
  const line = Buffer.from(bytes);
  for (let i = 0; i < line.length; i++)
    if (line[i] === LINE_FEED || line[i] === CARRIAGE_RETURN) line[i] = SPACE;
  return line;
}
