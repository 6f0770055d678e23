import type { Tier } from '../sinks.ts';
import type { TierStep } from '../blocks/tiers.ts';
import { DAY } from '../time.ts';
import type { CapacityInput, CategoryFacts, DaySummary } from './input.ts';
import { DAYS_PER_MONTH } from './limits.ts';
import type { PerMonth } from './per-month.ts';
import type { Prices } from './prices.ts';
import { costOfBytes } from './pricing.ts';
import type { CategoryStorage, StorageReport } from './report.ts';

/** What is kept for ever is shown as it is after so many days. */
export const FOR_EVER_SHOWN = 365;

const EXPIRING_DAYS = 30;

export function categoryStorage(
  key: string,
  { categoryOf, deadLetterDays, prices }: Pick<CapacityInput, 'categoryOf' | 'deadLetterDays' | 'prices'>,
  perMonth: PerMonth,
): CategoryStorage {
  const facts = categoryOf(key);
  const { bytes, storedBytes: bytesPerMonth, deadLetterBytes } = perMonth.ofCategory(key);
  const deadLetters = { retentionDays: deadLetterDays, bytesPerMonth: deadLetterBytes };
  const kept = keptOf({ ...facts, bytesPerMonth, deadLetters });
  const afterDays = (tier: TierStep['tier']): number | null =>
    facts.steps.find((step) => step.tier === tier)?.days ?? null;
  return {
    retentionDays: facts.retentionDays,
    coolAfterDays: afterDays('Cool'),
    coldAfterDays: afterDays('Cold'),
    archiveAfterDays: afterDays('Archive'),
    bytesPerMonth,
    deadLetters,
    compression: bytesPerMonth > 0 && bytes > 0 ? bytesPerMonth / bytes : null,
    steadyBytes: STORAGE_TIERS.reduce((sum, tier) => sum + kept[tier], 0),
    steadyCostPerMonth: STORAGE_TIERS.reduce((sum, tier) => sum + costOfTier(kept, tier, prices), 0),
  };
}

export const STORAGE_TIERS = ['Hot', 'Cool', 'Cold', 'Archive'] as const satisfies readonly Tier[];

/** Bytes in each tier. */
export type Kept = Readonly<Record<Tier, number>>;

/** Once as much expires as comes. */
export function steady(
  bytesPerMonth: number,
  { retentionDays, steps }: Pick<CategoryFacts, 'retentionDays' | 'steps'>,
): Kept {
  const days = retentionDays === 0 ? FOR_EVER_SHOWN : retentionDays;
  const perDay = bytesPerMonth / DAYS_PER_MONTH;
  const kept = { Hot: 0, Cool: 0, Cold: 0, Archive: 0 };
  let [tier, since]: [Tier, number] = ['Hot', 0];
  for (const step of steps) {
    const until = Math.min(days, step.days);
    kept[tier] = perDay * (until - since);
    [tier, since] = [step.tier, until];
  }
  kept[tier] = perDay * (days - since);
  return kept;
}

/** Of the archive in its tiers, and of the dead letters, which are moved to none. */
export function keptOf({
  bytesPerMonth,
  deadLetters,
  ...facts
}: Pick<CategoryFacts, 'retentionDays' | 'steps'> &
  Pick<CategoryStorage, 'bytesPerMonth' | 'deadLetters'>): Kept {
  const archive = steady(bytesPerMonth - deadLetters.bytesPerMonth, facts);
  const quarantine = steady(deadLetters.bytesPerMonth, { ...deadLetters, steps: [] });
  return { ...archive, Hot: archive.Hot + quarantine.Hot };
}

export function costOfTier(kept: Kept, tier: Tier, { storage }: Prices): number {
  return costOfBytes(kept[tier], gbMonthOf(tier, storage));
}

export function gbMonthOf(tier: Tier, storage: Prices['storage']): number {
  const prices = {
    Hot: storage.hotGbMonth,
    Cool: storage.coolGbMonth,
    Cold: storage.coldGbMonth,
    Archive: storage.archiveGbMonth,
  };
  return prices[tier];
}

export function storageReport(
  categories: readonly CategoryStorage[],
  input: CapacityInput,
  perMonth: PerMonth,
): StorageReport {
  const sum = (of: (storage: CategoryStorage) => number): number =>
    categories.reduce((total, storage) => total + of(storage), 0);
  const days = categories.flatMap(({ bytesPerMonth, retentionDays, deadLetters }) => [
    ...(bytesPerMonth > deadLetters.bytesPerMonth ? [retentionDays] : []),
    ...(deadLetters.bytesPerMonth > 0 ? [deadLetters.retentionDays] : []),
  ]);
  const batches = perMonth.batches;
  return {
    basis: perMonth.basis,
    bytesPerMonth: sum(({ bytesPerMonth }) => bytesPerMonth),
    steadyBytes: sum(({ steadyBytes }) => steadyBytes),
    steadyAfterDays: days.includes(0) ? null : Math.max(0, ...days),
    writesPerMonth: 2 * perMonth.blocks + batches * (isFanOut(input) ? 2 : 1),
    tableTransactionsPerMonth: batches,
    executionsPerMonth: batches * (isFanOut(input) ? 2 : 1) + TIMER_EXECUTIONS,
    expiring: expiringOf(input),
  };
}

/** The category functions are handed about as many batches as ingestion is. */
function isFanOut({ recordsHubs }: CapacityInput): boolean {
  return recordsHubs.length > 0;
}

/** Of settle (every 5 minutes), catch-up (every minute) and capacity (every 15), in 730 hours. */
const TIMER_EXECUTIONS = 730 * (12 + 60 + 4);

/** By the retention of today: that of a blob was decided when it was begun. */
function expiringOf({
  days,
  expiringDays,
  categoryOf,
  deadLetterDays,
  now,
}: CapacityInput): StorageReport['expiring'] {
  const byDay = new Map([...expiringDays, ...days].map((summary) => [summary.day, summary]));
  const today = Math.floor(now / DAY) * DAY;
  return Array.from({ length: EXPIRING_DAYS }, (_, i) => {
    const day = today + i * DAY;
    return {
      day: new Date(day).toISOString().slice(0, 10),
      ...expiringOn(day, byDay, { categoryOf, deadLetterDays }),
    };
  }).filter(({ records }) => records > 0);
}

function expiringOn(
  day: number,
  byDay: ReadonlyMap<number, DaySummary>,
  { categoryOf, deadLetterDays }: Pick<CapacityInput, 'categoryOf' | 'deadLetterDays'>,
): { bytes: number; records: number } {
  let [bytes, records] = [0, 0];
  for (const summary of byDay.values()) {
    const isDue = (days: number): boolean => expiryOf(summary, days) === day;
    for (const [key, stored] of Object.entries(summary.categories)) {
      const { storedBytes, storedRecords, deadLetterBytes, deadLetterRecords } = stored;
      if (isDue(categoryOf(key).retentionDays)) {
        bytes += storedBytes - deadLetterBytes;
        records += storedRecords - deadLetterRecords;
      }
      if (isDue(deadLetterDays)) {
        bytes += deadLetterBytes;
        records += deadLetterRecords;
      }
    }
  }
  return { bytes, records };
}

/** Days count from the end of a blob's hour, and it goes at the beginning of a day: of the one after. */
function expiryOf({ day }: DaySummary, retentionDays: number): number | undefined {
  return retentionDays === 0 ? undefined : day + (retentionDays + 1) * DAY;
}
