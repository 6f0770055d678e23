import { createPartitionList } from '../ledger/ledger-partitions.ts';
import { keptFor } from '../report/kept-for.ts';
import { readReport, WINDOWS } from '../report/read-report.ts';
import type { ReportDeps } from '../report/read-report.ts';
import type { Report } from '../report/report.ts';
import { config } from './app.ts';
import { blobService } from './clients.ts';
import { readJsonBlob } from './json-blob.ts';
import { ledgerTable } from './ledger-parts.ts';
import { once } from './once.ts';
import { LATEST_REPORT, REPORTS_CONTAINER } from './report-store.ts';

/** So long, all who look at the page share what has been read. */
const REPORT_KEPT = 10_000;

/** The report for each length of the window that can be asked for. */
export const reports = once((): ReadonlyMap<number, () => Promise<Report>> => {
  const archive = blobService(config.archiveStorage);
  const deps: ReportDeps = {
    table: ledgerTable(),
    partitions: createPartitionList(ledgerTable()),
    latestCapacity: () => readJsonBlob(archive, LATEST_CAPACITY),
    now: Date.now,
  };
  return new Map(
    WINDOWS.map((minutes) => [minutes, keptFor(REPORT_KEPT, Date.now, () => readReport(minutes, deps))]),
  );
});

const LATEST_CAPACITY = { container: REPORTS_CONTAINER, name: LATEST_REPORT };
