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

const FORMAT = 0x31;
/** How many digits each number has, in the order in which they stand. */
const DIGITS = { run: 4, first: 11, last: 11, time: 9, records: 8, retentionDays: 4 } as const;
type Field = keyof typeof DIGITS;
const FIELDS = Object.keys(DIGITS) as Field[];
export const RANDOM_CHARACTERS = 16;
const BEFORE_RANDOM = 48;
const CHARACTERS = BEFORE_RANDOM + RANDOM_CHARACTERS;

const BASE = 36;
const DIGIT = Buffer.from('0123456789abcdefghijklmnopqrstuvwxyz');
const NO_DIGIT = 0xff;
/** By character, what it is worth. */
const WORTH = new Uint8Array(256).fill(NO_DIGIT);
for (const [worth, character] of DIGIT.entries()) WORTH[character] = worth;

/** The id that is being written or read, before base64. */
const text = Buffer.alloc(CHARACTERS);

/** The first and the last eight of a UUID are random throughout, and Node has those of many at hand. */
export function randomCharacters(): string {
  const uuid = randomUUID();
  return uuid.slice(0, RANDOM_CHARACTERS / 2) + uuid.slice(-RANDOM_CHARACTERS / 2);
}

/** The id in base64, as the service wants it. */
export function encodeBlockId(id: BlockId): string {
  text[0] = FORMAT;
  let at = 1;
  for (const field of FIELDS) {
    writeNumber(id[field], at, DIGITS[field]);
    at += DIGITS[field];
  }
  text.write(id.random, at, 'latin1');
  return text.toString('base64');
}

/** Undefined for a block that Sluice has not written. */
export function decodeBlockId(encoded: string): BlockId | undefined {
  if (Buffer.byteLength(encoded, 'base64') !== CHARACTERS) return undefined;
  if (text.write(encoded, 'base64') !== CHARACTERS || text[0] !== FORMAT) return undefined;
  for (const character of text) if (WORTH[character] === NO_DIGIT) return undefined;
  let at = 1;
  const next = (field: Field): number => readNumber(at, (at += DIGITS[field]));
  return {
    run: next('run'),
    first: next('first'),
    last: next('last'),
    time: next('time'),
    records: next('records'),
    retentionDays: next('retentionDays'),
    random: text.toString('latin1', BEFORE_RANDOM),
  };
}

function writeNumber(value: number, start: number, digits: number): void {
  let left = Number.isSafeInteger(value) && value >= 0 ? value : Infinity;
  for (let at = start + digits - 1; at >= start; at--) {
    const rest = Math.floor(left / BASE);
    text[at] = DIGIT[left - rest * BASE] as number;
    left = rest;
  }
  if (left !== 0) throw new RangeError(`${value} does not fit into ${digits} characters of a block id`);
}

function readNumber(start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) value = value * BASE + (WORTH[text[at] as number] as number);
  return value;
}
