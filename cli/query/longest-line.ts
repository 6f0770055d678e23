import { readMembers } from '../../shared/gzip-member.ts';
import { readFrames } from '../../shared/zstd-frame.ts';

const LINE_FEED = 0x0a;

/** Bytes of the longest line of a blob. Throws an Error where the blob is not what Sluice has written, or damaged. */
export async function measureLines(name: string, body: Buffer): Promise<number> {
  if (name.endsWith('.zst')) return longestOf(readFrames(body));
  return name.endsWith('.gz') ? longestOf(readMembers(body)) : longestIn(body);
}

/** Every member ends with a line. */
async function longestOf(members: AsyncIterable<{ readonly content: Buffer }>): Promise<number> {
  let longest = 0;
  for await (const { content } of members) longest = Math.max(longest, longestIn(content));
  return longest;
}

function longestIn(content: Buffer): number {
  let longest = 0;
  for (let start = 0; start < content.length;) {
    const found = content.indexOf(LINE_FEED, start);
    const end = found === -1 ? content.length : found;
    longest = Math.max(longest, end - start);
    start = end + 1;
  }
  return longest;
}
