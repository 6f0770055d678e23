import { recordId } from '../message.ts';
import type { Origin, Partition } from '../message.ts';
import { lineWithBody } from './raw-body.ts';
import type { RawBody } from './raw-body.ts';
import type { Reason } from './reasons.ts';
import type { Category, Problem } from '../judge/verdict.ts';
import { isoTime } from '../time.ts';

/** What could not go the ordinary way, with its bytes: a message, or one record of it. */
export interface DeadLetter {
  readonly of: 'message' | 'record';
  readonly source: string;
  readonly category: string;
  readonly reason: Reason;
  readonly detail: string;
  readonly problems: readonly Problem[];
  /** Of a record's first byte, or of the place where a message breaks, within the unpacked message. */
  readonly offset: number;
  /** 0 for a message. */
  readonly index: number;
  readonly bytes: Buffer;
}

/** A dead letter as a line of its blob. */
export interface DeadLetterLine extends RawBody {
  recordId: string;
  /** The dead letter that was replayed as the message that this one comes of. */
  replayOf?: string | undefined;
  of: 'message' | 'record';
  source: string;
  category: string;
  reason: string;
  detail: string;
  problems: readonly Problem[];
  offset: number;
  enqueuedTime: string;
}

/** Of a record that does not fit its schema. */
export function invalidLetter(
  { source, name }: Category,
  problems: readonly Problem[],
  where: Pick<DeadLetter, 'offset' | 'index' | 'bytes'>,
): DeadLetter {
  const { offset, index, bytes } = where;
  const { detail } = onInvalid(source, name, problems);
  return { of: 'record', source, category: name, reason: 'invalid', detail, problems, offset, index, bytes };
}

export function toDeadLetterLine(
  letter: DeadLetter,
  partition: Partition,
  origin: Origin,
  replayOf?: string,
): Buffer {
  const { offset, bytes } = letter;
  const id = JSON.stringify(recordId(partition, origin));
  // Of no replay, the line says nothing.
  const first = replayOf === undefined ? id : `${id},"replayOf":${JSON.stringify(replayOf)}`;
  const last = `"offset":${offset},"enqueuedTime":"${isoTime(origin.enqueuedTime)}"`;
  return lineWithBody(`{"recordId":${first},${whatAndWhy(letter)},${last}}`, bytes);
}

type WhatAndWhy = Pick<DeadLetterLine, 'of' | 'source' | 'category' | 'reason' | 'detail' | 'problems'>;

/** As it stands in the letter's line. */
function whatAndWhy(letter: DeadLetter): string {
  const { of, source, category, reason, detail, problems } = letter;
  if (reason === 'invalid') return onInvalid(source, category, problems).json;
  return members({ of, source, category, reason, detail, problems });
}

/** What is said of an invalid record. */
interface OnInvalid {
  readonly source: string;
  readonly category: string;
  readonly detail: string;
  readonly json: string;
}

/** Records of a category that do not fit in the same way share their problems: the same is said of them. */
const said = new WeakMap<readonly Problem[], OnInvalid>();

function onInvalid(source: string, category: string, problems: readonly Problem[]): OnInvalid {
  const known = said.get(problems);
  if (known?.source === source && known.category === category) return known;
  const detail = problems.map(({ pointer, message }) => `${pointer || '/'} ${message}`).join('; ');
  const json = members({ of: 'record', source, category, reason: 'invalid', detail, problems });
  const found = { source, category, detail, json };
  said.set(problems, found);
  return found;
}

/** An object as JSON, without its braces. */
function members(object: WhatAndWhy): string {
  return JSON.stringify(object).slice('{'.length, -'}'.length);
}
