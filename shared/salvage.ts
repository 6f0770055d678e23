import { BYTE, endOfString, endOfValue, skipSpace } from './json-bytes.ts';
import { repairValue } from './repair.ts';
import type { RepairedValue } from './repair.ts';
import type { Reason } from './reasons.ts';

/** What had to be done to save something of a message that is not JSON. Each is counted by its name. */
export const RUNGS = {
  'control-characters': 'Raw control characters in strings were escaped.',
  'single-quotes': 'Strings in single quotes were put into double quotes.',
  'trailing-commas': 'Commas before a closing bracket were left out.',
  truncated: 'The message ends too early: its complete records were kept.',
  'broken-record': 'What is broken between good records, or after them, was cut out.',
} as const;

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
}

/**
 * Saves what can be saved of a message that is not JSON; undefined where that is nothing. Linear in the length of the message. Whether
 * a member is JSON now is for its judge to say.
 */
export function salvage(text: Buffer): Salvage | undefined {
  const salvager = new Salvager(text);
  salvager.readMessage();
  return salvager.members.length > 0 ? salvager : undefined;
}

/**
 * A value that does not end, or a search that finds nothing, has made us read the rest of the message in vain. After so many, what is
 * left is given up: hostile messages would have it read again and again.
 */
const MOST_IN_VAIN = 64;
/** So many parts are quarantined one by one; beyond that, those that follow each other are one. */
export const MOST_TORSOS = 100;

const BETWEEN_RECORDS = Buffer.from('},');
const NEXT_LINE = Buffer.from('\n{');
const RECORDS_KEY = Buffer.from('"records"');

class Salvager implements Salvage {
  readonly members: SalvagedMember[] = [];
  readonly torsos: Torso[] = [];
  readonly rungs = new Set<Rung>();
  readonly #text: Buffer;
  #inVain = 0;
  /** Whether what was read last is a torso. */
  #lostLast = false;

  constructor(text: Buffer) {
    this.#text = text;
  }

  readMessage(): void {
    for (let at = this.#skip(0); at < this.#text.length; at = this.#skip(at)) {
      const array = this.#text[at] === BYTE.openBracket ? at : this.#findRecords(at);
      at = array === undefined ? this.#readLine(at) : this.#readArray(array, array !== at);
    }
  }

  /** Where the array of an envelope begins. */
  #findRecords(start: number): number | undefined {
    if (this.#text[start] !== BYTE.openBrace) return undefined;
    for (let at = this.#skip(start + 1); ; at = this.#skip(at + 1)) {
      const key = repairValue(this.#text, at);
      if ('kind' in key) return undefined;
      const colon = this.#skip(key.end);
      const value = this.#skip(colon + 1);
      if (this.#text[colon] !== BYTE.colon) return undefined;
      if (key.bytes.equals(RECORDS_KEY)) return this.#text[value] === BYTE.openBracket ? value : undefined;
      const framing = this.#repair(value);
      if ('kind' in framing) return undefined;
      at = this.#skip(framing.end);
      if (this.#text[at] !== BYTE.comma) return undefined;
    }
  }

  /** One of several values that follow each other; a broken one ends where a line begins with another. */
  #readLine(start: number): number {
    const value = this.#repair(start);
    if (!('kind' in value)) return this.#keep(start, value);
    const next = this.#find(NEXT_LINE, start);
    this.rungs.add(value.kind === 'truncated' && next === undefined ? 'truncated' : 'broken-record');
    return this.#lose(start, next ?? this.#text.length, value.detail);
  }

  #readArray(start: number, inEnvelope: boolean): number {
    for (let at = this.#skip(start + 1); ;) {
      if (at >= this.#text.length) return this.#endTooEarly();
      if (this.#text[at] === BYTE.closeBracket) return inEnvelope ? this.#readEndOfEnvelope(at + 1) : at + 1;
      at = this.#skip(this.#readMember(at));
      if (this.#text[at] === BYTE.comma) at = this.#readComma(at);
      else if (this.#text[at] !== BYTE.closeBracket && at < this.#text.length)
        this.rungs.add('broken-record');
    }
  }

  #readComma(comma: number): number {
    const next = this.#skip(comma + 1);
    if (this.#text[next] === BYTE.closeBracket) this.rungs.add('trailing-commas');
    return next;
  }

  #readEndOfEnvelope(start: number): number {
    const at = this.#skip(start);
    if (this.#text[at] === BYTE.closeBrace) return at + 1;
    if (at >= this.#text.length) return this.#endTooEarly();
    this.rungs.add('broken-record');
    // Other keys of the envelope, perhaps; as framing they would not be kept, but here nobody can be sure.
    return this.#lose(at, this.#text.length, 'expected the end of the message');
  }

  #endTooEarly(): number {
    this.rungs.add('truncated');
    return this.#text.length;
  }

  #readMember(start: number): number {
    const value = this.#repair(start);
    if (!('kind' in value)) return this.#keep(start, value);
    const next = this.#findNextMember(start);
    this.rungs.add(value.kind === 'truncated' && next === undefined ? 'truncated' : 'broken-record');
    return this.#lose(start, next ?? this.#text.length, value.detail);
  }

  /** Where a broken member ends: where another begins that looks like it, or else where its brackets say. */
  #findNextMember(start: number): number | undefined {
    const border = this.#borderLike(start);
    const found = border && this.#find(border, start);
    if (found !== undefined) return found + 1;
    return this.#inVain > MOST_IN_VAIN ? undefined : endOfValue(this.#text, start);
  }

  #repair(start: number): ReturnType<typeof repairValue> {
    const value = repairValue(this.#text, start);
    if ('kind' in value && value.kind === 'truncated') this.#inVain++;
    return value;
  }

  #find(what: Buffer, from: number): number | undefined {
    if (this.#inVain > MOST_IN_VAIN) return undefined;
    const found = this.#text.indexOf(what, from + 1);
    if (found !== -1) return found;
    this.#inVain++;
    return undefined;
  }

  /** What stands between two members that both begin with the first key of this one. */
  #borderLike(start: number): Buffer | undefined {
    if (this.#text[start] !== BYTE.openBrace) return undefined;
    const keyEnd = this.#text[start + 1] === BYTE.quote ? endOfString(this.#text, start + 1) : undefined;
    return Buffer.concat([BETWEEN_RECORDS, this.#text.subarray(start, keyEnd ?? start + 1)]);
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

  /** Answers where to go on, which is always further on. */
  #lose(start: number, end: number, detail: string, reason: Reason = 'not-json'): number {
    const further = Math.max(end, start + 1);
    const last = this.torsos.at(-1);
    if (last && this.#lostLast && this.torsos.length >= MOST_TORSOS) {
      this.torsos.splice(-1, 1, { ...last, bytes: this.#text.subarray(last.offset, further) });
    } else {
      this.torsos.push({ reason, detail, offset: start, bytes: this.#text.subarray(start, further) });
    }
    this.#lostLast = true;
    return further;
  }

  #skip(at: number): number {
    return skipSpace(this.#text, at);
  }
}
