import { randomUUID } from 'node:crypto';

/**
 * A block id is 64 ASCII characters (the most that Azure takes before base64) of a layout that is frozen: what has been written
 * with it must be readable for ever. From it alone the audit knows what a block holds.
 *
 *     format 1 | run 4 | first 11 | last 11 | time 9 | records 8 | retention 4 | random 16      (numbers in base 36)
 */
export interface BlockId {
  /** Which run of sequence numbers the messages belong to, from 1. */
  readonly run: number;
  /** Sequence numbers of the first and last message that may have a record in the block. */
  readonly first: number;
  readonly last: number;
  /** Enqueued time of the last message, in milliseconds since 1970. */
  readonly time: number;
  readonly records: number;
  /** Days that the blob is kept if this is its first block; 0 = for ever. */
  readonly retentionDays: number;
  /** So that nobody can stage other bytes under an id that is committed already. */
  readonly random: string;
}

const FORMAT = '1';
/** Where each number stands. */
const PLACES = {
  run: [1, 5],
  first: [5, 16],
  last: [16, 27],
  time: [27, 36],
  records: [36, 44],
  retentionDays: [44, 48],
} as const;
type Field = keyof typeof PLACES;
const FIELDS = Object.keys(PLACES) as Field[];
const BEFORE_RANDOM = 48;
export const RANDOM_CHARACTERS = 16;

/** The first and the last eight of a UUID are random throughout, and Node has those of many at hand. */
export function randomCharacters(): string {
  const uuid = randomUUID();
  return uuid.slice(0, RANDOM_CHARACTERS / 2) + uuid.slice(-RANDOM_CHARACTERS / 2);
}

/** The id in base64, as the service wants it. */
export function encodeBlockId(id: BlockId): string {
  const numbers = FIELDS.map((field) => base36(id[field], PLACES[field][1] - PLACES[field][0]));
  return Buffer.from(FORMAT + numbers.join('') + id.random, 'latin1').toString('base64');
}

/** Undefined for a block that Sluice has not written. A commit decodes those of the whole blob. */
export function decodeBlockId(encoded: string): BlockId | undefined {
  const text = Buffer.from(encoded, 'base64').toString('latin1');
  if (!/^1[0-9a-z]{63}$/.test(text)) return undefined;
  const read = (field: Field): number => Number.parseInt(text.slice(...PLACES[field]), 36);
  return {
    run: read('run'),
    first: read('first'),
    last: read('last'),
    time: read('time'),
    records: read('records'),
    retentionDays: read('retentionDays'),
    random: text.slice(BEFORE_RANDOM),
  };
}

function base36(value: number, width: number): string {
  const digits = value.toString(36).padStart(width, '0');
  if (!Number.isSafeInteger(value) || value < 0 || digits.length > width) {
    throw new RangeError(`${value} does not fit into ${width} characters of a block id`);
  }
  return digits;
}
