import pMap from 'p-map';
import { judgeExpired } from './expired-blob.ts';
import type { Candidate, ExpiredBlob, FoundBlob, LeftReason } from './expired-blob.ts';
import { createReport } from './report.ts';
import type { RetentionReport } from './report.ts';
import type { BlobAddress } from '../sinks.ts';
import type { Tombstones } from './tombstones.ts';

/** What became of a delete. `gone`: somebody else was faster. An Error: storage refused it for a reason of its own. */
export type DeleteOutcome =
  'deleted' | 'gone' | Extract<LeftReason, 'changed' | 'legal-hold' | 'immutable' | 'in-use'> | Error;

/** The blobs of the archive, as the retention sees them. */
export interface ExpiringBlobs {
  /** Storage's own clock, so that one that is ahead deletes nothing too early. */
  now(): Promise<number>;
  /** Of Sluice's containers, those whose every blob is under a legal hold. */
  heldContainers(): Promise<ReadonlySet<string>>;
  /** Blobs in Sluice's containers that are due on the day, by what is written on them; a container after the other. */
  findExpired(today: string): AsyncIterable<Candidate>;
  /** Undefined where it is not there any more. */
  look(blob: BlobAddress): Promise<FoundBlob | undefined>;
  /** At most `MOST_IN_A_BATCH` of a container, each only if it is still as it was looked at. Outcomes in the same order. */
  deleteBatch(blobs: readonly ExpiredBlob[]): Promise<readonly DeleteOutcome[]>;
}

export interface RetentionDeps {
  readonly blobs: ExpiringBlobs;
  readonly tombstones: Tombstones;
  /** The ledger's partition keys, by the partition as blob names have it. */
  readonly partitions: () => Promise<ReadonlyMap<string, string>>;
}

export interface RetentionOptions {
  /** `2026-11-20`, in UTC. */
  readonly today: string;
  /** Nothing is written or deleted. */
  readonly dryRun?: boolean;
  /** Asked before each batch. What is left then is found by the next run. */
  readonly mayGoOn?: () => boolean;
}

/** Requests that a batch of the blob service holds. */
export const MOST_IN_A_BATCH = 256;

const BATCHES_SIDE_BY_SIDE = 4;
const LOOKS_SIDE_BY_SIDE = 16;

/** Of these nothing is counted in the ledger: their records are in the archive, and counted there. */
const WITHOUT_COUNTS = 'handlers';

/**
 * Deletes what is due. It may be run twice, on two instances at once, and be ended at any time: what it has deleted is not found
 * again, and what it has not, is. What storage refuses stands in the report; everything else goes on.
 */
export async function runRetention(
  deps: RetentionDeps,
  { today, dryRun = false, mayGoOn = () => true }: RetentionOptions,
): Promise<RetentionReport> {
  const { blobs, tombstones } = deps;
  const [partitions, held, now] = await Promise.all([deps.partitions(), blobs.heldContainers(), blobs.now()]);
  const report = createReport(today);
  await pMap(batches(), (batch) => handle(batch).catch(report.fail), { concurrency: BATCHES_SIDE_BY_SIDE });
  return report.finish();

  async function* batches(): AsyncGenerator<Candidate[]> {
    let batch: Candidate[] = [];
    for await (const candidate of blobs.findExpired(today)) {
      if (held.has(candidate.blob.container)) {
        report.leave(candidate.blob, 'legal-hold');
        continue;
      }
      if (batch.length === MOST_IN_A_BATCH || (batch[0] && !isBeside(candidate, batch[0]))) {
        if (!isToGoOn()) return;
        yield batch;
        batch = [];
      }
      batch.push(candidate);
    }
    if (batch.length > 0 && isToGoOn()) yield batch;
  }

  function isToGoOn(): boolean {
    // What fails is tried again by the SDK; a run that goes on against an account that is down helps nobody.
    if (report.hasFailed()) return false;
    if (mayGoOn()) return true;
    report.stopEarly();
    return false;
  }

  async function handle(batch: readonly Candidate[]): Promise<void> {
    const looked = await pMap(batch, lookAt, { concurrency: LOOKS_SIDE_BY_SIDE });
    const due = looked.filter((one) => one !== undefined);
    if (dryRun || due.length === 0) {
      due.forEach(report.delete);
      return;
    }
    const byPartition = Map.groupBy(due, keyOf);
    for (const [key, own] of byPartition) if (key !== undefined) await tombstones.write(key, own, now);
    const outcomes = await blobs.deleteBatch(due);
    await pMap(due, (blob, i) => conclude(blob, outcomes[i] ?? 'changed'), {
      concurrency: LOOKS_SIDE_BY_SIDE,
    });
  }

  async function lookAt(candidate: Candidate): Promise<ExpiredBlob | undefined> {
    const found = await blobs.look(candidate.blob);
    if (!found) return undefined;
    const judged = judgeExpired(candidate, found, today);
    if (typeof judged === 'string') {
      report.leave(candidate.blob, judged);
      return undefined;
    }
    if (keyOf(judged) !== undefined || judged.name.source === WITHOUT_COUNTS) return judged;
    report.leave(candidate.blob, 'partition-unknown');
    return undefined;
  }

  function keyOf({ name }: ExpiredBlob): string | undefined {
    return name.source === WITHOUT_COUNTS ? undefined : partitions.get(name.partition);
  }

  async function conclude(blob: ExpiredBlob, outcome: DeleteOutcome): Promise<void> {
    if (outcome === 'deleted') return report.delete(blob);
    // Who was faster counts it. Of a blob that is gone, a service may also say that its condition is not met.
    if (outcome === 'gone' || (outcome === 'changed' && !(await blobs.look(blob.blob)))) return;
    if (outcome instanceof Error) report.fail(outcome);
    else report.leave(blob.blob, outcome);
    // Of one that has changed, or of which the answer is unknown, the next run writes it anew if it must.
    const key = keyOf(blob);
    if (key !== undefined && isRefused(outcome)) await tombstones.withdraw(key, blob);
  }
}

function isBeside({ blob }: Candidate, other: Candidate): boolean {
  return blob.container === other.blob.container;
}

function isRefused(outcome: DeleteOutcome): boolean {
  return outcome === 'legal-hold' || outcome === 'immutable' || outcome === 'in-use';
}
