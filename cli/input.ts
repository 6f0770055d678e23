import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { LIMITS } from '../local/event-hubs/limits.ts';
import type { Tier } from '../local/event-hubs/limits.ts';
import { splitLines } from './split-lines.ts';
import { UsageError } from './usage-error.ts';

/** One message to send, and where it comes from. */
export interface InputMessage {
  readonly file: string;
  readonly body: Buffer;
}

const ONE_MESSAGE = new Set(['.json']);
const A_MESSAGE_A_LINE = new Set(['.ndjson', '.jsonl', '.log']);
export const ENDINGS = [...ONE_MESSAGE, ...A_MESSAGE_A_LINE].join(', ');

/** All is kept in memory, several times over: as input, in the hubs, in the archive. */
const MOST_BYTES = 512 * 1024 * 1024;

/** What AMQP puts around a body, in a batch of one, with room to spare. */
const AMQP_ROOM = 1024;

/**
 * The messages in files and folders (with all that is in them, in the order of names). A `.json` file is the body of one
 * message; each line of an `.ndjson`, `.jsonl` or `.log` file is one, without its line end, and empty lines are none.
 * Throws an UsageError for a path that is not there, a file of another kind, and for nothing to send.
 */
export async function readInput(paths: readonly string[]): Promise<InputMessage[]> {
  const files = (await inOrder(paths, filesAt)).flat();
  const messages = (await inOrder(files, messagesIn)).flat();
  const bytes = messages.reduce((sum, { body }) => sum + body.length, 0);
  if (messages.length === 0)
    throw new UsageError(`There is no message in ${paths.join(', ')} (looked for ${ENDINGS}).`);
  if (bytes > MOST_BYTES) {
    throw new UsageError(
      `The input has ${bytes} bytes. All is kept in memory, so ${MOST_BYTES} are the most: send it in parts.`,
    );
  }
  return messages;
}

async function inOrder<T, R>(items: readonly T[], read: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await read(item));
  return results;
}

/** The tier whose limit takes the largest message. Throws an UsageError where none does. */
export function tierFor(messages: readonly InputMessage[]): Tier {
  const largest = messages.reduce((a, b) => (b.body.length > a.body.length ? b : a));
  const needed = largest.body.length + AMQP_ROOM;
  if (needed <= LIMITS.standard.maxMessageBytes) return 'standard';
  if (needed <= LIMITS.dedicated.maxMessageBytes) return 'dedicated';
  const most = LIMITS.dedicated.maxMessageBytes - AMQP_ROOM;
  throw new UsageError(
    `${largest.file} holds a message of ${largest.body.length} bytes. No tier of Event Hubs takes more than ${most}.`,
  );
}

async function filesAt(given: string): Promise<string[]> {
  const found = await stat(given).catch((cause: unknown) => {
    throw new UsageError(`There is no file or folder ${given}.`, { cause });
  });
  if (!found.isDirectory()) {
    if (!isMessages(given))
      throw new UsageError(`${given} is of another kind than those that are read: ${ENDINGS}.`);
    return [given];
  }
  const names = await readdir(given, { recursive: true, withFileTypes: true });
  return names
    .filter((entry) => entry.isFile() && isMessages(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted();
}

function isMessages(file: string): boolean {
  return isMessageAFile(file) || isMessageALine(file);
}

export function isMessageAFile(file: string): boolean {
  return ONE_MESSAGE.has(path.extname(file).toLowerCase());
}

export function isMessageALine(file: string): boolean {
  return A_MESSAGE_A_LINE.has(path.extname(file).toLowerCase());
}

async function messagesIn(file: string): Promise<InputMessage[]> {
  const body = await readFile(file);
  if (isMessageAFile(file)) return [{ file, body }];
  return splitLines(body)
    .map(withoutCarriageReturn)
    .filter((line) => line.length > 0)
    .map((line) => ({ file, body: line }));
}

const CARRIAGE_RETURN = 0x0d;

function withoutCarriageReturn(line: Buffer): Buffer {
  return line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
}
