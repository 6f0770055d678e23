import type { LedgerProof } from '../capacity/report.ts';
import type { Head, MinuteRow } from '../ledger/ledger-rows.ts';
import type { Partition } from '../message.ts';
import { addTally, addUnnamed, count, deadLetteredOf, emptyTally, excludedOf } from '../ledger/tally.ts';
import type { Tally } from '../ledger/tally.ts';
import { isoTime, MINUTE, startOf } from '../time.ts';
import type { LiveCategory, LiveDrift, LiveLine, LivePartition, LiveReport } from './report.ts';

/** So many steps a chart has at most. */
const MOST_STEPS = 72;

const MOST_LINES = 5;
const MOST_CATEGORIES = 100;
const MOST_DRIFT = 100;
export const OTHER = 'other';

/** What the ledger's minutes add up to, without keeping them. */
export interface LiveTally {
  /** The start of the first minute that counts, in milliseconds. */
  readonly from: number;
  add(row: MinuteRow): void;
  result(partitions: readonly LivePartition[]): LiveReport;
}

interface CategorySum {
  readonly tally: Tally;
  readonly records: number[];
  readonly bytes: number[];
  readonly drift: Map<string, Sighting>;
  last: number;
}

interface Sighting {
  records: number;
  first: number;
  last: number;
}

/** Of so many minutes, the one that is not over among them. */
export function createLiveTally(now: number, minutes: number): LiveTally {
  const stepMinutes = Math.ceil(minutes / MOST_STEPS);
  const step = stepMinutes * MINUTE;
  const steps = Math.ceil(minutes / stepMinutes);
  const from = startOf(step, now) - (steps - 1) * step;
  const messages = zeros(steps);
  const sums = new Map<string, CategorySum>();
  let totalMessages = 0;
  let salvagedMessages = 0;

  function add(row: MinuteRow): void {
    if (row.minute < from) return;
    // Clocks differ: a hub's may be ahead of this one.
    const i = Math.min(Math.floor((row.minute - from) / step), steps - 1);
    totalMessages += row.messages;
    salvagedMessages += row.salvagedMessages;
    messages[i] = (messages[i] ?? 0) + row.messages;
    for (const [key, tally] of Object.entries(row.categories)) addCategory(key, tally, row.minute, i);
  }

  function addCategory(key: string, tally: Tally, minute: number, i: number): void {
    const sum = sums.get(key) ?? emptySum(steps);
    sums.set(key, sum);
    addUnnamed(sum.tally, tally);
    sum.records[i] = (sum.records[i] ?? 0) + tally.records;
    sum.bytes[i] = (sum.bytes[i] ?? 0) + tally.bytes;
    sum.last = Math.max(sum.last, minute);
    for (const [pointer, records = 0] of Object.entries(tally.unseen))
      see(sum.drift, pointer, records, minute);
  }

  function result(partitions: readonly LivePartition[]): LiveReport {
    const largest = [...sums].toSorted(([, a], [, b]) => b.tally.bytes - a.tally.bytes);
    return {
      window: { from: isoTime(from), to: isoTime(now), minutes: steps * stepMinutes },
      proof: proofOf(
        largest.map(([, { tally }]) => tally),
        totalMessages,
        salvagedMessages,
      ),
      series: { stepMinutes, messages, categories: linesOf(largest, steps) },
      categories: largest.slice(0, MOST_CATEGORIES).map(([key, sum]) => toCategory(key, sum)),
      moreCategories: Math.max(0, largest.length - MOST_CATEGORIES),
      drift: driftOf(largest),
      partitions,
    };
  }

  return { from, add, result };
}

function zeros(n: number): number[] {
  return Array.from({ length: n }, () => 0);
}

function emptySum(steps: number): CategorySum {
  return { tally: emptyTally(), records: zeros(steps), bytes: zeros(steps), drift: new Map(), last: 0 };
}

function see(drift: Map<string, Sighting>, pointer: string, records: number, minute: number): void {
  const before = drift.get(pointer) ?? { records: 0, first: minute, last: minute };
  before.records += records;
  before.first = Math.min(before.first, minute);
  before.last = Math.max(before.last, minute);
  drift.set(pointer, before);
}

function proofOf(tallies: readonly Tally[], messages: number, salvagedMessages: number): LedgerProof {
  const total = emptyTally();
  for (const tally of tallies) addTally(total, tally);
  const deadLettered = deadLetteredOf(total);
  const excluded = excludedOf(total);
  const { records, archived, invalid, passedOn } = total;
  return {
    messages,
    records,
    archived,
    deadLettered,
    excluded,
    balanced: records === archived + deadLettered + excluded,
    invalid,
    passedOn,
    salvagedMessages,
    deadLettersByReason: plainCounts(total.deadLettered),
    excludedByRule: plainCounts(total.excluded),
  };
}

function plainCounts(counts: Partial<Record<string, number>>): Record<string, number> {
  const result: Record<string, number> = {};
  for (const [name, n = 0] of Object.entries(counts)) count(result, name, n);
  return result;
}

type Sums = readonly (readonly [key: string, sum: CategorySum])[];

function linesOf(largest: Sums, steps: number): LiveLine[] {
  const lines = largest.slice(0, MOST_LINES).map(([key, { records, bytes }]) => ({ key, records, bytes }));
  const rest = largest.slice(MOST_LINES);
  if (rest.length === 0) return lines;
  const other = { key: OTHER, records: zeros(steps), bytes: zeros(steps) };
  for (const [, { records, bytes }] of rest) {
    for (let i = 0; i < steps; i++) {
      other.records[i] = (other.records[i] ?? 0) + (records[i] ?? 0);
      other.bytes[i] = (other.bytes[i] ?? 0) + (bytes[i] ?? 0);
    }
  }
  return [...lines, other];
}

function toCategory(key: string, { tally, last }: CategorySum): LiveCategory {
  const { records, bytes, archived, passedOn, invalid } = tally;
  return {
    key,
    records,
    bytes,
    archived,
    deadLettered: deadLetteredOf(tally),
    excluded: excludedOf(tally),
    passedOn,
    invalid,
    lastSeen: isoTime(last),
  };
}

function driftOf(sums: Sums): LiveDrift[] {
  const found = sums.flatMap(([category, { drift }]) =>
    [...drift].map(([pointer, { records, first, last }]) => ({
      category,
      pointer,
      records,
      firstSeen: isoTime(first),
      lastSeen: isoTime(last),
    })),
  );
  return found.toSorted((a, b) => b.records - a.records).slice(0, MOST_DRIFT);
}

export function livePartition(
  { namespace, hub, id }: Partition,
  { runs, backlog }: Pick<Head, 'runs' | 'backlog'>,
): LivePartition {
  const last = runs.at(-1);
  const behind = backlog?.hubs ?? [];
  return {
    namespace,
    hub,
    id,
    lastDecided: last?.last ?? null,
    lastDecidedAt: last ? isoTime(last.lastTime) : null,
    behind,
    behindSince: backlog && behind.length > 0 ? isoTime(backlog.since) : null,
  };
}
