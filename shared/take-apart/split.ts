import { isUtf8 } from 'node:buffer';
import { BYTE, endOfString, endOfValue, isJson, skipSpace } from '../json/json-bytes.ts';
import { MOST_FAULTS } from './fault.ts';
import type { Fault } from './fault.ts';
import type { Hint } from '../judge/judge.ts';
import type { Span } from '../judge/span.ts';

/** What stands where records stand. */
export interface Member {
  /** A slice of the message, not a copy. */
  readonly bytes: Buffer;
  /** Its place among all of them; of a span, that of its first record. */
  readonly index: number;
  /** What the fast reader has found, of this record and perhaps of others behind it. */
  readonly span: Span | undefined;
  /** What the fast reader has found of one that the judge is to judge. */
  readonly hint: Hint | undefined;
  /** Why it is no record: quarantined alone. */
  readonly fault: Fault | undefined;
}

/** Reads records of one message, those that it can read quickly. See `openSieve`. */
export interface FastReader {
  /**
   * Where the record ends that begins at `start`, or in an array the last of those that stand side by side from there on: then they
   * are valid JSON. Undefined where that is left to others.
   */
  read(start: number, inArray: boolean): number | undefined;
  /** Whether all of the message surely is of ASCII. */
  readonly isAscii: boolean;
  /** What it has found out about what it read last; undefined where the judge is to say it, of one record. */
  readonly span: Span | undefined;
  /** For the judge, where it is to say it: what it knows already. */
  readonly hint: Hint | undefined;
}

/** @param isAlone whether each record is to be a span of its own */
export type OpenReader = (text: Buffer, isAlone?: boolean) => FastReader;

/**
 * Takes a message apart: `{"records":[...]}` (the key anywhere in the object), an array, one object, or several values
 * one after the other (NDJSON). Linear in the length of the message, without recursion.
 *
 * Strict about the framing, and leaves the inside of a record to whoever judges it: it finds a record's end by its
 * brackets and strings alone. So a message is valid JSON if this finds no fault and every record turns out to be JSON.
 */
export function split(text: Buffer, openReader?: OpenReader, isAlone = false): Member[] | Fault {
  if (text.length === 0) return { reason: 'empty-message', detail: 'no bytes', offset: 0 };
  const reader = openReader?.(text, isAlone);
  const isText = reader?.isAscii === true || isUtf8(text);
  // What reads many records at once cannot tell one of them from the others that is not UTF-8.
  const found = nothingFound(text, isText ? reader : undefined);
  const broken = readMessage(text, found);
  if (broken) return broken;
  if (found.members.length === 0) return { reason: 'no-records', detail: 'nothing to take out', offset: 0 };
  return isText ? found.members : found.members.map((member) => faultUnlessUtf8(member, text));
}

/**
 * What has been found so far. A plain object: V8 throws away the code that it has compiled for a class whenever a
 * collection finds no object of it, which between two batches is often so.
 */
interface Found {
  readonly members: Member[];
  /** How many records and others these are. */
  count: number;
  faults: number;
  /** Whether any object of the message can have the key `records`; the ordinary record is spared the search for it. */
  readonly mayHoldEnvelopes: boolean;
  readonly fastReader: FastReader | undefined;
}

function nothingFound(text: Buffer, fastReader: FastReader | undefined): Found {
  const mayHoldEnvelopes = text.includes(RECORDS_KEY) || text.includes(UNICODE_ESCAPE);
  return { members: [], count: 0, faults: 0, mayHoldEnvelopes, fastReader };
}

function addFault(
  found: Found,
  text: Buffer,
  start: number,
  end: number,
  fault: Omit<Fault, 'offset'>,
): void {
  const { members } = found;
  const last = members.at(-1);
  if (last?.fault && found.faults >= MOST_FAULTS) {
    members[members.length - 1] = { ...last, bytes: text.subarray(last.fault.offset, end) };
  } else {
    found.faults++;
    addMember(found, text.subarray(start, end), undefined, undefined, { ...fault, offset: start });
  }
}

function addMember(found: Found, bytes: Buffer, span?: Span, hint?: Hint, fault?: Fault): void {
  found.members.push({ bytes, index: found.count, span, hint, fault });
  found.count += span?.ends.length ?? 1;
}

function faultUnlessUtf8(member: Member, text: Buffer): Member {
  const { bytes, fault } = member;
  if (fault || isUtf8(bytes)) return member;
  const offset = bytes.byteOffset - text.byteOffset;
  return { ...member, fault: { reason: 'not-utf8', detail: 'invalid UTF-8 in the record', offset } };
}

/** Reads what stands in the place of a record, at `start`, and answers where it ends. */
type Reader = (text: Buffer, start: number, found: Found, inArray: boolean) => number | Fault;

function readMessage(text: Buffer, found: Found): Fault | undefined {
  for (let at = skipSpace(text, 0); at < text.length; at = skipSpace(text, at)) {
    const isArray = text[at] === BYTE.openBracket;
    const end = isArray ? readArray(text, at, found, readMember) : readMember(text, at, found, false);
    if (typeof end !== 'number') return end;
    at = end;
  }
  return undefined;
}

function readArray(text: Buffer, start: number, found: Found, read: Reader): number | Fault {
  let at = skipSpace(text, start + 1);
  if (text[at] === BYTE.closeBracket) return at + 1;
  for (;;) {
    const end = read(text, at, found, true);
    if (typeof end !== 'number') return end;
    at = skipSpace(text, end);
    if (text[at] === BYTE.closeBracket) return at + 1;
    if (text[at] !== BYTE.comma) return notJson(text, at, "expected ',' or ']'");
    at = skipSpace(text, at + 1);
  }
}

/** A member of the message: an envelope, or a record. */
function readMember(text: Buffer, start: number, found: Found, inArray: boolean): number | Fault {
  const mayBeEnvelope = text[start] === BYTE.openBrace && found.mayHoldEnvelopes;
  const records = mayBeEnvelope ? findRecords(text, start) : undefined;
  if (records === undefined) return readRecord(text, start, found, inArray);
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

function readRecord(text: Buffer, start: number, found: Found, inArray: boolean): number | Fault {
  const { fastReader } = found;
  const fastEnd = fastReader?.read(start, inArray);
  if (fastEnd !== undefined) {
    const span = fastReader?.span;
    addMember(found, span?.bytes ?? text.subarray(start, fastEnd), span, fastReader?.hint);
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
