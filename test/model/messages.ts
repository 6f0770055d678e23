import type { Message, Partition } from '../../shared/message.ts';
import { recordId } from '../../shared/message.ts';
import type { ChooseRule, Rule } from '../../shared/rules.ts';
import type { Judge } from '../../shared/take-apart/take-apart.ts';
import type { Category, Verdict } from '../../shared/judge/verdict.ts';
import type { Choices } from './choices.ts';

/** Of the code. A deployment is what replaces 1 by 2. */
export type Version = 1 | 2;
export const VERSIONS: readonly Version[] = [1, 2];

/**
 * What a version of the code makes of a record: one of category A or B, of A by a rule that gives it days of its own (K), one that
 * is only passed on (P), one that is left out (E), an invalid one (X), or one on which it has a bug (!).
 */
const TREATMENTS = ['A', 'B', 'X', 'K', 'P', 'E', '!'] as const;
export type Treatment = (typeof TREATMENTS)[number];

export interface ModelRecord {
  readonly text: string;
  readonly treatments: Readonly<Record<Version, Treatment>>;
}

/** A message of the simulated hub. */
export interface ModelMessage extends Message {
  readonly partition: Partition;
  /** The hub is deleted and created again now and then; from 1. */
  readonly life: number;
  readonly kind: 'envelope' | 'truncated' | 'empty' | 'no-records' | 'garbage';
  readonly records: readonly ModelRecord[];
}

export function idOf(message: ModelMessage, index: number): string {
  return recordId(message.partition, { ...message, index });
}

type Place = Pick<ModelMessage, 'partition' | 'life' | 'sequenceNumber' | 'enqueuedTime'>;

export function anyMessage(place: Place, choices: Choices, deployment: boolean): ModelMessage {
  const kind = choices.chance(0.15)
    ? choices.pick(['truncated', 'empty', 'no-records', 'garbage'] as const)
    : 'envelope';
  const hasRecords = kind === 'envelope' || kind === 'truncated';
  const count = hasRecords ? 1 + choices.draw(3) : 0;
  const records = Array.from({ length: count }, (_, i) => anyRecord(place, i, choices, deployment));
  return { ...place, kind, records, body: Buffer.from(bodyOf(kind, records)) };
}

function anyRecord(place: Place, index: number, choices: Choices, deployment: boolean): ModelRecord {
  // What leaves a trace comes first, so that one can tell whether its message has been decided.
  const possible = index === 0 ? (['A', 'B', 'X', 'K'] as const) : TREATMENTS;
  const one = choices.chance(0.3) ? choices.pick(possible) : choices.pick(['A', 'B'] as const);
  const two = deployment && choices.chance(0.5) ? choices.pick(possible) : one;
  const { partition, life, sequenceNumber } = place;
  const name = `${partition.id}.${life}.${sequenceNumber}.${index}`;
  // Odd spacing: not a byte may change.
  const text = `{ "n" :"${name}","as":"${one}${two}"}`;
  return { text, treatments: { 1: one, 2: two } };
}

function bodyOf(kind: ModelMessage['kind'], records: readonly ModelRecord[]): string {
  const texts = records.map(({ text }) => text).join(', ');
  const bodies = {
    envelope: `{"records":[${texts}]}`,
    truncated: `{"records":[${texts}`,
    'no-records': '{"records":[]}',
    garbage: 'garbage',
    empty: '',
  };
  return bodies[kind];
}

const MARK = Buffer.from('"as":"');

function treatmentBy(version: Version, record: Buffer): string {
  return String.fromCharCode(record[record.indexOf(MARK) + MARK.length + version - 1] ?? 0);
}

export function judgeOf(version: Version): Judge {
  return function judge(record) {
    const treatment = treatmentBy(version, record);
    if (treatment === '!') throw new TypeError('a bug');
    return VERDICTS[treatment === 'X' ? 'invalid' : treatment === 'B' ? 'B' : 'A'];
  };
}

export const KEPT_LONG_DAYS = 90;

const RULES: Readonly<Record<string, Rule>> = {
  K: { name: 'kept-long', archive: true, forward: true, retentionDays: KEPT_LONG_DAYS },
  P: { name: 'passed-on', archive: false, forward: true, retentionDays: undefined },
  E: { name: 'left-out', archive: false, forward: false, retentionDays: undefined },
};

export function chooseRuleOf(version: Version): ChooseRule {
  return (_, record) => RULES[treatmentBy(version, record)];
}

/** Days by category: what a deployment changes must leave alone what is begun already. */
export function retentionDaysOf(version: Version, category: string): number {
  if (version === 1) return 30;
  return category === 'A' ? 60 : 0;
}

export function modelCategory(_source: string, name: string): Category {
  return name === 'B' ? CATEGORIES.B : CATEGORIES.A;
}

function categoryNamed(name: string): Category {
  return {
    source: 'unknown',
    name,
    key: `unknown/${name}`,
    listed: true,
    schemaId: '',
    onInvalid: 'dead-letter',
    retentionDays: undefined,
    message: 'packed',
  };
}

const CATEGORIES = { A: categoryNamed('A'), B: categoryNamed('B') };

function verdictOf(category: Category, problems: Verdict['problems'] = []): Verdict {
  const nothing = {
    recordKey: undefined,
    partitionKey: undefined,
    eventTime: undefined,
    label: undefined,
    scope: undefined,
  };
  return { category, problems, ...nothing, unseen: [] };
}

const VERDICTS = {
  A: verdictOf(CATEGORIES.A),
  B: verdictOf(CATEGORIES.B),
  invalid: verdictOf(CATEGORIES.A, [{ pointer: '/as', message: 'is invalid' }]),
} as const;
