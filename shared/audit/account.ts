import { HEAD_KEY, headFrom, minuteFrom, minutePrefix, runFrom } from '../ledger/ledger-rows.ts';
import type { Head, MinuteRow, Run } from '../ledger/ledger-rows.ts';
import { decodeBlockId } from '../blocks/block-id.ts';
import type { Partition } from '../message.ts';
import { partitionKeyOf } from '../names.ts';
import type { LedgerTable } from '../sinks.ts';
import { DAY, HOUR, MINUTE, startOf } from '../time.ts';
import { CLOCK_TOLERANCE } from '../ledger/undecided.ts';
import { readBlobName } from '../blocks/blob-name.ts';
import { Coverage } from './coverage.ts';
import type { ExpectedBlock, GoneBlob } from './found-blobs.ts';

/** What the ledger says of a partition, as it was when the audit began. */
export interface PartitionAccount {
  readonly partition: Partition;
  readonly head: Head;
  readonly runs: readonly AccountRun[];
  readonly lost: readonly ExpectedBlock[];
  readonly planned: readonly ExpectedBlock[];
  /** When the last decided message came in. */
  readonly lastTime: number;
  /** Which numbers of each run have been accounted for by the rows read so far. */
  readonly coverage: Map<number, Coverage>;
  /** Minutes before it have not been read. */
  readonly readFrom: number;
}

export type AccountRun = Pick<Run, 'no' | 'first' | 'since' | 'hub'> &
  Partial<Pick<Run, 'last' | 'lastTime'>>;

const AFTER = '\uffff';

/** Undefined for a partition of which nothing has been decided yet. */
export async function openAccount(
  partition: Partition,
  from: number,
  table: LedgerTable,
): Promise<PartitionAccount | undefined> {
  const key = partitionKeyOf(partition);
  const head = await readHead(partition, table);
  if (!head) return undefined;
  const runs = await readRuns(key, head, table);
  const lost: ExpectedBlock[] = [];
  for await (const { values } of table.query(key, 'lost-', `lost-${AFTER}`)) {
    const { container, blob, block } = values;
    lost.push(...expectedBlock({ container: String(container), blob: String(blob), id: String(block) }));
  }
  const account = {
    partition,
    head,
    runs,
    lost,
    planned: head.plan?.blocks.flatMap(expectedBlock) ?? [],
    lastTime: Math.max(...head.runs.map((run) => run.lastTime)),
    coverage: new Map<number, Coverage>(),
  };
  return { ...account, readFrom: await lookBack(account, from, table) };
}

export async function readHead(partition: Partition, table: LedgerTable): Promise<Head | undefined> {
  const entity = await table.get(partitionKeyOf(partition), HEAD_KEY);
  return entity && headFrom(entity);
}

async function readRuns(key: string, { runs: newest }: Head, table: LedgerTable): Promise<AccountRun[]> {
  const runs = new Map<number, AccountRun>(newest.map((run) => [run.no, run]));
  const mostKnown = Math.max(0, ...runs.keys());
  for await (const row of table.query(key, 'run-', `run-${AFTER}`)) {
    const run = runFrom(row);
    // One beyond them has begun since the head was read.
    if (run.no <= mostKnown && !runs.has(run.no)) runs.set(run.no, run);
  }
  return [...runs.values()].toSorted((a, b) => a.no - b.no);
}

function expectedBlock({
  container,
  blob,
  id,
}: {
  container: string;
  blob: string;
  id: string;
}): ExpectedBlock[] {
  const parsed = readBlobName(blob);
  const facts = decodeBlockId(id);
  return parsed && facts ? [{ container, name: blob, parsed, id, facts }] : [];
}

/** Reads on from the time asked for to the rows before it, so that the first gap shows; answers from when on rows have been read. */
async function lookBack(
  { partition, runs, coverage }: Pick<PartitionAccount, 'partition' | 'runs' | 'coverage'>,
  from: number,
  table: LedgerTable,
): Promise<number> {
  const oldest = Math.min(...runs.map(({ since }) => since)) - CLOCK_TOLERANCE;
  let start = from;
  for (
    let length = HOUR, hasRows = false;
    !hasRows && start > oldest;
    length = Math.min(6 * length, 64 * DAY)
  ) {
    const end = start;
    start = Math.max(end - length, startOf(HOUR, oldest));
    for await (const row of readMinutes(partition, start, end, table)) {
      cover({ coverage }, row);
      hasRows = true;
    }
  }
  return start;
}

/** Reads on until the rows after the time asked for; answers before when rows have been read. */
export async function lookAhead(account: PartitionAccount, to: number, table: LedgerTable): Promise<number> {
  let end = Infinity;
  for await (const row of readMinutes(account.partition, to, LAST_TIME, table)) {
    if (row.minute >= end) return end;
    end = Math.min(end, row.minute + MINUTE + CLOCK_TOLERANCE);
    cover(account, row);
  }
  return Infinity;
}

/** The year 9999: rows sort by their text. */
const LAST_TIME = Date.UTC(9999, 11, 31);

export async function* readMinutes(
  partition: Partition,
  from: number,
  to: number,
  table: LedgerTable,
): AsyncGenerator<MinuteRow> {
  const rows = table.query(partitionKeyOf(partition), minutePrefix(from), minutePrefix(to));
  for await (const row of rows) yield minuteFrom(row);
}

export function cover({ coverage }: Pick<PartitionAccount, 'coverage'>, row: MinuteRow): void {
  const ofRun = coverage.get(row.run) ?? new Coverage();
  coverage.set(row.run, ofRun);
  ofRun.add(row);
}

/** What retention has noted before it deleted blobs of the hour. */
export async function readGone(partition: Partition, hour: number, table: LedgerTable): Promise<GoneBlob[]> {
  const gone: GoneBlob[] = [];
  const key = `gone-${new Date(hour).toISOString().slice(0, '2026-11-20T10'.length)}`;
  for await (const { rowKey, values } of table.query(partitionKeyOf(partition), key, key + AFTER)) {
    const { container, blob, blocks, records, bytes } = values;
    const parsed = readBlobName(String(blob));
    if (!parsed) continue;
    gone.push({
      key: rowKey,
      container: String(container),
      name: String(blob),
      parsed,
      blocks: Number(blocks),
      records: Number(records),
      bytes: Number(bytes),
    });
  }
  return gone;
}
