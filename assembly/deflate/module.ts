/** @file DEFLATE (RFC 1951) for the archive: what `shared/blocks/deflate.ts` declares of it. */

import { endByte, goOnAt, nextByte } from './bits';
import { writeBlock } from './block';
import { beginText, endText, readSequences } from './sequences';

export const TEXT_BYTES: usize = 512 * 1024;
/** What reads several bytes at once reads behind the end. */
const SLACK: usize = 16;
export const text = heap.alloc(TEXT_BYTES + SLACK);

/** What does not become shorter becomes longer by five bytes in 64 KiB, and in each of a few blocks. */
const MOST_LONGER: usize = 1024;
export const packed = heap.alloc(TEXT_BYTES + MOST_LONGER);

/**
 * Packs so many bytes of what lies in `text`, and answers how many of `packed` that makes. Behind a text that is not the last, another
 * goes on within the byte where it ends.
 */
export function deflate(length: usize, isLast: bool): usize {
  goOnAt(packed);
  beginText();
  const end = text + length;
  let at = text;
  do {
    const start = at;
    at = readSequences(text, start, end);
    writeBlock(start, at, isLast && at == end);
  } while (at < end);
  endText(length);
  if (isLast) endByte();
  return nextByte() - packed;
}
