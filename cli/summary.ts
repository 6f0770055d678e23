import { deadLetteredOf, emptyTally, excludedOf } from '../shared/ledger/tally.ts';
import type { Tally } from '../shared/ledger/tally.ts';
import { nothingKept } from './read-back/archive.ts';
import type { Kept } from './read-back/archive.ts';
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
  /** Left out of the archive by a rule, as the ledger has it; only where there are rules. */
  excluded?: number;
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
  const { messages, salvagedMessages } = read.ledger;
  const rungs = countBy(
    read.salvaged.flatMap((message) => message.rungs),
    (rung) => rung,
  );
  const problems = [
    ...differs('Messages', { sent, 'in the ledger': messages }),
    ...differs('Originals of salvaged messages', {
      'read back': read.salvaged.length,
      'in the ledger': salvagedMessages,
    }),
    ...unlike(
      rungs,
      read.ledger.rungs,
      (rung) => `Messages salvaged by ${rung}`,
      'read back',
      'in the ledger',
    ),
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
  readonly kept: Kept;
  readonly deadLetters: readonly DeadLetterFacts[];
  readonly passedOn: PassedOn;
  readonly tally: Tally;
  /** See `ReadBack`. */
  readonly rules: ReadonlyMap<string, boolean>;
}

function findCategories({ kept, deadLetters, passedOn, ledger, rules }: ReadBack): CategoryFound[] {
  const letters = Map.groupBy(deadLetters, ({ source, category }) => `${source}/${category}`);
  const keys = new Set([kept, letters, passedOn, ledger.categories].flatMap((from) => [...from.keys()]));
  return [...keys].toSorted().map((key) => ({
    key,
    kept: kept.get(key) ?? nothingKept(),
    deadLetters: letters.get(key) ?? [],
    passedOn: passedOn.get(key) ?? { digests: new Map(), invalid: 0, salvaged: 0 },
    tally: ledger.categories.get(key) ?? emptyTally(),
    rules,
  }));
}

function countsOf({ kept, deadLetters, passedOn, tally, rules }: CategoryFound): Counts {
  const lines = sizeOf(kept.archived);
  const invalid = deadLetters.filter(({ reason }) => reason === 'invalid').length;
  const excluded = excludedOf(tally);
  return {
    records: lines + deadLetters.length + excluded,
    archived: lines,
    deadLettered: deadLetters.length,
    invalid: invalid + passedOn.invalid + kept.invalidHere,
    passedOn: passedOn.digests.size,
    ...(rules.size > 0 && { excluded }),
  };
}

function unlikeLedger(found: CategoryFound, counts: Counts): string[] {
  const { key, tally } = found;
  const inLedger: Counts = { ...tally, deadLettered: deadLetteredOf(tally), excluded: excludedOf(tally) };
  return [
    ...unlikeRules(found),
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

/** What a rule leaves out is nowhere to be read back, unless it passes it on: then it is in `pass-on`. */
function unlikeRules({ key, tally, kept, passedOn, rules }: CategoryFound): string[] {
  const excluded = Object.entries(tally.excluded);
  const unknown = excluded.filter(([rule]) => !rules.has(rule));
  const waiting = excluded.reduce((total, [rule, n = 0]) => total + (rules.get(rule) ? n : 0), 0);
  // Of what is not passed on, nothing says that it was repaired.
  const isAllPassedOn = tally.passedOn === tally.archived + waiting;
  const repaired = { 'on the records hub': passedOn.salvaged, 'in the ledger': tally.salvaged };
  return [
    ...unknown.map(([rule, n]) => `${key}: ${n} left out by the rule ${rule}, which there is not.`),
    ...differs(`${key}: records that are passed on only`, {
      'in pass-on': kept.waiting,
      'in the ledger': waiting,
    }),
    ...(isAllPassedOn ? differs(`${key}: repaired records`, repaired) : []),
  ];
}

/** The same bytes, as often in one place as in the other: a record that is archived twice is noticed here too. */
function unlikeRecordsHub({ key, kept, passedOn }: CategoryFound): string[] {
  const onHub: LineSet = new Map();
  for (const digest of passedOn.digests.values()) addLine(onHub, digest);
  const notPassedOn = lackingIn(onHub, kept.toPassOn);
  const notKept = lackingIn(kept.toPassOn, onHub);
  return [
    ...(notPassedOn > 0
      ? [`${key}: to be passed on, but not on the records hub with the same bytes: ${notPassedOn}.`]
      : []),
    ...(notKept > 0
      ? [`${key}: on the records hub, but not to be passed on with the same bytes: ${notKept}.`]
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
  otherwise = 'expected of the sample',
): string[] {
  const keys = new Set([...Object.keys(found), ...Object.keys(expected)]);
  return [...keys].flatMap((key) =>
    differs(name(key), { [where]: found[key] ?? 0, [otherwise]: expected[key] ?? 0 }),
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
  const of = (name: keyof Counts): number => all.reduce((total, counts) => total + (counts[name] ?? 0), 0);
  return {
    records: of('records'),
    archived: of('archived'),
    deadLettered: of('deadLettered'),
    invalid: of('invalid'),
    passedOn: of('passedOn'),
    ...(all.some(({ excluded }) => excluded !== undefined) && { excluded: of('excluded') }),
  };
}
