import { hubsOf } from './backlog.ts';
import type { BacklogRow, BacklogRows } from './backlog.ts';
import { commit } from '../commit.ts';
import type { Ledger, Snapshot } from '../ledger/ledger.ts';
import type { PartitionList } from '../ledger/ledger-partitions.ts';
import type { Partition } from '../message.ts';
import { partitionKeyOf } from '../names.ts';
import { passOn } from './pass-on.ts';
import type { PassOnDeps } from './pass-on.ts';
import { steadyHub } from '../ledger/steady-hub.ts';
import type { SteadyHubDeps } from '../ledger/steady-hub.ts';

export interface CatchUpDeps extends PassOnDeps, SteadyHubDeps {
  readonly partitions: PartitionList;
  /** One of its own, since what it reads must not be mixed with what ingestion knows. */
  readonly ledger: Ledger;
  readonly backlog: BacklogRows;
  /** When to leave the rest to the next call, in milliseconds since 1970. */
  readonly until: number;
}

/**
 * Passes on what has waited in the archive for a records hub to be back: for each partition in the order in which it was decided, and
 * no faster than is asked for. Ingestion goes on meanwhile, and adds to the end of it. Whoever does it twice sends the same record ids.
 */
export async function catchUp(deps: CatchUpDeps): Promise<void> {
  if (!deps.fanOut) return;
  const steady = { ...deps, recordsHub: steadyHub(deps) };
  const down = new Set<string>();
  const failures: unknown[] = [];
  for await (const partition of deps.partitions.all()) {
    try {
      await drain(partition, steady, down);
    } catch (error) {
      // The others do not wait for it.
      failures.push(error);
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `Partitions that could not be caught up with: ${failures.length}.`);
}

/** So often, batches that are decided meanwhile keep a partition from being finished with; the next call goes on. */
const MOST_PASSES = 20;

async function drain(partition: Partition, deps: CatchUpDeps, down: Set<string>): Promise<void> {
  for (let passes = 0; passes < MOST_PASSES; passes++) {
    deps.ledger.forget(partition);
    const snapshot = await deps.ledger.read(partition);
    const behind = snapshot.head.backlog?.hubs ?? [];
    if (behind.length === 0) return;
    const left = await drainRows(snapshot, deps, down);
    if (left === 'more') return;
    const stillBehind = behind.filter((hub) => left.has(hub));
    if (stillBehind.length === behind.length) return;
    // No row has come since the head was read, or it would have changed.
    if ((await deps.ledger.caughtUp(snapshot, stillBehind)) === 'changed') continue;
    deps.log('info', `Caught up with all that waited in ${partitionKeyOf(partition)}.`);
    return;
  }
}

/** Answers which hubs still have rows, or `more` where it has not come to the end. */
async function drainRows(
  snapshot: Snapshot,
  deps: CatchUpDeps,
  down: Set<string>,
): Promise<ReadonlySet<string> | 'more'> {
  const { partition, head } = snapshot;
  const end = head.backlog?.next ?? 0;
  const left = new Set<string>();
  for await (const row of deps.backlog.of(partition)) {
    // What was decided since the head was read may be uncommitted, which only a plan tells that has not been read yet.
    if (row.no >= end) break;
    if (deps.now() >= deps.until || head.backlog?.hubs.every((hub) => down.has(hub))) return 'more';
    await commitOpen(row, snapshot, deps);
    const unsent = await passOn(row.blocks, partition, new Map(), deps, down);
    if (unsent.length < row.blocks.length) await deps.backlog.keep(partition, row, unsent);
    for (const hub of hubsOf(unsent, deps.routes)) left.add(hub);
  }
  return left;
}

/** The last decision may be one that nobody has carried out yet. */
async function commitOpen(
  { blocks }: BacklogRow,
  { head, blobs }: Snapshot,
  deps: CatchUpDeps,
): Promise<void> {
  const open = new Set(head.plan?.blocks.map(({ id }) => id));
  for (const block of blocks) if (open.has(block.id)) await commit(block, blobs, deps);
}
