import { escapeUnit } from '../json/escape.ts';
import { hasLineBreak } from '../json/line-breaks.ts';
import { isQuarantined } from './verdict.ts';
import type { EventTimes } from './event-time.ts';
import type { Category, Problem, Verdict } from './verdict.ts';

/**
 * Records that stand side by side in a message, or one alone. Of all of them the same was found, but for what is gathered of them. What
 * works on spans takes no longer for each record than copying it does.
 */
export interface Span extends Shared, Gathered {
  /** The records, with one byte between two of them. */
  readonly bytes: Buffer;
}

/** What is the same of all of them. */
export interface Shared {
  readonly category: Category;
  /** Empty where they are valid; only of one alone there are any. */
  readonly problems: readonly Problem[];
  readonly partitionKey: string | undefined;
  readonly label: string | undefined;
  readonly unseen: readonly string[];
}

export interface Gathered {
  /** By record, where it ends, counted from where the first begins. */
  readonly ends: Int32Array;
  /** Their keys, as JSON in ASCII with commas between them. */
  readonly keys: string;
  /** By record, where its key ends there. */
  readonly keyEnds: Int32Array;
  /** Of those that tell a time. */
  readonly times: EventTimes | undefined;
  /** How many records there are of each tenant or subscription. */
  readonly scopes: readonly ScopeCount[];
  /** Whether a line break stands between the tokens of any of them. */
  readonly hasLineBreaks: boolean;
}

export interface ScopeCount {
  readonly scope: string;
  readonly records: number;
}

const NO_SCOPES: readonly ScopeCount[] = Object.freeze([]);

/** What the judge has found of one record. */
export function spanOf(bytes: Buffer, verdict: Verdict): Span {
  const { recordKey, eventTime, scope, category, problems, unseen } = verdict;
  if (isQuarantined(problems, category)) return quarantined(bytes, category, problems, scope, unseen);
  const { ends, keys, keyEnds } = alone(bytes, recordKey);
  const times = eventTime === undefined ? undefined : { least: eventTime, greatest: eventTime };
  const scopes = scope === undefined ? NO_SCOPES : [{ scope, records: 1 }];
  const hasLineBreaks = hasLineBreak(bytes);
  return makeSpan(bytes, verdict, { ends, keys, keyEnds, times, scopes, hasLineBreaks });
}

/** A record of which nobody asks more than what is wrong with it, and whose it is. */
export function quarantined(
  bytes: Buffer,
  category: Category,
  problems: readonly Problem[],
  scope: string | undefined,
  unseen: readonly string[],
): Span {
  const shared = { category, problems, partitionKey: undefined, label: undefined, unseen };
  const scopes = scope === undefined ? NO_SCOPES : [{ scope, records: 1 }];
  const ends = oneEnd(bytes.length);
  return makeSpan(bytes, shared, { ends, ...KEYLESS, times: undefined, scopes, hasLineBreaks: false });
}

/** Made in one place, with its fields in one order: to V8 all spans are alike. */
export function makeSpan(bytes: Buffer, shared: Shared, gathered: Gathered): Span {
  const { category, problems, partitionKey, label, unseen } = shared;
  const { ends, keys, keyEnds, times, scopes, hasLineBreaks } = gathered;
  return {
    bytes,
    category,
    problems,
    partitionKey,
    label,
    unseen,
    ends,
    keys,
    keyEnds,
    times,
    scopes,
    hasLineBreaks,
  };
}

/** The ends and the key of one record. */
export function alone(
  bytes: Buffer,
  recordKey: string | undefined,
): Pick<Gathered, 'ends' | 'keys' | 'keyEnds'> {
  const keys = keyJson(recordKey);
  return { ends: oneEnd(bytes.length), keys, keyEnds: oneEnd(keys.length) };
}

/** Where the only one of its kind ends. `Int32Array.of` takes four times as long. */
export function oneEnd(end: number): Int32Array {
  const ends = new Int32Array(1);
  ends[0] = end;
  return ends;
}

/** As JSON. */
const NO_KEY = 'null';
/** Of a record that has none, or that nobody asks for one. */
export const KEYLESS = { keys: NO_KEY, keyEnds: oneEnd(NO_KEY.length) };

/** Longer than any product's. A record's key is taken from its data, which may put a megabyte there. */
const LONGEST_RECORD_KEY = 1_024;

function keyJson(recordKey: string | undefined): string {
  if (recordKey === undefined || recordKey.length > LONGEST_RECORD_KEY) return NO_KEY;
  return JSON.stringify(recordKey).replace(/[^\0-\x7f]/g, escapeUnit);
}

/** Where a record begins, counted as `ends` are. */
export function startIn({ ends }: Pick<Gathered, 'ends'>, record: number): number {
  return record === 0 ? 0 : (ends[record - 1] as number) + 1;
}
