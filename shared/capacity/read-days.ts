import type { LedgerTable } from '../sinks.ts';
import { DAY, startOf } from '../time.ts';
import type { CapacityInput, DaySummary } from './input.ts';
import { CAPACITY_KEY, dayFrom, dayKey } from './rolled-rows.ts';

const DAYS_OF_TREND = 90;

/** Days that are looked at for what expires of them: so many from now on. */
const EXPIRING = 30;

/** Settings may hold any number of retentions, but few are used. */
const MOST_RETENTIONS = 8;

/** Those of the trend, and older ones whose records expire soon: a request for each retention that is longer than the trend. */
export async function readDays(
  table: LedgerTable,
  now: number,
  { categoryOf, deadLetterDays }: Pick<CapacityInput, 'categoryOf' | 'deadLetterDays'>,
): Promise<Pick<CapacityInput, 'days' | 'expiringDays'>> {
  const today = startOf(DAY, now);
  const trendFrom = today - DAYS_OF_TREND * DAY;
  const days = await daysBetween(table, trendFrom, today);
  const keys = days.flatMap(({ categories }) => Object.keys(categories));
  const retentions = [...new Set(keys.flatMap((key) => [categoryOf(key).retentionDays, deadLetterDays]))]
    .filter((retention) => retention > DAYS_OF_TREND - EXPIRING)
    .slice(0, MOST_RETENTIONS);
  const older = await Promise.all(
    retentions.map((retention) => {
      const from = today - (retention + 1) * DAY;
      return daysBetween(table, from, Math.min(from + EXPIRING * DAY, trendFrom));
    }),
  );
  return { days, expiringDays: older.flat() };
}

async function daysBetween(table: LedgerTable, from: number, to: number): Promise<DaySummary[]> {
  const found: DaySummary[] = [];
  if (from >= to) return found;
  for await (const row of table.query(CAPACITY_KEY, dayKey(from), dayKey(to))) found.push(dayFrom(row));
  return found;
}
