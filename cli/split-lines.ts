const LINE_FEED = 0x0a;

/** Each line ends with a line feed. What follows the last one is a line too, if it is anything. */
export function splitLines(text: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < text.length;) {
    const feed = text.indexOf(LINE_FEED, start);
    const end = feed === -1 ? text.length : feed;
    lines.push(text.subarray(start, end));
    start = end + 1;
  }
  return lines;
}
