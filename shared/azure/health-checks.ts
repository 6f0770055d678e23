import type { EventHubConsumerClient, EventHubProducerClient } from '@azure/event-hubs';
import type { BlobServiceClient } from '@azure/storage-blob';
import pMap from 'p-map';
import type { HealthCheck } from '../health.ts';
import type { PartitionList } from '../ledger/ledger-partitions.ts';
import { HEAD_KEY, headFrom } from '../ledger/ledger-rows.ts';
import { partitionKeyOf } from '../names.ts';
import { livePartition } from '../report/live.ts';
import type { LivePartition } from '../report/report.ts';
import type { LedgerTable } from '../sinks.ts';
import { storageFailure, storageRefused } from './storage-error.ts';

type HubClient = Pick<EventHubConsumerClient | EventHubProducerClient, 'getEventHubProperties'>;

/** That the hub answers, and lets the app ask. */
export function hubCheck(name: string, connect: () => HubClient): HealthCheck {
  let client: HubClient | undefined;
  return {
    name,
    run: async (abortSignal) => {
      client ??= connect();
      const { partitionIds } = await client.getEventHubProperties({ abortSignal });
      return { partitions: partitionIds.length };
    },
  };
}

/** That the account answers, and lets the app in. Before the first batch there is no container. */
export function archiveCheck(connect: () => BlobServiceClient): HealthCheck {
  return {
    name: 'archive storage',
    run: async (abortSignal) => {
      try {
        await connect().getContainerClient('archive').getProperties({ abortSignal });
      } catch (error) {
        if (storageFailure(error)?.status !== 404) throw storageRefused('Asking for the archive', error);
      }
      return {};
    },
  };
}

export interface LedgerCheckDeps {
  readonly table: Pick<LedgerTable, 'get'>;
  readonly partitions: Pick<PartitionList, 'all'>;
  readonly now: () => number;
}

/** Partitions whose head is read at a time. */
const CONCURRENCY = 8;

/** That the table answers; and how old what it has decided last is. A hub may be quiet, so age alone is nothing bad. */
export function ledgerCheck(connect: () => LedgerCheckDeps): HealthCheck {
  return {
    name: 'ledger table',
    run: async (signal) => {
      const { table, partitions, now } = connect();
      const heads = await pMap(
        partitions.all(),
        async (partition) => {
          const row = await table.get(partitionKeyOf(partition), HEAD_KEY);
          return livePartition(partition, row ? headFrom(row) : { runs: [], backlog: undefined });
        },
        { concurrency: CONCURRENCY, signal },
      );
      return { partitions: heads.length, ...lastBatch(heads, now()), ...behind(heads) };
    },
  };
}

/** By the time at which the hub took in the last message of it. */
function lastBatch(heads: readonly LivePartition[], now: number): object {
  const times = heads.flatMap(({ lastDecidedAt }) => (lastDecidedAt === null ? [] : [lastDecidedAt]));
  const lastBatchAt = times.toSorted().at(-1);
  if (lastBatchAt === undefined) return { lastBatchAt: null };
  return { lastBatchAt, lastBatchAgeSeconds: Math.round((now - Date.parse(lastBatchAt)) / 1_000) };
}

function behind(heads: readonly LivePartition[]): object {
  const hubs = [...new Set(heads.flatMap((head) => head.behind))].toSorted();
  return hubs.length > 0 ? { recordsHubsBehind: hubs } : {};
}
