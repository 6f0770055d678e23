import { DAY, MINUTE } from '../time.ts';
import { dayCategory } from './day-summary.ts';
import type { HubFlow } from './hub-flows.ts';
import type { CapacityInput, DayCategory, DayLoad, DaySummary } from './input.ts';
import { DAYS_PER_MONTH } from './limits.ts';
import { totalOf } from './rates.ts';

/** What a month brings. */
export interface PerMonth {
  /** `days`: from finished days, since a few hours are no measure of a day. `window`: from those hours, since there is nothing else. */
  readonly basis: 'window' | 'days';
  slicesOf(hub: HubFlow): number;
  ofCategory(key: string): DayCategory;
  readonly blocks: number;
  readonly batches: number;
}

/** So many of the last days: a week, since working days and others differ. */
export const LAST_DAYS = 7;

export function perMonthOf(input: CapacityInput): PerMonth {
  const { measures, days } = input;
  const windowDays = (measures.minutes * MINUTE) / DAY;
  const recent = days.slice(-LAST_DAYS);
  if (windowDays >= 1 || recent.length === 0) return fromWindow(input, windowDays);
  return fromDays(input, recent, windowDays);
}

function fromWindow({ measures }: CapacityInput, windowDays: number): PerMonth {
  const factor = windowDays > 0 ? DAYS_PER_MONTH / windowDays : 0;
  const sum = (figures: Iterable<number>): number => [...figures].reduce((a, b) => a + b, 0) * factor;
  return {
    basis: 'window',
    slicesOf: ({ slices }) => slices * factor,
    ofCategory: (key) => times(dayCategory(key, measures), factor),
    blocks: sum([...measures.stored.values()].map(({ blocks }) => blocks)),
    batches: sum([...measures.partitions.values()].map(({ batches }) => batches)),
  };
}

function fromDays(input: CapacityInput, days: readonly DaySummary[], windowDays: number): PerMonth {
  const window = fromWindow(input, windowDays);
  const mean = (of: (day: DaySummary) => number): number =>
    (days.reduce((sum, day) => sum + of(day), 0) / days.length) * DAYS_PER_MONTH;
  const records = totalOf(totalRecords(input)) * (DAYS_PER_MONTH / windowDays);
  // The records hub is not counted by days: it gets as much more or less as the source hubs do.
  const ratio = records > 0 ? mean((day) => day.loads['total']?.records ?? 0) / records : 1;
  return {
    basis: 'days',
    slicesOf: (hub) =>
      hub.role === 'records'
        ? window.slicesOf(hub) * ratio
        : mean((day) => loadIn(day, hub)?.slices ?? 0) || window.slicesOf(hub),
    ofCategory: (key) => categoryOverDays(key, days) ?? window.ofCategory(key),
    blocks: mean(({ blocks }) => blocks),
    batches: mean(({ batches }) => batches),
  };
}

function totalRecords({ measures }: CapacityInput): Float64Array {
  const sum = new Float64Array(measures.minutes);
  for (const { records } of measures.partitions.values())
    records.forEach((figure, i) => (sum[i] = (sum[i] ?? 0) + figure));
  return sum;
}

function loadIn({ loads }: DaySummary, { facts }: HubFlow): DayLoad | undefined {
  return loads[`hub:${facts.namespace}/${facts.hub}`];
}

/** From the first of the days that has any: a category that is new has not been small before. */
function categoryOverDays(key: string, days: readonly DaySummary[]): DayCategory | undefined {
  const first = days.findIndex(({ categories }) => Object.hasOwn(categories, key));
  if (first === -1) return undefined;
  const since = days.slice(first).map(({ categories }) => categories[key] ?? NOTHING);
  return times(since.reduce(plus), DAYS_PER_MONTH / since.length);
}

const NOTHING: DayCategory = {
  records: 0,
  bytes: 0,
  storedRecords: 0,
  storedBytes: 0,
  deadLetterRecords: 0,
  deadLetterBytes: 0,
};

function plus(a: DayCategory, b: DayCategory): DayCategory {
  return {
    records: a.records + b.records,
    bytes: a.bytes + b.bytes,
    storedRecords: a.storedRecords + b.storedRecords,
    storedBytes: a.storedBytes + b.storedBytes,
    deadLetterRecords: a.deadLetterRecords + b.deadLetterRecords,
    deadLetterBytes: a.deadLetterBytes + b.deadLetterBytes,
  };
}

function times(category: DayCategory, factor: number): DayCategory {
  return {
    records: category.records * factor,
    bytes: category.bytes * factor,
    storedRecords: category.storedRecords * factor,
    storedBytes: category.storedBytes * factor,
    deadLetterRecords: category.deadLetterRecords * factor,
    deadLetterBytes: category.deadLetterBytes * factor,
  };
}
