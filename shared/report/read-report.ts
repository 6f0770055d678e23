import pMap from 'p-map';
import { REPORT_VERSION } from '../capacity/report.ts';
import type { CapacityReport } from '../capacity/report.ts';
import type { PartitionList } from '../ledger/ledger-partitions.ts';
import { COUNT_COLUMNS, HEAD_KEY, headFrom, minuteFrom, minuteKey } from '../ledger/ledger-rows.ts';
import type { Partition } from '../message.ts';
import { partitionKeyOf } from '../names.ts';
import type { LedgerTable } from '../sinks.ts';
import { createLiveTally, livePartition } from './live.ts';
import type { LiveTally } from './live.ts';
import { REPORT_PAGE_VERSION } from './report.ts';
import type { LivePartition, Report } from './report.ts';

export interface ReportDeps {
  readonly table: Pick<LedgerTable, 'get' | 'query'>;
  readonly partitions: Pick<PartitionList, 'all'>;
  /** What `capacity/latest.json` holds; undefined while there is none. */
  readonly latestCapacity: () => Promise<unknown>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The lengths of the window that can be asked for, in minutes. */
export const WINDOWS = [15, 60, 360] as const;
export const DEFAULT_WINDOW = 60;

/** Partitions that are read at a time. */
const CONCURRENCY = 8;

/** Sorts after every minute row. */
const AFTER_MINUTES = 'minute.';

/**
 * Reads two things a partition, its head row and its minutes of the window: what it costs goes with the window, whatever has been kept
 * and however much came in.
 */
export async function readReport(minutes: number, deps: ReportDeps): Promise<Report> {
  const now = deps.now();
  const tally = createLiveTally(now, minutes);
  const [partitions, capacity] = await Promise.all([
    pMap(deps.partitions.all(), (partition) => readPartition(partition, tally, deps), {
      concurrency: CONCURRENCY,
    }),
    deps.latestCapacity(),
  ]);
  return {
    version: REPORT_PAGE_VERSION,
    generatedAt: new Date(now).toISOString(),
    live: tally.result(partitions),
    ...capacityFrom(capacity),
  };
}

async function readPartition(
  partition: Partition,
  tally: LiveTally,
  { table }: ReportDeps,
): Promise<LivePartition> {
  const key = partitionKeyOf(partition);
  const minutes = table.query(key, minuteKey(tally.from, 0), AFTER_MINUTES, COUNT_COLUMNS);
  for await (const row of minutes) tally.add(minuteFrom(row));
  const head = await table.get(key, HEAD_KEY);
  return livePartition(partition, head ? headFrom(head) : { runs: [], backlog: undefined });
}

function capacityFrom(value: unknown): Pick<Report, 'capacity' | 'capacityMissing'> {
  if (value === undefined) return { capacity: null, capacityMissing: 'none-yet' };
  const report = value as CapacityReport;
  return report.version === REPORT_VERSION
    ? { capacity: report, capacityMissing: null }
    : { capacity: null, capacityMissing: 'other-version' };
}
