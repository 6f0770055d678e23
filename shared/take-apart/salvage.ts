import { MOST_FAULTS } from './fault.ts';
import { BYTE, endOfString, isSpace, skipSpace } from '../json/json-bytes.ts';
import { repairValue } from './repair.ts';
import type { Beyond, Repair, RepairedValue } from './repair.ts';
import type { Reason } from './reasons.ts';

/** What had to be done to save something of a message that is not JSON. Each is counted by its name. */
export const RUNGS = {
  'control-characters': 'Raw control characters in strings were escaped.',
  'single-quotes': 'Strings in single quotes were put into double quotes.',
  'trailing-commas': 'Commas before a closing bracket were left out.',
  truncated: 'The message ends too early: its complete records were kept.',
  'broken-record': 'What is broken between good records, or after them, was cut out.',
} as const satisfies Record<Repair | 'truncated' | 'broken-record', string>;

export type Rung = keyof typeof RUNGS;

export interface SalvagedMember {
  /** A slice of the message, unless it was repaired. */
  readonly bytes: Buffer;
  /** In the broken message. */
  readonly offset: number;
  readonly repaired: boolean;
}

/** A part of the message that could not be saved. */
export interface Torso {
  readonly reason: Reason;
  readonly detail: string;
  readonly offset: number;
  readonly bytes: Buffer;
}

export interface Salvage {
  readonly members: readonly SalvagedMember[];
  readonly torsos: readonly Torso[];
  readonly rungs: ReadonlySet<Rung>;
  /** How many bytes were looked at, those that were looked at again included. */
  readonly bytesRead: number;
}

/**
 * Saves what can be saved of a message that is not JSON; undefined where that is nothing. What is in no member and in no torso was
 * framing: brackets, commas, white space, and the other keys of an envelope. Whether a member is JSON now is for its judge to say.
 */
export function salvage(text: Buffer): Salvage | undefined {
  const salvager = new Salvager(text);
  salvager.readMessage();
  return salvager.members.length > 0 ? salvager : undefined;
}

/**
 * A message is read so many times over at most: once for what is good, once more where an envelope is looked for, and where it is
 * broken, again and again. After that, what is left is given up, or a hostile message would take time in the square of its length.
 */
export const MOST_READINGS = 20;

const RECORDS = Buffer.from('records');
const RECORDS_KEY = Buffer.from('"records"');
const ANY_RECORD = Buffer.from('{"');
const NEXT_LINE = Buffer.from('\n{');
const SINGLE_QUOTE = 0x27;

class Salvager implements Salvage {
  readonly members: SalvagedMember[] = [];
  readonly torsos: Torso[] = [];
  readonly rungs = new Set<Rung>();
  bytesRead = 0;
  readonly #text: Buffer;
  readonly #mayHoldEnvelopes: boolean;
  /** Whether what was read last is a torso. */
  #lostLast = false;
  /** Whether a line has ended with a value of the message. */
  #holdsLines = false;

  constructor(text: Buffer) {
    this.#text = text;
    this.#mayHoldEnvelopes = text.includes(RECORDS);
  }

  readMessage(): void {
    for (let at = this.#skip(0); at < this.#text.length; at = this.#skip(at)) {
      const byte = this.#text[at];
      if (byte === BYTE.comma) at = this.#readStrayComma(at);
      else if (byte === BYTE.openBracket) at = this.#readArray(at, (member) => this.#readMember(member));
      else at = this.#readMember(at);
      this.#holdsLines ||= this.#text[at] === BYTE.lineFeed || this.#text[at] === BYTE.carriageReturn;
    }
  }

  /** An envelope, or a record. Like every reader it answers where to go on, which is always further on. */
  #readMember(start: number): number {
    return this.#readEnvelope(start) ?? this.#readRecord(start);
  }

  #readArray(start: number, read: (start: number) => number): number {
    for (let at = this.#skip(start + 1); at < this.#text.length;) {
      const byte = this.#text[at];
      if (byte === BYTE.closeBracket) return at + 1;
      if (byte === BYTE.comma) at = this.#readStrayComma(at);
      else at = this.#readSeparator(read(at), BYTE.closeBracket);
    }
    return this.#endTooEarly();
  }

  /** Undefined where no object with an array of records begins here, or it is broken before them. */
  #readEnvelope(start: number): number | undefined {
    if (!this.#mayHoldEnvelopes || this.#text[start] !== BYTE.openBrace) return undefined;
    const repairs = new Set<Repair>();
    let isEnvelope = false;
    for (let at = this.#skip(start + 1); at < this.#text.length;) {
      if (this.#text[at] === BYTE.closeBrace) return isEnvelope ? at + 1 : undefined;
      if (this.#text[at] === BYTE.comma && isEnvelope) at = this.#readStrayComma(at);
      const pair = this.#readPair(at, repairs);
      if ('kind' in pair) return isEnvelope ? this.#loseBroken(at, pair) : undefined;
      isEnvelope ||= pair.holdsRecords;
      if (isEnvelope) for (const repair of repairs) this.rungs.add(repair);
      const end = pair.holdsRecords
        ? this.#readArray(pair.end, (record) => this.#readRecord(record))
        : pair.end;
      at = this.#readSeparator(end, BYTE.closeBrace);
    }
    return isEnvelope ? this.#endTooEarly() : undefined;
  }

  /** A key of an envelope and its value, which is framing and ends at `end`, or else the records, which begin there. */
  #readPair(start: number, repairs: Set<Repair>): { end: number; holdsRecords: boolean } | Beyond {
    const key = this.#repair(start);
    if ('kind' in key) return key;
    const colon = this.#skip(key.end);
    if (key.bytes[0] !== BYTE.quote || this.#text[colon] !== BYTE.colon) return NO_PAIR;
    const place = this.#skip(colon + 1);
    const holdsRecords = this.#text[place] === BYTE.openBracket && key.bytes.equals(RECORDS_KEY);
    const value = holdsRecords ? undefined : this.#repair(place);
    if (value && 'kind' in value) return value;
    for (const repair of [...key.repairs, ...(value?.repairs ?? [])]) repairs.add(repair);
    return { end: value?.end ?? place, holdsRecords };
  }

  #readRecord(start: number): number {
    if (this.bytesRead > MOST_READINGS * this.#text.length) return this.#loseBroken(start, GIVEN_UP);
    const value = this.#repair(start);
    return 'kind' in value ? this.#loseBroken(start, value) : this.#keep(start, value);
  }

  /** Between two values, or before the bracket that closes them. */
  #readSeparator(start: number, closing: number): number {
    const at = this.#skip(start);
    const byte = this.#text[at];
    if (byte === undefined || byte === closing) return at;
    const next = byte === BYTE.comma ? this.#skip(at + 1) : at;
    if (next === at) this.rungs.add('broken-record');
    else if (this.#text[next] === closing) this.rungs.add('trailing-commas');
    return next;
  }

  /** One where a value should be. */
  #readStrayComma(comma: number): number {
    this.rungs.add('broken-record');
    return this.#skip(comma + 1);
  }

  #endTooEarly(): number {
    this.rungs.add('truncated');
    return this.#text.length;
  }

  #keep(start: number, { bytes, end, repairs }: RepairedValue): number {
    for (const repair of repairs) this.rungs.add(repair);
    if (bytes[0] !== BYTE.openBrace) {
      return this.#lose(start, end, 'no object in the place of a record', 'not-an-object');
    }
    this.members.push({ bytes, offset: start, repaired: repairs.size > 0 });
    this.#lostLast = false;
    return end;
  }

  #loseBroken(start: number, beyond: Beyond): number {
    const end = beyond === GIVEN_UP ? undefined : this.#endOfBroken(start, beyond.kind);
    this.rungs.add(beyond.kind === 'truncated' && end === undefined ? 'truncated' : 'broken-record');
    return this.#lose(start, end ?? this.#text.length, beyond.detail);
  }

  #lose(start: number, end: number, detail: string, reason: Reason = 'not-json'): number {
    const last = this.torsos.at(-1);
    if (last && this.#lostLast && this.torsos.length >= MOST_FAULTS) {
      this.torsos.splice(-1, 1, { ...last, bytes: this.#text.subarray(last.offset, end) });
    } else {
      this.torsos.push({ reason, detail, offset: start, bytes: this.#text.subarray(start, end) });
    }
    this.#lostLast = true;
    return end;
  }

  /**
   * Where a broken record ends: where its brackets say, if a record can end there; or before the next that begins with the same key;
   * or before any other. One that goes on to the message's end without a fault is cut off there, and all that is in it is its own.
   */
  #endOfBroken(start: number, kind: Beyond['kind']): number | undefined {
    if (kind === 'truncated') return this.#endOfLine(start);
    return (
      this.#endOfBrackets(start) ??
      this.#endBeforeRecord(this.#firstKey(start), start) ??
      this.#endBeforeRecord(ANY_RECORD, start) ??
      this.#endOfLine(start)
    );
  }

  #endOfBrackets(start: number): number | undefined {
    if (this.#text[start] !== BYTE.openBrace && this.#text[start] !== BYTE.openBracket) return undefined;
    const { end, areMatched } = readBrackets(this.#text, start);
    this.bytesRead += end - start;
    const next = this.#text[this.#skip(end)];
    return areMatched && (next === undefined || RECORD_IS_FOLLOWED_BY.has(next)) ? end : undefined;
  }

  /** The record's opening brace and its first key, as it spells them; undefined where there is no such thing. */
  #firstKey(start: number): Buffer | undefined {
    if (this.#text[start] !== BYTE.openBrace) return undefined;
    const quote = this.#skip(start + 1);
    const kind = this.#text[quote];
    if (kind !== BYTE.quote && kind !== SINGLE_QUOTE) return undefined;
    const length = this.#text.subarray(quote + 1, quote + 1 + LONGEST_KEY).indexOf(kind);
    return length > 0 ? this.#text.subarray(start, quote + length + 2) : undefined;
  }

  /** Where the text before the next record ends; a record stands behind a brace or a comma, or begins a line. */
  #endBeforeRecord(opening: Buffer | undefined, start: number): number | undefined {
    if (!opening) return undefined;
    for (let at = this.#find(opening, start); at !== undefined; at = this.#find(opening, at)) {
      const end = this.#skipBack(at);
      const before = this.#text[end - 1];
      if (before === BYTE.closeBrace || this.#beginsLine(at, before)) return end;
      if (before === BYTE.comma) return end - 1;
    }
    return undefined;
  }

  /** Where a line ends, and the next begins with an object. */
  #endOfLine(start: number): number | undefined {
    for (let at = this.#find(NEXT_LINE, start); at !== undefined; at = this.#find(NEXT_LINE, at)) {
      if (this.#beginsLine(at + 1, this.#text[this.#skipBack(at) - 1])) return at;
    }
    return undefined;
  }

  /** Of lines that hold a value each; a line break may also stand within a value, where another is still to come. */
  #beginsLine(at: number, before: number | undefined): boolean {
    const isWithin = before === BYTE.colon || before === BYTE.comma || before === BYTE.openBracket;
    return this.#text[at - 1] === BYTE.lineFeed && (this.#holdsLines || !isWithin);
  }

  #find(what: Buffer, after: number): number | undefined {
    if (this.bytesRead > MOST_READINGS * this.#text.length) return undefined;
    const found = this.#text.indexOf(what, after + 1);
    this.bytesRead += (found === -1 ? this.#text.length : found) - after;
    return found === -1 ? undefined : found;
  }

  /** Where the white space before `at` begins. */
  #skipBack(at: number): number {
    let end = at;
    while (isSpace(this.#text[end - 1])) end--;
    this.bytesRead += at - end;
    return end;
  }

  #repair(start: number): RepairedValue | Beyond {
    const value = repairValue(this.#text, start);
    this.bytesRead += ('kind' in value ? value.at : value.end) - start;
    return value;
  }

  #skip(at: number): number {
    return skipSpace(this.#text, at);
  }
}

const NO_PAIR: Beyond = {
  kind: 'broken',
  at: 0,
  detail: 'expected a key and a value, or the end of the message',
};
const GIVEN_UP: Beyond = { kind: 'broken', at: 0, detail: 'too much before it is broken' };

const RECORD_IS_FOLLOWED_BY: ReadonlySet<number> = new Set(Buffer.from(',]}{'));

/** Bytes; longer than any product's. */
const LONGEST_KEY = 200;

/** To where the bracket closes that opens at `start`, strings left aside, or to where brackets no longer match. */
function readBrackets(text: Buffer, start: number): { end: number; areMatched: boolean } {
  const awaited: number[] = [];
  for (let at = start; at < text.length; at++) {
    const byte = text[at];
    if (byte === BYTE.openBrace) awaited.push(BYTE.closeBrace);
    else if (byte === BYTE.openBracket) awaited.push(BYTE.closeBracket);
    else if (byte === BYTE.quote) at = (endOfString(text, at) ?? text.length) - 1;
    else if (byte === BYTE.closeBrace || byte === BYTE.closeBracket) {
      if (awaited.pop() !== byte) return { end: at, areMatched: false };
      if (awaited.length === 0) return { end: at + 1, areMatched: true };
    }
  }
  return { end: text.length, areMatched: false };
}
