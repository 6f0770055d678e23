import pMap from 'p-map';
import { HEAD_KEY, headFrom, minuteFrom, minuteKey } from '../ledger/ledger-rows.ts';
import type { Head } from '../ledger/ledger-rows.ts';
import type { Partition } from '../message.ts';
import { partitionKeyOf } from '../names.ts';
import type { LedgerTable } from '../sinks.ts';
import type { MinuteTally } from '../ledger/tally.ts';
import type { Meter } from './measures.ts';
import { CAPACITY_KEY, hourFrom, hourKey, markFrom, MARKS } from './rolled-rows.ts';
import type { Mark } from './rolled-rows.ts';

/** Partitions that are read side by side. */
const CONCURRENCY = 4;

/** Between a minute of one and a minute of another: the whole hours. In milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface StoredMark extends Mark {
  readonly etag: string;
}

/** By partition key. */
export async function readMarks(table: LedgerTable): Promise<ReadonlyMap<string, StoredMark>> {
  const marks = new Map<string, StoredMark>();
  for await (const row of table.query(CAPACITY_KEY, MARKS.prefix, MARKS.after))
    marks.set(row.rowKey.slice(MARKS.prefix.length), { ...markFrom(row), etag: row.etag });
  return marks;
}

/**
 * Adds a partition's part of a span to the meter: from hours, where there are any, and else from minutes, which are handed to `onMinute`
 * too. Two requests, or three where the span begins before the first of the hours, whatever the traffic is (a page of a table's answer
 * holds 1,000 rows).
 */
export async function readPartition(
  table: LedgerTable,
  partition: Partition,
  { from, to }: Span,
  mark: Mark,
  meter: Meter,
  onMinute: (minute: MinuteTally) => void = () => {},
): Promise<void> {
  const key = partitionKeyOf(partition);
  const readMinutes = async (start: number, end: number): Promise<void> => {
    if (start >= end) return;
    for await (const row of table.query(key, minuteKey(start, 0), minuteKey(end, 0))) {
      const minute = minuteFrom(row);
      meter.addMinute(partition, minute);
      onMinute(minute);
    }
  };
  const [firstHour, lastHour] = [Math.max(from, mark.from), Math.min(to, mark.upTo)];
  await readMinutes(from, Math.min(to, mark.from));
  if (firstHour < lastHour) {
    for await (const row of table.query(key, hourKey(firstHour), hourKey(lastHour)))
      meter.addHour(partition, hourFrom(row));
  }
  await readMinutes(Math.max(from, mark.upTo), to);
}

export async function readHead(table: LedgerTable, partition: Partition): Promise<Head | undefined> {
  const entity = await table.get(partitionKeyOf(partition), HEAD_KEY);
  return entity && headFrom(entity);
}

export async function ofEach<T, R>(items: readonly T[], read: (item: T) => Promise<R>): Promise<R[]> {
  return pMap(items, read, { concurrency: CONCURRENCY });
}

/** Where nothing has been rolled up yet. */
export function noMark(from: number): Mark {
  return { from, upTo: from };
}
