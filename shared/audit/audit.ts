import pMap from 'p-map';
import { createPartitionList } from '../ledger/ledger-partitions.ts';
import type { Partition } from '../message.ts';
import { partitionLabel } from '../names.ts';
import { DAY, HOUR, startOf } from '../time.ts';
import { cover, lookAhead, openAccount, readHead, readMinutes } from './account.ts';
import type { PartitionAccount } from './account.ts';
import { auditHour } from './audit-hour.ts';
import type { AuditDeps } from './audit-hour.ts';
import { listCategories, listHours } from './day-listing.ts';
import type { DatedBlob } from './day-listing.ts';
import type { Finding } from './findings.ts';
import { addToHour, emptyHour } from './judge-hour.ts';
import type { HourLedger } from './judge-hour.ts';
import { judgeNumbers, withHub } from './judge-numbers.ts';
import { createReport } from './report.ts';
import type { AuditReport, Reporter } from './report.ts';

export type { AuditDeps } from './audit-hour.ts';

export interface AuditQuestion {
  /** Milliseconds since 1970; whole hours are audited. */
  readonly from: number;
  readonly to: number;
  /** Whether every byte is read. */
  readonly deep: boolean;
  /** Undefined: every partition of the ledger. */
  readonly includes?: ((partition: Partition) => boolean) | undefined;
}

/** Of one audit; each partition has a few requests under way. */
const PARTITIONS_AT_ONCE = 4;

/**
 * Holds the archive against the ledger: the sequence numbers of every partition join without a gap, and what the ledger decided is there,
 * once. Reads a day at a time, and of that an hour at a time, so months take no more memory than a day.
 */
export async function audit(question: AuditQuestion, deps: AuditDeps): Promise<AuditReport> {
  const [from, to] = [startOf(HOUR, question.from), startOf(HOUR, question.to - 1) + HOUR];
  const partitions = await partitionsOf(question, deps);
  // Before anything else is read: what is decided afterwards is not to be judged.
  const opened = await pMap(partitions, (partition) => openAccount(partition, from, deps.table), {
    concurrency: PARTITIONS_AT_ONCE,
  });
  const accounts = opened.filter((account) => account !== undefined);
  const report = createReport({ from, to, deep: question.deep }, deps.onProgress);
  const isWhole = question.includes === undefined;
  const { folders, faults } = await listCategories(deps.archive);
  if (isWhole) report.add(faults);

  for (let day = from; day < to; day = startOf(DAY, day) + DAY) {
    const end = Math.min(startOf(DAY, day) + DAY, to);
    const { blobs, faults: strays } = await listHours(folders, day, end, deps.archive);
    if (isWhole) report.add([...strays, ...unknownPartitions(blobs, partitions)]);
    const byPartition = Map.groupBy(blobs, ({ parsed }) => parsed.partition);
    await pMap(
      accounts,
      (account) => {
        const own = byPartition.get(partitionLabel(account.partition)) ?? [];
        return auditDay(account, own, { from: day, to: end, deep: question.deep }, deps, report);
      },
      { concurrency: PARTITIONS_AT_ONCE },
    );
  }
  await pMap(accounts, (account) => closeAccount(account, { from, to }, deps, report), {
    concurrency: PARTITIONS_AT_ONCE,
  });
  return report.finish();
}

async function partitionsOf({ includes }: AuditQuestion, { table }: AuditDeps): Promise<Partition[]> {
  const partitions: Partition[] = [];
  for await (const partition of createPartitionList(table).all())
    if (includes?.(partition) ?? true) partitions.push(partition);
  return partitions;
}

function unknownPartitions(blobs: readonly DatedBlob[], partitions: readonly Partition[]): Finding[] {
  const labels = new Set(partitions.map(partitionLabel));
  return blobs
    .filter(({ parsed }) => !labels.has(parsed.partition))
    .map(({ container, name }) => ({ kind: 'blob-foreign', container, blob: name, why: 'partition' }));
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly deep: boolean;
}

/** The hours of a day, as the ledger's rows come, and then those of which there are blobs alone. */
async function auditDay(
  account: PartitionAccount,
  blobs: readonly DatedBlob[],
  { from, to, deep }: Stretch,
  deps: AuditDeps,
  report: Reporter,
): Promise<void> {
  const byHour = Map.groupBy(blobs, ({ parsed }) => parsed.hour);
  const rest = new Set(byHour.keys());
  const close = async (hour: number, ledger: HourLedger): Promise<void> => {
    rest.delete(hour);
    await auditHour({ account, hour, ledger, listed: byHour.get(hour) ?? [], deep }, deps, report);
  };

  let open: { readonly hour: number; readonly ledger: HourLedger } | undefined;
  for await (const row of readMinutes(account.partition, from, to, deps.table)) {
    const hour = startOf(HOUR, row.minute);
    if (open && open.hour !== hour) {
      await close(open.hour, open.ledger);
      open = undefined;
    }
    open ??= { hour, ledger: emptyHour() };
    addToHour(open.ledger, row);
    cover(account, row);
    report.countRow(row);
  }
  if (open) await close(open.hour, open.ledger);
  for (const hour of [...rest].toSorted((a, b) => a - b)) await close(hour, emptyHour());
}

/** What can be said only when all rows have been read. */
async function closeAccount(
  account: PartitionAccount,
  range: { readonly from: number; readonly to: number },
  deps: AuditDeps,
  report: Reporter,
): Promise<void> {
  const { partition, head } = account;
  const readTo = await lookAhead(account, range.to, deps.table);
  const findings = judgeNumbers({ ...account, ...range, readTo });
  report.add(await askHub(account, findings, deps));
  const now = await readHead(partition, deps.table);
  const isQuiet = JSON.stringify(now?.runs) === JSON.stringify(head.runs);
  report.closePartition(partition, isQuiet, account.coverage.size);
}

async function askHub(
  account: PartitionAccount,
  findings: readonly Finding[],
  { hubs }: AuditDeps,
): Promise<readonly Finding[]> {
  if (!hubs) return findings;
  const { partition } = account;
  try {
    return withHub(await hubs.range(partition), account, findings);
  } catch (error) {
    // What the hub would say is not needed for the verdict.
    return [...findings, { kind: 'hub-not-asked', partition, reason: String(error) }];
  }
}
