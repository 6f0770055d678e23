import { memoryTable } from '../../local/memory-sinks.ts';
import type { HubPosition } from '../../shared/capacity/probe.ts';
import type { CapacityDeps } from '../../shared/capacity/run.ts';
import { readCapacityConfig } from '../../shared/settings/config.ts';
import { HEAD_KEY, headValues, minuteKey, minuteValues } from '../../shared/ledger/ledger-rows.ts';
import { createPartitionList } from '../../shared/ledger/ledger-partitions.ts';
import type { Partition } from '../../shared/message.ts';
import { partitionKeyOf } from '../../shared/names.ts';
import type { LedgerTable } from '../../shared/sinks.ts';
import type { MinuteTally } from '../../shared/ledger/tally.ts';
import { MINUTE } from '../../shared/time.ts';
import { PARTITION } from './messages.ts';

const ROWS_AT_ONCE = 50;

/** Writes minutes as decisions would have, the last of them at the head, in run 1. */
export async function writeMinutes(
  table: LedgerTable,
  partition: Partition,
  minutes: readonly MinuteTally[],
): Promise<void> {
  const key = partitionKeyOf(partition);
  for (let i = 0; i < minutes.length; i += ROWS_AT_ONCE) {
    const writes = minutes.slice(i, i + ROWS_AT_ONCE).map((minute) => {
      const values = minuteValues({ ...minute, run: 1 });
      return { rowKey: minuteKey(minute.minute, 1), ifMatch: undefined, values };
    });
    await table.transact(key, writes);
  }
  await createPartitionList(table).add(partition);
  const last = minutes.at(-1);
  if (last) await writeHead(table, partition, { sequenceNumber: 1_000, time: last.minute + MINUTE - 1 });
}

export async function writeHead(
  table: LedgerTable,
  partition: Partition,
  { sequenceNumber, time }: { readonly sequenceNumber: number; readonly time: number },
): Promise<void> {
  const key = partitionKeyOf(partition);
  const run = { no: 1, first: 0, last: sequenceNumber, since: 0, lastTime: time, maxTime: time };
  const values = headValues({ runs: [run], plan: undefined, keptApart: [] });
  const ifMatch = (await table.get(key, HEAD_KEY))?.etag;
  await table.transact(key, [{ rowKey: HEAD_KEY, ifMatch, values }]);
}

export interface CapacityOptions {
  readonly table?: LedgerTable;
  readonly now: number;
  /** Of the hub `logs`; those that stand where the ledger's heads do, unless given. `unknown`: it does not answer. */
  readonly positions?: readonly HubPosition[] | 'unknown';
}

/** What the timer is given, over a table in memory; `written` are the reports that it leaves. */
export function capacityDepsOver({ table = memoryTable(), now, positions }: CapacityOptions) {
  const written = new Map<string, string>();
  const lines: string[] = [];
  const deps: CapacityDeps = {
    table,
    partitions: createPartitionList(table),
    probe: {
      async positions() {
        if (positions === 'unknown') throw new Error('no answer');
        const all = positions ?? [caughtUp('0', now)];
        return { partitions: all, askedAt: now };
      },
      checkpoints: () => Promise.resolve(new Map()),
      recordsPartitions: () => Promise.resolve(4),
    },
    sourceHubs: [
      {
        hub: PARTITION.hub,
        namespace: PARTITION.namespace,
        consumerGroup: '$Default',
        connection: 'SourceHubConnection',
      },
    ],
    recordsHub: undefined,
    capacity: readCapacityConfig({}, []),
    categoryOf: () => ({ retentionDays: 365, steps: [], messagePerRecord: false }),
    deadLetterDays: 365,
    now: () => now,
    log: (level, message) => lines.push(`${level}: ${message}`),
    reports: {
      async write(name, json) {
        written.set(name, json);
      },
    },
  };
  return { deps, written, lines };
}

/** A partition whose last event is the one that the ledger has decided last. */
export function caughtUp(id: string, now: number): HubPosition {
  return { id, beginning: 0, lastEnqueued: 1_000, lastEnqueuedAt: now - MINUTE };
}
