import { isUtf8 } from 'node:buffer';
import { BYTE, endOfString, endOfValue, skipSpace } from '../json/json-bytes.ts';
import { MOST_FAULTS } from './fault.ts';
import type { Fault } from './fault.ts';
import type { Verdict } from '../judge/verdict.ts';

/** A member that is no record: quarantined alone. */
export interface FaultyMember extends Fault {
  /** Its place among the members. */
  readonly index: number;
}

export interface Split {
  /** What stands where records stand, in order: slices of the message, not copies. */
  readonly members: readonly Buffer[];
  /** The members that are no records; nearly always empty. */
  readonly faults: readonly FaultyMember[];
  /** By the place of the member, of those that the fast reader has read. */
  readonly verdicts: readonly (Verdict | undefined)[];
}

/** Reads records of one message, those that it can read quickly. See `openSieve`. */
export interface FastReader {
  /** Where the record ends that begins at `start`: then it is valid JSON. Undefined where that is left to others. */
  read(start: number): number | undefined;
  /** What it has found out on the way about the record that it read last; undefined where the judge is to say it. */
  readonly verdict: Verdict | undefined;
}

/**
 * Takes a message apart: `{"records":[...]}` (the key anywhere in the object), an array, one object, or several values
 * one after the other (NDJSON). Linear in the length of the message, without recursion.
 *
 * Strict about the framing, and leaves the inside of a record to whoever judges it: it finds a record's end by its
 * brackets and strings alone. So a message is valid JSON if this finds no fault and every record turns out to be JSON.
 */
export function split(text: Buffer, fastReader?: FastReader): Split | Fault {
  if (text.length === 0) return { reason: 'empty-message', detail: 'no bytes', offset: 0 };
  const found = nothingFound(text, fastReader);
  const broken = readMessage(text, found);
  if (broken) return broken;
  if (found.members.length === 0) return { reason: 'no-records', detail: 'nothing to take out', offset: 0 };
  if (!isUtf8(text)) faultMembersThatAreNotUtf8(text, found);
  return found;
}

/**
 * What has been found so far. A plain object: V8 throws away the code that it has compiled for a class whenever a
 * collection finds no object of it, which between two batches is often so.
 */
interface Found extends Split {
  readonly members: Buffer[];
  readonly verdicts: (Verdict | undefined)[];
  readonly faults: FaultyMember[];
  /** Whether any object of the message can have the key `records`; the ordinary record is spared the search for it. */
  readonly mayHoldEnvelopes: boolean;
  readonly fastReader: FastReader | undefined;
}

function nothingFound(text: Buffer, fastReader: FastReader | undefined): Found {
  const mayHoldEnvelopes = text.includes(RECORDS_KEY) || text.includes(UNICODE_ESCAPE);
  return { members: [], verdicts: [], faults: [], mayHoldEnvelopes, fastReader };
}

function addFault(
  found: Found,
  text: Buffer,
  start: number,
  end: number,
  fault: Omit<Fault, 'offset'>,
): void {
  const { members, faults } = found;
  const last = faults.at(-1);
  if (last && faults.length >= MOST_FAULTS && last.index === members.length - 1) {
    members[last.index] = text.subarray(last.offset, end);
  } else {
    faults.push({ ...fault, offset: start, index: members.length });
    addMember(found, text.subarray(start, end));
  }
}

function addMember(found: Found, bytes: Buffer, verdict?: Verdict): void {
  found.members.push(bytes);
  found.verdicts.push(verdict);
}

function faultMembersThatAreNotUtf8(text: Buffer, { members, faults }: Found): void {
  const known = new Set(faults.map((fault) => fault.index));
  members.forEach((bytes, index) => {
    if (isUtf8(bytes) || known.has(index)) return;
    const offset = bytes.byteOffset - text.byteOffset;
    faults.push({ reason: 'not-utf8', detail: 'invalid UTF-8 in the record', offset, index });
  });
  faults.sort((a, b) => a.index - b.index);
}

/** Reads what stands in the place of a record, at `start`, and answers where it ends. */
type Reader = (text: Buffer, start: number, found: Found) => number | Fault;

function readMessage(text: Buffer, found: Found): Fault | undefined {
  for (let at = skipSpace(text, 0); at < text.length; at = skipSpace(text, at)) {
    const isArray = text[at] === BYTE.openBracket;
    const end = isArray ? readArray(text, at, found, readMember) : readMember(text, at, found);
    if (typeof end !== 'number') return end;
    at = end;
  }
  return undefined;
}

function readArray(text: Buffer, start: number, found: Found, read: Reader): number | Fault {
  let at = skipSpace(text, start + 1);
  if (text[at] === BYTE.closeBracket) return at + 1;
  for (;;) {
    const end = read(text, at, found);
    if (typeof end !== 'number') return end;
    at = skipSpace(text, end);
    if (text[at] === BYTE.closeBracket) return at + 1;
    if (text[at] !== BYTE.comma) return notJson(text, at, "expected ',' or ']'");
    at = skipSpace(text, at + 1);
  }
}

/** A member of the message: an envelope, or a record. */
function readMember(text: Buffer, start: number, found: Found): number | Fault {
  const mayBeEnvelope = text[start] === BYTE.openBrace && found.mayHoldEnvelopes;
  const records = mayBeEnvelope ? findRecords(text, start) : undefined;
  if (records === undefined) return readRecord(text, start, found);
  if (text[records] === BYTE.openBracket) return readEnvelope(text, start, found);
  const end = readFraming(text, start);
  if (typeof end !== 'number') return end;
  const kind = kindOf(text.subarray(records, endOfValue(text, records)));
  addFault(found, text, start, end, {
    reason: 'records-not-an-array',
    detail: `records holds: ${kind}`,
  });
  return end;
}

function readRecord(text: Buffer, start: number, found: Found): number | Fault {
  const { fastReader } = found;
  const fastEnd = fastReader?.read(start);
  if (fastEnd !== undefined) {
    addMember(found, text.subarray(start, fastEnd), fastReader?.verdict);
    return fastEnd;
  }
  const end = endOfValue(text, start);
  if (end === undefined) return notJson(text, start, 'a value that does not end');
  if (text[start] === BYTE.openBrace) {
    addMember(found, text.subarray(start, end));
    return end;
  }
  const value = text.subarray(start, end);
  if (!isJson(value)) return notJson(text, start, 'expected a JSON object');
  addFault(found, text, start, end, {
    reason: 'not-an-object',
    detail: `in the place of a record: ${kindOf(value)}`,
  });
  return end;
}

/** Where the value of the object's own key `records` begins. A malformed object has none; its reader says what is wrong. */
function findRecords(text: Buffer, start: number): number | undefined {
  for (let at = skipSpace(text, start + 1); text[at] === BYTE.quote;) {
    const keyEnd = endOfString(text, at);
    const colon = keyEnd && skipSpace(text, keyEnd);
    if (!keyEnd || !colon || text[colon] !== BYTE.colon) return undefined;
    const value = skipSpace(text, colon + 1);
    if (isRecordsKey(text, at, keyEnd)) return value;
    const valueEnd = endOfValue(text, value);
    const comma = valueEnd && skipSpace(text, valueEnd);
    if (!comma || text[comma] !== BYTE.comma) return undefined;
    at = skipSpace(text, comma + 1);
  }
  return undefined;
}

/** What is not under the key `records` is framing: it is not kept, but it must be JSON. */
function readEnvelope(text: Buffer, start: number, found: Found): number | Fault {
  for (let at = skipSpace(text, start + 1); ;) {
    const keyEnd = text[at] === BYTE.quote ? endOfString(text, at) : undefined;
    const isRecords = keyEnd !== undefined && isRecordsKey(text, at, keyEnd);
    if (keyEnd === undefined || !(isRecords || isJson(text.subarray(at, keyEnd))))
      return notJson(text, at, 'expected a key');
    const colon = skipSpace(text, keyEnd);
    if (text[colon] !== BYTE.colon) return notJson(text, colon, "expected ':'");
    const value = skipSpace(text, colon + 1);
    const holdsRecords = isRecords && text[value] === BYTE.openBracket;
    const end = holdsRecords ? readArray(text, value, found, readRecord) : readFraming(text, value);
    if (typeof end !== 'number') return end;
    at = skipSpace(text, end);
    if (text[at] === BYTE.closeBrace) return at + 1;
    if (text[at] !== BYTE.comma) return notJson(text, at, "expected ',' or '}'");
    at = skipSpace(text, at + 1);
  }
}

function readFraming(text: Buffer, start: number): number | Fault {
  const end = endOfValue(text, start);
  if (end === undefined) return notJson(text, start, 'a value that does not end');
  return isJson(text.subarray(start, end)) ? end : notJson(text, start, 'expected a JSON value');
}

const RECORDS_KEY = Buffer.from('"records"');
const UNICODE_ESCAPE = '\\u';

function isRecordsKey(text: Buffer, start: number, end: number): boolean {
  if (end - start === RECORDS_KEY.length && startsWithRecordsKey(text, start)) return true;
  const key = text.subarray(start, end);
  return key.includes(UNICODE_ESCAPE) && isJson(key) && JSON.parse(key.toString()) === 'records';
}

function startsWithRecordsKey(text: Buffer, start: number): boolean {
  for (let i = 0; i < RECORDS_KEY.length; i++) if (text[start + i] !== RECORDS_KEY[i]) return false;
  return true;
}

function isJson(value: Buffer): boolean {
  try {
    JSON.parse(value.toString());
    return true;
  } catch {
    return false;
  }
}

function kindOf(value: Buffer): string {
  const parsed: unknown = JSON.parse(value.toString());
  if (parsed === null) return 'null';
  return Array.isArray(parsed) ? 'array' : typeof parsed;
}

function notJson(text: Buffer, offset: number, what: string): Fault {
  if (offset >= text.length) return { reason: 'not-json', detail: `${what}, but the message ends`, offset };
  const end = Math.min(offset + 20, text.length);
  const near = JSON.stringify(text.subarray(offset, end).toString());
  return { reason: 'not-json', detail: `${what} at byte ${offset}, near ${near}`, offset };
}
