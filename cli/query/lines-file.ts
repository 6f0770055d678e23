import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readBlobName } from '../../shared/blocks/blob-name.ts';
import { readMembers } from '../../shared/blocks/gzip-member.ts';
import { readFrames } from '../../shared/blocks/zstd-frame.ts';
import { DELIMITER } from './bundle-sql.ts';
import type { LinesFile } from './bundle-sql.ts';

const LINE_FEED = 0x0a;

export interface BlobBody {
  readonly name: string;
  readonly body: Buffer;
}

/**
 * Unpacks blobs, one after the other, into a file that the engine reads at once. Throws an Error where one is not what Sluice has
 * written, or damaged.
 */
export async function writeLines(blobs: AsyncIterable<BlobBody>, path: string): Promise<LinesFile> {
  let lines = 0;
  let longestLine = 0;

  async function* pieces(): AsyncGenerator<Buffer> {
    for await (const { name, body } of blobs) {
      const prefix = Buffer.from(`${name}${DELIMITER}${readBlobName(name)?.hour}${DELIMITER}`);
      for await (const found of linesOf(name, body)) {
        lines += found.length;
        longestLine = found.reduce((most, { length }) => Math.max(most, prefix.length + length), longestLine);
        yield Buffer.concat(found.flatMap((line) => [prefix, line]));
      }
    }
  }

  await pipeline(Readable.from(pieces()), createWriteStream(path, { mode: 0o600 }));
  return { path, lines, longestLine };
}

/** Of a blob, member by member. */
async function* linesOf(name: string, body: Buffer): AsyncGenerator<readonly Buffer[]> {
  try {
    for await (const content of contents(name, body)) yield linesIn(content);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The blob ${name} cannot be read: ${reason}. sluice audit --deep tells what is wrong.`, {
      cause,
    });
  }
}

async function* contents(name: string, body: Buffer): AsyncGenerator<Buffer> {
  if (name.endsWith('.zst')) for await (const { content } of readFrames(body)) yield content;
  else if (name.endsWith('.gz')) for await (const { content } of readMembers(body)) yield content;
  else yield body;
}

/** Each with its line feed: every member ends with one. */
function linesIn(content: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < content.length;) {
    const end = content.indexOf(LINE_FEED, start) + 1;
    if (end === 0) throw new Error('its last line has no end');
    lines.push(content.subarray(start, end));
    start = end;
  }
  return lines;
}
