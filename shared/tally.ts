import type { Message } from './message.ts';
import type { Reason } from './reasons.ts';

/** The counts of a category within a minute. A message that yields no record counts as one, dead-lettered. */
export interface Tally {
  records: number;
  /** Of the records as they came. */
  bytes: number;
  archived: number;
  /** Records that do not fit their schema, whether dead-lettered or marked. */
  invalid: number;
  /** What the batch's plan passes on; what the second hub has not taken yet is noted apart, as backlog. */
  passedOn: number;
  /** Archived records in which a line break between tokens became a space. */
  respaced: number;
  deadLettered: Partial<Record<Reason, number>>;
}

/** What came in within one minute of enqueued time: the unit in which the ledger counts. */
export interface MinuteTally {
  /** Its start, in milliseconds since 1970. */
  readonly minute: number;
  first: number;
  last: number;
  minTime: number;
  maxTime: number;
  messages: number;
  /** Of the messages as they came. */
  bytes: number;
  readonly categories: Record<string, Tally>;
}

export function emptyTally(): Tally {
  return { records: 0, bytes: 0, archived: 0, invalid: 0, passedOn: 0, respaced: 0, deadLettered: {} };
}

/** Of the minute that the message came in, before it is counted. */
export function emptyMinute(minute: number, { sequenceNumber, enqueuedTime }: Message): MinuteTally {
  return {
    minute,
    first: sequenceNumber,
    last: sequenceNumber,
    minTime: enqueuedTime,
    maxTime: enqueuedTime,
    messages: 0,
    bytes: 0,
    categories: {},
  };
}

export function deadLetteredOf(tally: Tally): number {
  return Object.values(tally.deadLettered).reduce((sum, n) => sum + n, 0);
}

/** Adds `more` to `sum` in place. */
export function addTally(sum: Tally, more: Tally): void {
  sum.records += more.records;
  sum.bytes += more.bytes;
  sum.archived += more.archived;
  sum.invalid += more.invalid;
  sum.passedOn += more.passedOn;
  sum.respaced += more.respaced;
  for (const [reason, n] of Object.entries(more.deadLettered) as [Reason, number][]) {
    sum.deadLettered[reason] = (sum.deadLettered[reason] ?? 0) + n;
  }
}

/** Two parts of the same minute as one. */
export function mergeMinutes(a: MinuteTally, b: MinuteTally): MinuteTally {
  const categories = structuredClone(a.categories);
  for (const [key, tally] of Object.entries(b.categories))
    addTally((categories[key] ??= emptyTally()), tally);
  return {
    minute: a.minute,
    first: Math.min(a.first, b.first),
    last: Math.max(a.last, b.last),
    minTime: Math.min(a.minTime, b.minTime),
    maxTime: Math.max(a.maxTime, b.maxTime),
    messages: a.messages + b.messages,
    bytes: a.bytes + b.bytes,
    categories,
  };
}
