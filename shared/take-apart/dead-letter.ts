import { recordId } from '../message.ts';
import type { Origin, Partition } from '../message.ts';
import { lineWithBody } from './raw-body.ts';
import type { RawBody } from './raw-body.ts';
import type { Reason } from './reasons.ts';
import type { Problem } from '../judge/verdict.ts';
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

export function toDeadLetterLine(
  letter: DeadLetter,
  partition: Partition,
  origin: Origin,
  replayOf?: string,
): Buffer {
  const facts: Omit<DeadLetterLine, keyof RawBody> = {
    recordId: recordId(partition, origin),
    // Of none, the line says nothing.
    replayOf,
    of: letter.of,
    source: letter.source,
    category: letter.category,
    reason: letter.reason,
    detail: letter.detail,
    problems: letter.problems,
    offset: letter.offset,
    enqueuedTime: isoTime(origin.enqueuedTime),
  };
  return lineWithBody(facts, letter.bytes);
}
