import { mergeBlockSums } from '../blocks/block-sums.ts';
import type { BlockSums } from '../blocks/block-sums.ts';
import type { Message } from '../message.ts';
import type { Reason } from '../take-apart/reasons.ts';
import type { Rung } from '../take-apart/salvage.ts';

type Counts<Name extends string = string> = Partial<Record<Name, number>>;

/** The counts of a category within a minute. A message that yields no record counts as one, dead-lettered. */
export interface Tally {
  /** archived + dead-lettered + excluded. */
  records: number;
  /** Of the records as they came. */
  bytes: number;
  /** Of the largest record. */
  largest: number;
  /** Messages with such records; one with records of two categories counts for both. */
  messages: number;
  archived: number;
  /** Records that do not fit their schema, whether dead-lettered or marked. What a rule leaves out altogether is not among them. */
  invalid: number;
  /** What the batch's plan passes on. */
  passedOn: number;
  /** Records kept in which a line break between tokens became a space. */
  respaced: number;
  /** Records kept that were repaired. */
  salvaged: number;
  readonly deadLettered: Counts<Reason>;
  /** What a rule has left out of the archive, passed on or not, by the rule's name. */
  readonly excluded: Counts;
  /** Records by tenant or subscription, within a bound. */
  readonly scopes: Counts;
  /** Fields that the schema has not seen, by JSON pointer, within a bound: in how many records each. */
  readonly unseen: Counts;
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
  /** Of the largest message. */
  largest: number;
  /** What Event Hubs bills a message as: one for every 64 KiB that it begins. */
  slices: number;
  /** Broken messages of which something was saved; the lines in `salvaged/`. */
  salvagedMessages: number;
  /** Messages that are replays of dead letters. */
  replayed: number;
  /** What had to be done to them: in how many messages each. */
  readonly rungs: Counts<Rung>;
  readonly categories: Record<string, Tally>;
  /** Of the blocks whose last message is one of the minute. */
  readonly blocks: BlockSums;
}

/** So many tenants or subscriptions are told apart for each category and minute; what comes after them is `other`. */
const MOST_SCOPES = 20;

/** So many unseen fields are named for each category and minute. */
const MOST_UNSEEN = 20;

/**
 * So many scopes and unseen fields are named in a minute in all, whose row is of at most 1 MiB, as JSON in UTF-16. Data makes these
 * names, and no name of ordinary data is as long.
 */
export const MOST_NAMES = 1_000;
const LONGEST_NAME = 100;
const OTHER = 'other';

export function emptyTally(): Tally {
  return {
    records: 0,
    bytes: 0,
    largest: 0,
    messages: 0,
    archived: 0,
    invalid: 0,
    passedOn: 0,
    respaced: 0,
    salvaged: 0,
    deadLettered: {},
    excluded: {},
    scopes: {},
    unseen: {},
  };
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
    largest: 0,
    slices: 0,
    salvagedMessages: 0,
    replayed: 0,
    rungs: {},
    categories: {},
    blocks: {},
  };
}

/** What Event Hubs bills as one event, in bytes. */
export const BILLED_BYTES = 64 * 1024;

/** A message of no bytes is billed too. */
export function billedSlices(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / BILLED_BYTES));
}

export function count<Name extends string>(counts: Counts<Name>, name: Name, by = 1): void {
  const before: unknown = counts[name];
  // What every object inherits is no number.
  counts[name] = (typeof before === 'number' ? before : 0) + by;
}

/** Counts a record of the tally, which is one of the minute's, under its tenant or subscription. */
export function countScope(minute: Categories, { scopes }: Tally, scope: string, by = 1): void {
  count(scopes, isNamed(minute, scopes, scope, MOST_SCOPES) ? scope : OTHER, by);
}

/** Counts a record of the tally, which is one of the minute's, with a field that its schema has not seen. */
export function countUnseen(minute: Categories, { unseen }: Tally, pointer: string, by = 1): void {
  if (isNamed(minute, unseen, pointer, MOST_UNSEEN)) count(unseen, pointer, by);
}

type Categories = Pick<MinuteTally, 'categories'>;

/** Of the minutes that are counted, so that nobody goes through a hundred categories for each new name. */
const knownNames = new WeakMap<MinuteTally['categories'], number>();

/** Whether a name has a count of its own, or gets one since there is room. */
function isNamed(minute: Categories, counts: Counts, name: string, most: number): boolean {
  if (typeof counts[name] === 'number') return true;
  // `constructor` and its like, which every object knows, are no ordinary names either.
  if (name in counts || JSON.stringify(name).length > LONGEST_NAME) return false;
  const names = knownNames.get(minute.categories) ?? namesIn(minute);
  if (names >= MOST_NAMES || Object.keys(counts).length >= most) return false;
  knownNames.set(minute.categories, names + 1);
  return true;
}

/** How many scopes and unseen fields are named. */
export function namesIn({ categories }: Categories): number {
  return Object.values(categories).reduce(
    (sum, { scopes, unseen }) => sum + Object.keys(scopes).length + Object.keys(unseen).length,
    0,
  );
}

export function deadLetteredOf(tally: Tally): number {
  return sumOf(tally.deadLettered);
}

export function excludedOf(tally: Tally): number {
  return sumOf(tally.excluded);
}

function sumOf(counts: Counts): number {
  return Object.values(counts).reduce<number>((sum, n = 0) => sum + n, 0);
}

/** Adds `more` to `sum` in place. */
export function addTally(sum: Tally, more: Tally): void {
  addUnnamed(sum, more);
  addCounts(sum.scopes, more.scopes);
  addCounts(sum.unseen, more.unseen);
}

/** The same but for the names of tenants and fields, which are many. */
export function addUnnamed(sum: Tally, more: Tally): void {
  sum.records += more.records;
  sum.bytes += more.bytes;
  sum.largest = Math.max(sum.largest, more.largest);
  sum.messages += more.messages;
  sum.archived += more.archived;
  sum.invalid += more.invalid;
  sum.passedOn += more.passedOn;
  sum.respaced += more.respaced;
  sum.salvaged += more.salvaged;
  addCounts(sum.deadLettered, more.deadLettered);
  addCounts(sum.excluded, more.excluded);
}

function addCounts(sum: Counts, more: Counts): void {
  for (const [name, n] of Object.entries(more)) count(sum, name, n);
}

/** Adds the counts of `more` to those of the same minute, or of the hour that it is in, in place; names within the bounds of one minute. */
export function addCategories(sums: Record<string, Tally>, more: Readonly<Record<string, Tally>>): void {
  const minute = { categories: sums };
  for (const [key, tally] of Object.entries(more)) {
    const sum = (sums[key] ??= emptyTally());
    addUnnamed(sum, tally);
    for (const [scope, n] of Object.entries(tally.scopes)) countScope(minute, sum, scope, n);
    for (const [pointer, n] of Object.entries(tally.unseen)) countUnseen(minute, sum, pointer, n);
  }
}

function copyOf(tally: Tally): Tally {
  const { deadLettered, excluded, scopes, unseen } = tally;
  return {
    ...tally,
    deadLettered: { ...deadLettered },
    excluded: { ...excluded },
    scopes: { ...scopes },
    unseen: { ...unseen },
  };
}

/** Two parts of the same minute as one. */
export function mergeMinutes(a: MinuteTally, b: MinuteTally): MinuteTally {
  const categories: Record<string, Tally> = {};
  for (const [key, tally] of Object.entries(a.categories)) categories[key] = copyOf(tally);
  addCategories(categories, b.categories);
  const rungs = { ...a.rungs };
  addCounts(rungs, b.rungs);
  return {
    minute: a.minute,
    first: Math.min(a.first, b.first),
    last: Math.max(a.last, b.last),
    minTime: Math.min(a.minTime, b.minTime),
    maxTime: Math.max(a.maxTime, b.maxTime),
    messages: a.messages + b.messages,
    bytes: a.bytes + b.bytes,
    largest: Math.max(a.largest, b.largest),
    slices: a.slices + b.slices,
    salvagedMessages: a.salvagedMessages + b.salvagedMessages,
    replayed: a.replayed + b.replayed,
    rungs,
    categories,
    blocks: mergeBlockSums(a.blocks, b.blocks),
  };
}
