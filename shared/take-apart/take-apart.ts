import { isUtf8 } from 'node:buffer';
import { decode } from './decode.ts';
import type { DecodeLimits } from './decode.ts';
import type { DeadLetter } from './dead-letter.ts';
import type { Fault } from './fault.ts';
import { BYTE, skipSpace } from '../json/json-bytes.ts';
import { salvage } from './salvage.ts';
import type { Rung, Salvage, SalvagedMember } from './salvage.ts';
import { split } from './split.ts';
import type { Member, OpenReader } from './split.ts';
import type { Hint } from '../judge/judge.ts';
import { spanOf } from '../judge/span.ts';
import type { Span } from '../judge/span.ts';
import type { Verdict } from '../judge/verdict.ts';

export type Judge = (record: Buffer, hint?: Hint) => Verdict | undefined;

/** Records of a message. Their bytes are a slice of it, unless they were repaired. */
export interface TakenSpan {
  readonly span: Span;
  /** Of the first. */
  readonly index: number;
  /** Where it begins in the unpacked message, in bytes. */
  readonly offset: number;
  readonly repaired: boolean;
}

/** A message taken apart: every byte of it is in a record, in a dead letter, or was framing. */
export interface TakenMessage {
  /** The message, unpacked. */
  readonly text: Buffer;
  readonly spans: readonly TakenSpan[];
  readonly deadLetters: readonly DeadLetter[];
  /** What had to be done, where the message was broken and something of it was saved. */
  readonly salvaged?: readonly Rung[];
}

export interface TakeApartDeps extends DecodeLimits {
  readonly judge: Judge;
  /** Takes work off the judge: a reader that tells what most records are in the pass in which it finds their ends. */
  readonly openSieve?: OpenReader | undefined;
  /** Whether each record is to be a span of its own, since somebody has something to ask of each. */
  readonly recordsAlone?: boolean;
}

/** A message that is split, and whose records are still to be judged. */
export interface OpenedMessage {
  readonly body: Buffer;
  /** Unpacked. */
  readonly text: Buffer;
  readonly members: readonly Member[] | Fault;
}

/** decode > split > identify > validate, for one message. Never throws: a bug of ours is confined to the message. */
export function takeApart(body: Buffer, deps: TakeApartDeps): TakenMessage {
  return judgeMessage(openMessage(body, deps), deps.judge);
}

/** The first half: decode > split, and most often all else at once. What the sieve leaves to the judge is left for the second half. */
export function openMessage(body: Buffer, deps: TakeApartDeps): OpenedMessage {
  try {
    const text = decode(body, deps);
    if (!Buffer.isBuffer(text)) return { body, text: body, members: text };
    return { body, text, members: split(text, deps.openSieve, deps.recordsAlone) };
  } catch (error) {
    return { body, text: body, members: bugOfOurs(error) };
  }
}

/** The second half: identify > validate, for those records that the first has not done that for. */
export function judgeMessage({ body, text, members }: OpenedMessage, judge: Judge): TakenMessage {
  try {
    return judgeText(body, text, members, judge);
  } catch (error) {
    return wholeMessage(body, bugOfOurs(error));
  }
}

function bugOfOurs(error: unknown): Fault {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { reason: 'internal-error', detail, offset: 0 };
}

function judgeText(
  body: Buffer,
  text: Buffer,
  members: readonly Member[] | Fault,
  judge: Judge,
  isQuoted = false,
): TakenMessage {
  if ('reason' in members) return salvageOr(members, body, text, judge);
  const quoted = isQuoted ? undefined : quotedText(text, members);
  if (quoted) return judgeText(body, quoted, split(quoted), judge, true);
  const spans = judgeMembers(text, members, judge);
  if (!Array.isArray(spans)) return salvageOr(spans, body, text, judge);
  return { text, spans, deadLetters: faultyMembers(members) };
}

/** The records among the members; a fault where one of them is not JSON. */
function judgeMembers(text: Buffer, members: readonly Member[], judge: Judge): TakenSpan[] | Fault {
  const spans: TakenSpan[] = [];
  for (const { bytes, index, span: found, hint, fault } of members) {
    if (fault) continue;
    const offset = bytes.byteOffset - text.byteOffset;
    const span = found ?? judgedSpan(bytes, judge, hint);
    if (!span) return brokenRecord(bytes, offset);
    spans.push({ span, index, offset, repaired: false });
  }
  return spans;
}

function judgedSpan(bytes: Buffer, judge: Judge, hint?: Hint): Span | undefined {
  const verdict = judge(bytes, hint);
  return verdict && spanOf(bytes, verdict);
}

/** A message that is a JSON string, and holds as its text what a message should be. */
function quotedText(text: Buffer, members: readonly Member[]): Buffer | undefined {
  const bytes = members[0]?.bytes;
  if (bytes?.[0] !== BYTE.quote || members.length > 1 || !isAllOf(text, bytes)) return undefined;
  const quoted = String(JSON.parse(bytes.toString()));
  // What is not UTF-8, or half of a surrogate pair, would be other bytes afterwards.
  return isUtf8(bytes) && quoted.isWellFormed() && /^\s*[{[]/.test(quoted) ? Buffer.from(quoted) : undefined;
}

function isAllOf(text: Buffer, member: Buffer): boolean {
  const start = member.byteOffset - text.byteOffset;
  return skipSpace(text, 0) === start && skipSpace(text, start + member.length) === text.length;
}

/** What can be saved of a message that is not JSON, or else the whole message as a dead letter. */
function salvageOr(fault: Fault, body: Buffer, text: Buffer, judge: Judge): TakenMessage {
  const saved = fault.reason === 'not-json' ? salvage(text) : undefined;
  const taken = saved && judgeSalvage(saved, text, judge);
  return taken && taken.spans.length > 0 ? taken : wholeMessage(body, fault);
}

function judgeSalvage({ members, torsos, rungs }: Salvage, text: Buffer, judge: Judge): TakenMessage {
  const spans: TakenSpan[] = [];
  const deadLetters: DeadLetter[] = [];
  const inOrder = [...members, ...torsos].toSorted((a, b) => a.offset - b.offset);
  for (const [index, part] of inOrder.entries()) {
    const { bytes, offset } = part;
    const fault = 'reason' in part ? part : faultOf(part);
    const span = fault || 'reason' in part ? undefined : judgedSpan(bytes, judge);
    if (span && 'repaired' in part) spans.push({ span, index, offset, repaired: part.repaired });
    else
      deadLetters.push({
        ...(fault ?? brokenRecord(bytes, offset)),
        ...UNIDENTIFIED,
        of: 'record',
        index,
        bytes,
      });
  }
  return { text, spans, deadLetters, salvaged: [...rungs] };
}

function faultOf({ bytes, offset }: SalvagedMember): Fault | undefined {
  return isUtf8(bytes) ? undefined : { reason: 'not-utf8', detail: 'invalid UTF-8 in the record', offset };
}

function wholeMessage(body: Buffer, fault: Fault): TakenMessage {
  const letter: DeadLetter = { ...fault, ...UNIDENTIFIED, of: 'message', index: 0, bytes: body };
  return { text: body, spans: [], deadLetters: [letter] };
}

function faultyMembers(members: readonly Member[]): DeadLetter[] {
  const letters: DeadLetter[] = [];
  for (const { bytes, index, fault } of members)
    if (fault) letters.push({ ...fault, ...UNIDENTIFIED, of: 'record', index, bytes });
  return letters;
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
