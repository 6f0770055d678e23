import { isUtf8 } from 'node:buffer';
import { decode } from './decode.ts';
import type { DecodeLimits } from './decode.ts';
import type { DeadLetter } from './dead-letter.ts';
import type { Fault } from './fault.ts';
import { BYTE, skipSpace } from '../json/json-bytes.ts';
import { salvage } from './salvage.ts';
import type { Rung, Salvage, SalvagedMember } from './salvage.ts';
import { split } from './split.ts';
import type { FastReader, Split } from './split.ts';
import type { Category, Verdict } from '../judge/verdict.ts';

export type Judge = (record: Buffer) => Verdict | undefined;

export interface TakenRecord {
  /** A slice of the message, unless it was repaired. */
  readonly bytes: Buffer;
  readonly index: number;
  /** Where it begins in the unpacked message, in bytes. */
  readonly offset: number;
  readonly verdict: Verdict;
  readonly repaired: boolean;
}

/** A message taken apart: every byte of it is in a record, in a dead letter, or was framing. */
export interface TakenMessage {
  /** The message, unpacked. */
  readonly text: Buffer;
  readonly records: readonly TakenRecord[];
  readonly deadLetters: readonly DeadLetter[];
  /** What had to be done, where the message was broken and something of it was saved. */
  readonly salvaged?: readonly Rung[];
}

export interface TakeApartDeps extends DecodeLimits {
  readonly judge: Judge;
  /** Takes work off the judge: a reader that tells the verdict on most records in the pass in which it finds their end. */
  readonly openSieve?: (text: Buffer) => FastReader | undefined;
}

/** decode > split > identify > validate, for one message. Never throws: a bug of ours is confined to the message. */
export function takeApart(body: Buffer, deps: TakeApartDeps): TakenMessage {
  try {
    const text = decode(body, deps);
    if (!Buffer.isBuffer(text)) return wholeMessage(body, text);
    return takeText(body, text, deps.judge, deps.openSieve?.(text));
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return wholeMessage(body, { reason: 'internal-error', detail, offset: 0 });
  }
}

function takeText(
  body: Buffer,
  text: Buffer,
  judge: Judge,
  sieve?: FastReader,
  isQuoted = false,
): TakenMessage {
  const parts = split(text, sieve);
  if ('reason' in parts) return salvageOr(parts, body, text, judge);
  const quoted = isQuoted ? undefined : quotedText(text, parts);
  if (quoted) return takeText(body, quoted, judge, undefined, true);
  const records = judgeMembers(text, parts, judge);
  if (!Array.isArray(records)) return salvageOr(records, body, text, judge);
  return { text, records, deadLetters: parts.faults.map((fault) => faultyMember(fault, parts)) };
}

const NONE: ReadonlySet<number> = new Set();

/** The records among the members; a fault where one of them is not JSON. */
function judgeMembers(text: Buffer, parts: Split, judge: Judge): TakenRecord[] | Fault {
  const faulty = parts.faults.length === 0 ? NONE : new Set(parts.faults.map((fault) => fault.index));
  const records: TakenRecord[] = [];
  for (let index = 0; index < parts.members.length; index++) {
    const bytes = parts.members[index];
    if (!bytes || faulty.has(index)) continue;
    const offset = bytes.byteOffset - text.byteOffset;
    const verdict = parts.verdicts[index] ?? judge(bytes);
    if (!verdict) return brokenRecord(bytes, offset);
    records.push({ bytes, index, offset, verdict, repaired: false });
  }
  return records;
}

/** A message that is a JSON string, and holds as its text what a message should be. */
function quotedText(text: Buffer, { members }: Split): Buffer | undefined {
  const [member] = members;
  if (member?.[0] !== BYTE.quote || members.length > 1 || !isAllOf(text, member)) return undefined;
  const quoted = String(JSON.parse(member.toString()));
  // What is not UTF-8, or half of a surrogate pair, would be other bytes afterwards.
  return isUtf8(member) && quoted.isWellFormed() && /^\s*[{[]/.test(quoted) ? Buffer.from(quoted) : undefined;
}

function isAllOf(text: Buffer, member: Buffer): boolean {
  const start = member.byteOffset - text.byteOffset;
  return skipSpace(text, 0) === start && skipSpace(text, start + member.length) === text.length;
}

/** What can be saved of a message that is not JSON, or else the whole message as a dead letter. */
function salvageOr(fault: Fault, body: Buffer, text: Buffer, judge: Judge): TakenMessage {
  const saved = fault.reason === 'not-json' ? salvage(text) : undefined;
  const taken = saved && judgeSalvage(saved, text, judge);
  return taken && taken.records.length > 0 ? taken : wholeMessage(body, fault);
}

function judgeSalvage({ members, torsos, rungs }: Salvage, text: Buffer, judge: Judge): TakenMessage {
  const records: TakenRecord[] = [];
  const deadLetters: DeadLetter[] = [];
  const inOrder = [...members, ...torsos].toSorted((a, b) => a.offset - b.offset);
  for (const [index, part] of inOrder.entries()) {
    const { bytes, offset } = part;
    const fault = 'reason' in part ? part : faultOf(part);
    const verdict = fault || 'reason' in part ? undefined : judge(bytes);
    if (verdict && 'repaired' in part)
      records.push({ bytes, index, offset, verdict, repaired: part.repaired });
    else
      deadLetters.push({
        ...(fault ?? brokenRecord(bytes, offset)),
        ...UNIDENTIFIED,
        of: 'record',
        index,
        bytes,
      });
  }
  return { text, records, deadLetters, salvaged: [...rungs] };
}

function faultOf({ bytes, offset }: SalvagedMember): Fault | undefined {
  return isUtf8(bytes) ? undefined : { reason: 'not-utf8', detail: 'invalid UTF-8 in the record', offset };
}

export function invalidRecord(
  { bytes, index, offset, verdict }: TakenRecord,
  category: Category,
): DeadLetter {
  const detail = verdict.problems.map(({ pointer, message }) => `${pointer || '/'} ${message}`).join('; ');
  const { source, name } = category;
  const { problems } = verdict;
  return { of: 'record', source, category: name, reason: 'invalid', detail, problems, offset, index, bytes };
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
