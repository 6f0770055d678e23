import { entityNotFound, partitionNotFound } from './errors.ts';
import { partitionOfKey } from './partition-key.ts';
import { DEFAULT_MAX_BYTES_PER_PARTITION, DEFAULT_RETENTION_MS, type Limits } from './limits.ts';
import { createPartitionLog, type PartitionLog } from './partition-log.ts';

export interface HubOptions {
  partitionCount: number;
  /** `$Default` is always there. */
  consumerGroups?: string[];
  /** A day, unless given. */
  retentionMs?: number;
}

export interface Hub {
  readonly name: string;
  readonly createdAt: number;
  readonly partitions: readonly PartitionLog[];
  /** In lower case: Azure's names have none of their own. */
  readonly consumerGroups: ReadonlySet<string>;
  /** Where what names neither partition nor key goes: each in turn. */
  nextPartition(): PartitionLog;
  partitionOfKey(key: string): PartitionLog;
}

export interface Hubs {
  create(name: string, options: HubOptions): Hub;
  delete(name: string): Hub;
  /** @throws AmqpFault where there is none of that name */
  get(name: string): Hub;
}

export interface HubsOptions {
  readonly limits: Limits;
  readonly now: () => number;
  readonly maxBytesPerPartition?: number | undefined;
}

export const DEFAULT_CONSUMER_GROUP = '$default';

export function createHubs({ limits, now, maxBytesPerPartition }: HubsOptions): Hubs {
  const hubs = new Map<string, Hub>();

  function create(name: string, options: HubOptions): Hub {
    if (hubs.has(name.toLowerCase())) throw new Error(`The hub '${name}' exists already.`);
    if (hubs.size >= limits.hubs) throw new Error(`A namespace of this tier holds ${limits.hubs} hubs.`);
    const { partitionCount, retentionMs = DEFAULT_RETENTION_MS } = options;
    const consumerGroups = new Set([
      DEFAULT_CONSUMER_GROUP,
      ...(options.consumerGroups ?? []).map(lowerCase),
    ]);
    checkLimits(name, partitionCount, consumerGroups.size, limits);
    const maxBytes = maxBytesPerPartition ?? DEFAULT_MAX_BYTES_PER_PARTITION;
    const partitions = Array.from({ length: partitionCount }, () =>
      createPartitionLog({ now, retentionMs, maxBytes }),
    );
    const hub = createHub(name, now(), partitions, consumerGroups);
    hubs.set(name.toLowerCase(), hub);
    return hub;
  }

  function get(name: string): Hub {
    const hub = hubs.get(name.toLowerCase());
    if (!hub) throw entityNotFound(name);
    return hub;
  }

  function remove(name: string): Hub {
    const hub = get(name);
    hubs.delete(name.toLowerCase());
    return hub;
  }

  return { create, get, delete: remove };
}

function lowerCase(text: string): string {
  return text.toLowerCase();
}

function checkLimits(hub: string, partitions: number, consumerGroups: number, limits: Limits): void {
  if (!Number.isInteger(partitions) || partitions < 1 || partitions > limits.partitionsPerHub) {
    throw new Error(
      `The hub '${hub}' has ${partitions} partitions; this tier allows 1 to ${limits.partitionsPerHub}.`,
    );
  }
  if (consumerGroups > limits.consumerGroupsPerHub) {
    throw new Error(
      `The hub '${hub}' has ${consumerGroups} consumer groups; this tier allows ${limits.consumerGroupsPerHub}, ` +
        `$Default among them.`,
    );
  }
}

function createHub(
  name: string,
  createdAt: number,
  partitions: readonly PartitionLog[],
  consumerGroups: ReadonlySet<string>,
): Hub {
  let turn = 0;
  const at = (index: number): PartitionLog => partitionAt(partitions, String(index));
  return {
    name,
    createdAt,
    partitions,
    consumerGroups,
    nextPartition: () => at(turn++ % partitions.length),
    partitionOfKey: (key) => at(partitionOfKey(key, partitions.length)),
  };
}

/** @throws AmqpFault where there is none of that id */
export function partitionAt(partitions: readonly PartitionLog[], id: string): PartitionLog {
  const log = /^\d+$/.test(id) ? partitions[Number(id)] : undefined;
  if (!log) throw partitionNotFound(partitions.length);
  return log;
}
