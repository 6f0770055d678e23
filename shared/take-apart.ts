import { decode } from './decode.ts';
import type { DecodeLimits } from './decode.ts';
import type { DeadLetter } from './dead-letter.ts';
import type { Fault } from './fault.ts';
import { split } from './split.ts';
import type { Split } from './split.ts';
import type { Verdict } from './verdict.ts';

export type Judge = (record: Buffer) => Verdict | undefined;

export interface TakenRecord {
  /** A slice of the message. */
  readonly bytes: Buffer;
  readonly index: number;
  /** Where it begins in the unpacked message, in bytes. */
  readonly offset: number;
  readonly verdict: Verdict;
}

/** A message taken apart: every byte of it is in a record, in a dead letter, or was framing. */
export interface TakenMessage {
  /** Unpacked: what the records are slices of. */
  readonly text: Buffer;
  readonly records: readonly TakenRecord[];
  readonly deadLetters: readonly DeadLetter[];
}

export interface TakeApartDeps extends DecodeLimits {
  readonly judge: Judge;
}

/** decode > split > identify > validate, for one message. Never throws: a bug of ours is confined to the message. */
export function takeApart(body: Buffer, deps: TakeApartDeps): TakenMessage {
  try {
    const text = decode(body, deps);
    if (!Buffer.isBuffer(text)) return wholeMessage(body, text);
    const parts = split(text);
    if ('reason' in parts) return wholeMessage(body, parts);
    return judgeMembers(body, text, parts, deps.judge);
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return wholeMessage(body, { reason: 'internal-error', detail, offset: 0 });
  }
}

function judgeMembers(body: Buffer, text: Buffer, parts: Split, judge: Judge): TakenMessage {
  const faults = new Map(parts.faults.map((fault) => [fault.index, fault]));
  const records: TakenRecord[] = [];
  for (let index = 0; index < parts.members.length; index++) {
    const bytes = parts.members[index];
    if (!bytes || faults.has(index)) continue;
    const offset = bytes.byteOffset - text.byteOffset;
    const verdict = judge(bytes);
    // Not JSON after all. Here the salvage of broken messages will begin.
    if (!verdict) return wholeMessage(body, brokenRecord(bytes, offset));
    records.push({ bytes, index, offset, verdict });
  }
  return { text, records, deadLetters: parts.faults.map((fault) => faultyMember(fault, parts)) };
}

function wholeMessage(body: Buffer, fault: Fault): TakenMessage {
  const letter: DeadLetter = { ...fault, ...UNIDENTIFIED, of: 'message', index: 0, bytes: body };
  return { text: body, records: [], deadLetters: [letter] };
}

function faultyMember(fault: Split['faults'][number], parts: Split): DeadLetter {
  const bytes = parts.members[fault.index] ?? Buffer.alloc(0);
  return { ...fault, ...UNIDENTIFIED, of: 'record', bytes };
}

const UNIDENTIFIED = { source: 'unknown', category: 'none', problems: [] } as const;

/** The parser's own words and place; it counts in characters, which are bytes up to the first that is not ASCII. */
function brokenRecord(bytes: Buffer, offset: number): Fault {
  try {
    JSON.parse(bytes.toString());
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const position = Number(/at position (\d+)/.exec(detail)?.[1] ?? 0);
    return { reason: 'not-json', detail, offset: offset + position };
  }
  return { reason: 'not-json', detail: 'not a JSON object', offset };
}
