import { catalogue } from './catalogue.ts';
import type { Rules } from './catalogue.ts';
import { eventTimeOf } from './event-time.ts';
import { identify } from './identify.ts';
import type { Reader } from '../json/json-pointer.ts';
import { keepLast } from '../keep-one.ts';
import { scopeOf } from './scope.ts';
import { unseenFields } from './unseen.ts';
import { problemsOf, validate } from './validate.ts';
import { isQuarantined } from './verdict.ts';
import type { Problem, Verdict } from './verdict.ts';

/** Longer than any product's; a label is taken from data. */
const LONGEST_LABEL = 100;

/** Most records are shorter; a longer one is not kept for its layout. In bytes. */
const LONGEST_KEPT = 16 * 1024;

/** What a walk over a record's bytes has told already of one that may not be valid. */
export interface Hint {
  readonly rules: Rules;
  /** Undefined where it does not know all of them. */
  readonly unseen: readonly string[] | undefined;
  /** Undefined where it cannot tell all that does not fit. */
  readonly misfits: Misfits | undefined;
}

/** What does not fit of a record, and how, as of others too: all of them have the same problems. */
export interface Misfits {
  /** Undefined until the judge has found them. */
  problems: readonly Problem[] | undefined;
}

/**
 * Says of a record's bytes what they are and what is wrong with them; undefined where they are not JSON. Never throws.
 * How it finds out is its own affair: what parses here may be replaced by something that works on the bytes. It says the same with a hint
 * as without.
 */
export function judge(record: Buffer, hint?: Hint): Verdict | undefined {
  const value = parse(record);
  if (value === undefined) return undefined;
  const rules = hint?.rules ?? rulesFor(value);
  const { category } = rules;
  const problems = hint ? problemsOf(value, rules) : validate(value, rules);
  if (problems.length > 0 && record.length <= LONGEST_KEPT) keepLast(value);
  if (hint?.misfits) hint.misfits.problems = problems;
  return {
    category,
    problems,
    recordKey: read(rules.recordKey, value, keyText),
    partitionKey: read(rules.partitionKey, value, keyText),
    eventTime: isQuarantined(problems, category) ? undefined : read(rules.eventTime, value, eventTimeOf),
    label: read(rules.label, value, labelText),
    scope: scopeIn(value),
    unseen: hint?.unseen ?? unseenFields(rules.shape(), value),
  };
}

function rulesFor(value: unknown): Rules {
  const { source, name } = identify(value);
  return catalogue.rules(source, name);
}

function parse(record: Buffer): unknown {
  try {
    return JSON.parse(record.toString());
  } catch {
    return undefined;
  }
}

function read<T>(reader: Reader | undefined, value: unknown, of: (found: unknown) => T | undefined) {
  return reader && of(reader(value));
}

/** What `recordKey` and `partitionKey` are made of. */
export function keyText(found: unknown): string | undefined {
  if (typeof found === 'string') return found;
  // Beyond 2^53 parsing has rounded it, and two records would share a key that neither has.
  return Number.isSafeInteger(found) ? String(found) : undefined;
}

/** What `label` is made of: what stands before the first dot. */
export function labelText(found: unknown): string | undefined {
  if (typeof found !== 'string') return undefined;
  const dot = found.indexOf('.');
  return (dot === -1 ? found : found.slice(0, dot)).slice(0, LONGEST_LABEL);
}

function scopeIn(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { resourceId, ResourceId, tenantId, org } = value as Readonly<Record<string, unknown>>;
  return scopeOf({ resourceId: resourceId ?? ResourceId, tenantId, org });
}
