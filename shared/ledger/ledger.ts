import { randomUUID } from 'node:crypto';
import { backlogWrite } from '../pass-on/backlog.ts';
import type { Backlog } from '../pass-on/backlog.ts';
import { createBlobChains } from '../blocks/blob-chains.ts';
import type { BlobChains } from '../blocks/blob-chains.ts';
import type { BlockSums } from '../blocks/block-sums.ts';
import type { KeptApart } from '../kept-apart.ts';
import {
  HEAD_KEY,
  headFrom,
  headValues,
  lossKey,
  minuteFrom,
  minuteKey,
  minuteValues,
  runKey,
  runValues,
} from './ledger-rows.ts';
import type { Head, MinuteRow, PlanBlock, Run } from './ledger-rows.ts';
import { createPartitionList } from './ledger-partitions.ts';
import type { Partition } from '../message.ts';
import { partitionKeyOf } from '../names.ts';
import type { Draft } from '../blocks/draft.ts';
import type { EntityWrite, LedgerTable } from '../sinks.ts';
import { mergeMinutes } from './tally.ts';
import type { MinuteTally } from './tally.ts';

/**
 * What an invocation works on. Never changed, only replaced, since two invocations of a partition can live in one process
 * (its ownership lost and regained) and must not lend each other an ETag that they have not read for.
 */
export interface Snapshot {
  readonly partition: Partition;
  /** Of the head row; undefined where there is none yet. */
  readonly etag: string | undefined;
  readonly head: Head;
  /** Whether the plan has been carried out, as far as this process knows. */
  readonly settled: boolean;
  /** The plan's drafts by block id, while they are still in memory. */
  readonly drafts: ReadonlyMap<string, Draft>;
  /** Minute rows as last written, by row key. */
  readonly rows: ReadonlyMap<string, StoredMinute>;
  /** What is known of the partition's blobs since its head was read. */
  readonly blobs: BlobChains;
}

export interface StoredMinute {
  readonly etag: string;
  readonly row: MinuteRow;
}

/** What is to become of some messages, in one transaction. */
export interface Decision {
  /** The run that the messages belong to, as it is with them. */
  readonly run: Run;
  /** At most `MOST_MINUTES_IN_A_DECISION`. */
  readonly minutes: readonly MinuteTally[];
  readonly blocks: readonly PlanBlock[];
  /** Those of them that wait in the backlog. */
  readonly postponed: readonly PlanBlock[];
  readonly keptApart: KeptApart;
  readonly drafts: ReadonlyMap<string, Draft>;
  /** What the blocks hold, by the minute of their last message. */
  readonly blockSums: ReadonlyMap<number, BlockSums>;
}

/** A transaction takes 100 rows; the others are for the head, a run that begins, and what is still to be passed on. */
export const MOST_MINUTES_IN_A_DECISION = 97;

/** Older runs end up outside what any hub still holds. */
const MOST_RUNS = 32;

export interface Ledger {
  /** What this process knows of the partition, or else what the table says. */
  read(partition: Partition): Promise<Snapshot>;
  minuteRow(snapshot: Snapshot, run: number, minute: number): Promise<StoredMinute | undefined>;
  /** Writes counts, head and plan, all or nothing: `changed` when somebody else has decided since the snapshot. */
  decide(snapshot: Snapshot, decision: Decision): Promise<'decided' | 'changed'>;
  /** Notes that the snapshot's plan has been carried out. */
  settled(snapshot: Snapshot): Snapshot;
  /** Takes the plan, carried out but for these blocks, from the head row, and notes them as backlog of their hubs. */
  postpone(
    snapshot: Snapshot,
    blocks: readonly PlanBlock[],
    hubs: readonly string[],
  ): Promise<Snapshot | 'changed'>;
  /** Notes which hubs are still behind. */
  caughtUp(snapshot: Snapshot, stillBehind: readonly string[]): Promise<'noted' | 'changed'>;
  /** Takes the plan, once carried out, from the head row. */
  close(snapshot: Snapshot): Promise<void>;
  /** Notes that a decided block was gone before it could be committed. */
  noteLoss(partition: Partition, block: PlanBlock): Promise<void>;
  /** What this process knows of the partition is not to be relied on any more. */
  forget(partition: Partition): void;
}

export function createLedger(table: LedgerTable, deps: Parameters<typeof createBlobChains>[0]): Ledger {
  const known = new Map<string, Snapshot>();
  const partitions = createPartitionList(table);

  async function read(partition: Partition): Promise<Snapshot> {
    const key = partitionKeyOf(partition);
    const remembered = known.get(key);
    if (remembered) return remembered;
    const entity = await table.get(key, HEAD_KEY);
    const head = entity ? headFrom(entity) : { runs: [], plan: undefined, keptApart: [] };
    const snapshot: Snapshot = {
      partition,
      etag: entity?.etag,
      head,
      settled: head.plan === undefined,
      drafts: new Map(),
      rows: new Map(),
      blobs: createBlobChains(deps),
    };
    known.set(key, snapshot);
    return snapshot;
  }

  async function minuteRow(
    snapshot: Snapshot,
    run: number,
    minute: number,
  ): Promise<StoredMinute | undefined> {
    const rowKey = minuteKey(minute, run);
    const remembered = snapshot.rows.get(rowKey);
    if (remembered) return remembered;
    const entity = await table.get(partitionKeyOf(snapshot.partition), rowKey);
    return entity && { etag: entity.etag, row: minuteFrom(entity) };
  }

  async function decide(snapshot: Snapshot, decision: Decision): Promise<'decided' | 'changed'> {
    const { partition, blobs } = snapshot;
    // Before the first decision, so that a partition with a plan is always found.
    if (snapshot.etag === undefined) await partitions.add(partition);
    const head = nextHead(snapshot.head, decision);
    const minutes = await Promise.all(
      decision.minutes.map((tally) => {
        const blocks = decision.blockSums.get(tally.minute) ?? {};
        return addUp(snapshot, decision.run.no, { ...tally, blocks });
      }),
    );
    const etags = await table.transact(partitionKeyOf(partition), [
      { rowKey: HEAD_KEY, ifMatch: snapshot.etag, values: headValues(head) },
      ...minutes.map(({ rowKey, ifMatch, row }) => ({ rowKey, ifMatch, values: minuteValues(row) })),
      ...newRunRows(snapshot.head, decision.run),
      ...backlogRows(snapshot.head, decision.postponed),
    ]);
    if (etags === 'changed') {
      forget(partition);
      return 'changed';
    }
    const [etag, ...rowEtags] = etags;
    const rows = new Map(minutes.map(({ rowKey, row }, i) => [rowKey, { etag: rowEtags[i] ?? '', row }]));
    const { drafts } = decision;
    known.set(partitionKeyOf(partition), { partition, etag, head, settled: false, drafts, rows, blobs });
    return 'decided';
  }

  async function addUp(snapshot: Snapshot, run: number, tally: MinuteTally) {
    const before = snapshot.head.runs.find(({ no }) => no === run);
    // No row can be there before the run has been in its minute.
    const mayExist = before !== undefined && tally.minute <= before.maxTime;
    const stored = mayExist ? await minuteRow(snapshot, run, tally.minute) : undefined;
    const row: MinuteRow = { ...(stored ? mergeMinutes(stored.row, tally) : tally), run };
    return { rowKey: minuteKey(tally.minute, run), ifMatch: stored?.etag, row };
  }

  function settled(snapshot: Snapshot): Snapshot {
    const key = partitionKeyOf(snapshot.partition);
    const done: Snapshot = { ...snapshot, settled: true, drafts: new Map() };
    if (known.get(key) === snapshot) known.set(key, done);
    return done;
  }

  async function postpone(
    snapshot: Snapshot,
    blocks: readonly PlanBlock[],
    hubs: readonly string[],
  ): Promise<Snapshot | 'changed'> {
    const head = fallenBehind(snapshot.head, hubs);
    const row = backlogWrite(head.backlog.next - 1, blocks);
    const etag = await writeHead(snapshot, head, [row]);
    if (etag === 'changed') return etag;
    const behind: Snapshot = { ...snapshot, etag, head, settled: true, drafts: new Map() };
    known.set(partitionKeyOf(snapshot.partition), behind);
    return behind;
  }

  async function caughtUp(snapshot: Snapshot, stillBehind: readonly string[]): Promise<'noted' | 'changed'> {
    const { head } = snapshot;
    const backlog = head.backlog && { ...head.backlog, hubs: stillBehind };
    const etag = await writeHead(snapshot, { ...head, backlog });
    forget(snapshot.partition);
    return etag === 'changed' ? etag : 'noted';
  }

  /** The new ETag, or `changed` where somebody else has written it since the snapshot, of which nothing is known then. */
  async function writeHead(
    { partition, etag }: Snapshot,
    head: Head,
    others: readonly EntityWrite[] = [],
  ): Promise<string> {
    const write = { rowKey: HEAD_KEY, ifMatch: etag, values: headValues(head) };
    const etags = await table.transact(partitionKeyOf(partition), [write, ...others]);
    if (etags === 'changed') forget(partition);
    return etags === 'changed' ? etags : (etags[0] ?? '');
  }

  async function close(snapshot: Snapshot): Promise<void> {
    await writeHead(snapshot, { ...snapshot.head, plan: undefined });
    forget(snapshot.partition);
  }

  async function noteLoss(partition: Partition, { id, container, blob }: PlanBlock): Promise<void> {
    const values = { container, blob, block: id };
    // A loss that has been noted already comes back as `changed`, and stands.
    await table.transact(partitionKeyOf(partition), [{ rowKey: lossKey(id), ifMatch: undefined, values }]);
  }

  function forget(partition: Partition): void {
    known.delete(partitionKeyOf(partition));
  }

  return { read, minuteRow, decide, settled, postpone, caughtUp, close, noteLoss, forget };
}

/** The run's own row, in the decision that begins it. */
function newRunRows({ runs }: Head, run: Run): EntityWrite[] {
  if (runs.some(({ no }) => no === run.no)) return [];
  return [{ rowKey: runKey(run.no), ifMatch: undefined, values: runValues(run) }];
}

function backlogRows({ backlog }: Head, postponed: readonly PlanBlock[]): EntityWrite[] {
  return backlog && postponed.length > 0 ? [backlogWrite(backlog.next, postponed)] : [];
}

function nextHead({ runs, backlog }: Head, { run, blocks, postponed, keptApart }: Decision): Head {
  const others = runs.filter(({ no }) => no !== run.no);
  return {
    runs: [...others, run].slice(-MOST_RUNS),
    plan: { id: randomUUID(), blocks },
    keptApart,
    backlog: backlog && postponed.length > 0 ? { ...backlog, next: backlog.next + 1 } : backlog,
  };
}

/** The head with one more row in its backlog. */
function fallenBehind(head: Head, hubs: readonly string[]): Head & { readonly backlog: Backlog } {
  const now: Backlog = { hubs: [], next: 1, since: 0, ...head.backlog };
  const since = now.hubs.length > 0 ? now.since : (head.runs.at(-1)?.lastTime ?? 0);
  const backlog = { hubs: [...new Set([...now.hubs, ...hubs])], next: now.next + 1, since };
  return { ...head, plan: undefined, backlog };
}
