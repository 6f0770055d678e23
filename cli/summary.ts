import { deadLetteredOf, emptyTally } from '../shared/tally.ts';
import type { Tally } from '../shared/tally.ts';
import { addLine, lackingIn, sizeOf } from './read-back/line-set.ts';
import type { LineSet } from './read-back/line-set.ts';
import type { DeadLetterFacts, ReadBack } from './read-back/read-back.ts';
import type { PassedOn } from './read-back/records-hub.ts';

export interface Counts {
  records: number;
  archived: number;
  deadLettered: number;
  /** Dead-lettered for it, or archived and passed on all the same, marked. */
  invalid: number;
  /** Distinct records on the records hubs. */
  passedOn: number;
}

/** What `--json` prints. */
export interface Summary extends Readonly<Counts> {
  readonly messages: number;
  /** Nothing is missing, doubled or changed. */
  readonly complete: boolean;
  readonly categories: Readonly<Record<string, Readonly<Counts>>>;
  readonly reasons: Readonly<Record<string, number>>;
}

export interface Findings {
  readonly summary: Summary;
  /** Why it is not complete: a sentence each. */
  readonly problems: readonly string[];
}

/** What should come of the messages that were sent, where that is known. */
export interface Expected {
  readonly archived: Readonly<Record<string, number>>;
  readonly reasons: Readonly<Record<string, number>>;
}

/** Holds what was read back against the ledger, against itself, and against what was sent. */
export function summarise(read: ReadBack, sent: number, expected?: Expected): Findings {
  const findings = findCategories(read).map((found) => ({ found, counts: countsOf(found) }));
  const categories = Object.fromEntries(findings.map(({ found, counts }) => [found.key, counts]));
  const reasons = countBy(read.deadLetters, ({ reason }) => reason);
  const { messages } = read.ledger;
  const problems = [
    ...differs('Messages', { sent, 'in the ledger': messages }),
    ...read.faults,
    ...findings.flatMap(({ found, counts }) => [...unlikeLedger(found, counts), ...unlikeRecordsHub(found)]),
    ...(expected ? unexpected(categories, reasons, expected) : []),
  ];
  const totals = sum(Object.values(categories));
  return { summary: { messages, ...totals, complete: problems.length === 0, categories, reasons }, problems };
}

/** What there is of one category, each from another place. */
interface CategoryFound {
  readonly key: string;
  readonly archived: LineSet;
  readonly deadLetters: readonly DeadLetterFacts[];
  readonly passedOn: PassedOn;
  readonly tally: Tally;
}

function findCategories({ archived, deadLetters, passedOn, ledger }: ReadBack): CategoryFound[] {
  const letters = Map.groupBy(deadLetters, ({ source, category }) => `${source}/${category}`);
  const keys = new Set([archived, letters, passedOn, ledger.categories].flatMap((from) => [...from.keys()]));
  return [...keys].toSorted().map((key) => ({
    key,
    archived: archived.get(key) ?? new Map(),
    deadLetters: letters.get(key) ?? [],
    passedOn: passedOn.get(key) ?? { digests: new Map(), invalid: 0 },
    tally: ledger.categories.get(key) ?? emptyTally(),
  }));
}

function countsOf({ archived, deadLetters, passedOn }: CategoryFound): Counts {
  const lines = sizeOf(archived);
  return {
    records: lines + deadLetters.length,
    archived: lines,
    deadLettered: deadLetters.length,
    invalid: deadLetters.filter(({ reason }) => reason === 'invalid').length + passedOn.invalid,
    passedOn: passedOn.digests.size,
  };
}

function unlikeLedger({ key, tally }: CategoryFound, counts: Counts): string[] {
  const inLedger: Counts = { ...tally, deadLettered: deadLetteredOf(tally) };
  return [
    ...differs(`${key}: records`, { 'read back': counts.records, 'in the ledger': inLedger.records }),
    ...differs(`${key}: lines`, { 'in the archive': counts.archived, 'in the ledger': inLedger.archived }),
    ...differs(`${key}: dead letters`, {
      'read back': counts.deadLettered,
      'in the ledger': inLedger.deadLettered,
    }),
    ...differs(`${key}: invalid records`, { 'read back': counts.invalid, 'in the ledger': inLedger.invalid }),
    ...differs(`${key}: records passed on`, {
      'on the records hub': counts.passedOn,
      'in the ledger': inLedger.passedOn,
    }),
  ];
}

/** The same bytes, as often in one place as in the other: a record that is archived twice is noticed here too. */
function unlikeRecordsHub({ key, archived, passedOn }: CategoryFound): string[] {
  const onHub: LineSet = new Map();
  for (const digest of passedOn.digests.values()) addLine(onHub, digest);
  const notPassedOn = lackingIn(onHub, archived);
  const notArchived = lackingIn(archived, onHub);
  return [
    ...(notPassedOn > 0
      ? [`${key}: archived, but not on the records hub with the same bytes: ${notPassedOn}.`]
      : []),
    ...(notArchived > 0
      ? [`${key}: on the records hub, but not in the archive with the same bytes: ${notArchived}.`]
      : []),
  ];
}

function unexpected(
  categories: Readonly<Record<string, Counts>>,
  reasons: Readonly<Record<string, number>>,
  expected: Expected,
): string[] {
  const archived = Object.fromEntries(
    Object.entries(categories).map(([key, counts]) => [key, counts.archived]),
  );
  return [
    ...unlike(archived, expected.archived, (key) => `${key}: records`, 'in the archive'),
    ...unlike(reasons, expected.reasons, (reason) => `Dead letters of reason ${reason}`, 'read back'),
  ];
}

function unlike(
  found: Readonly<Record<string, number>>,
  expected: Readonly<Record<string, number>>,
  name: (key: string) => string,
  where: string,
): string[] {
  const keys = new Set([...Object.keys(found), ...Object.keys(expected)]);
  return [...keys].flatMap((key) =>
    differs(name(key), { [where]: found[key] ?? 0, 'expected of the sample': expected[key] ?? 0 }),
  );
}

/** A sentence where the numbers are not all the same: `Messages: 300 sent, 299 in the ledger.` */
function differs(what: string, numbers: Readonly<Record<string, number>>): string[] {
  if (new Set(Object.values(numbers)).size <= 1) return [];
  const parts = Object.entries(numbers).map(([where, n]) => `${n} ${where}`);
  return [`${what}: ${parts.join(', ')}.`];
}

export function countBy<T>(items: Iterable<T>, keyOf: (item: T) => string): Record<string, number> {
  const groups = [...Map.groupBy(items, keyOf)].map(([key, group]) => [key, group.length] as const);
  return Object.fromEntries(groups);
}

/** Each count of theirs together. */
export function sum(all: readonly Counts[]): Counts {
  const total: Counts = { records: 0, archived: 0, deadLettered: 0, invalid: 0, passedOn: 0 };
  const names = Object.keys(total) as (keyof Counts)[];
  for (const counts of all) for (const name of names) total[name] += counts[name];
  return total;
}
