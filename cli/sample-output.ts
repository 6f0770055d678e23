import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isMessageAFile, isMessageALine } from './input.ts';
import { fileWriter, prepareOutFolder } from './out-folder.ts';
import { UsageError } from './usage-error.ts';

/** Enough for ten million messages to sort by name as they came. */
const DIGITS = 8;

/** Whether the messages are to be lines of a file of this name. Throws a UsageError where it is neither that nor a folder's. */
export function isLineFile(out: string): boolean {
  if (isMessageALine(out)) return true;
  if (isMessageAFile(out))
    throw new UsageError(
      `${out} would hold one message only: name a folder, or a file that ends in .ndjson.`,
    );
  return false;
}

/** A message a line, to a file or (`-`) to standard output. Whoever reads that may stop early. */
export async function writeLines(out: string, bodies: Iterable<Buffer>): Promise<void> {
  const lines = Readable.from(linesOf(bodies), { objectMode: false });
  if (out !== '-') await mkdir(path.dirname(out), { recursive: true });
  try {
    await (out === '-' ? pipeline(lines, process.stdout) : pipeline(lines, createWriteStream(out)));
  } catch (error) {
    const isClosed = error instanceof Error && 'code' in error && error.code === 'EPIPE';
    if (!isClosed) throw error;
  }
}

/** A .json file for each message, in a folder that is empty or new. */
export async function writeFiles(folder: string, bodies: Iterable<Buffer>): Promise<void> {
  await prepareOutFolder(folder);
  const write = fileWriter(folder);
  let written = 0;
  for (const body of bodies) await write(`${String(++written).padStart(DIGITS, '0')}.json`, body);
}

function* linesOf(bodies: Iterable<Buffer>): Generator<Buffer> {
  const lineEnd = Buffer.from('\n');
  for (const body of bodies) yield Buffer.concat([body, lineEnd]);
}
