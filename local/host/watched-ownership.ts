import type { CheckpointStore, PartitionOwnership } from '@azure/event-hubs';

export interface OwnershipWatch {
  /** For the consumer client; asked once per load-balancing cycle. */
  readonly store: CheckpointStore;
  /** A partition that this host reads; `onLost` is called when the store says that it has another owner. */
  enter(partitionId: string, onLost: () => void): void;
  leave(partitionId: string, onLost: () => void): void;
  /** Asks the store now, and calls `onLost` where it has to be called. */
  check(): Promise<void>;
  /** From now on nothing is hidden from the client, so that it can give back all that it owns. */
  stop(): void;
}

/**
 * Makes the client notice what EventProcessor.cs for .NET notices and the SDK for JavaScript does not:
 * - a partition taken by another owner while the function runs (the client would reconnect and throw out the new owner);
 * - a partition of our own that nobody reads any more, because its reader failed (the client would wait until its own
 *   claim has expired): it is shown to the client as abandoned, so that the next cycle claims it.
 */
export function watchOwnership(
  inner: CheckpointStore,
  ownerId: string,
  list: () => Promise<PartitionOwnership[]>,
): OwnershipWatch {
  const readers = new Map<string, () => void>();
  let stopped = false;

  function notice(ownerships: readonly PartitionOwnership[]): void {
    for (const { partitionId, ownerId: owner } of ownerships) {
      if (owner !== ownerId && owner !== '') readers.get(partitionId)?.();
    }
  }

  function shown(ownership: PartitionOwnership): PartitionOwnership {
    const unread = ownership.ownerId === ownerId && !readers.has(ownership.partitionId);
    return unread && !stopped ? { ...ownership, ownerId: '' } : ownership;
  }

  return {
    store: {
      listOwnership: async (...args) => {
        const ownerships = await inner.listOwnership(...args);
        notice(ownerships);
        return ownerships.map(shown);
      },
      claimOwnership: (...args) => inner.claimOwnership(...args),
      updateCheckpoint: (...args) => inner.updateCheckpoint(...args),
      listCheckpoints: (...args) => inner.listCheckpoints(...args),
    },
    enter: (partitionId, onLost) => readers.set(partitionId, onLost),
    leave: (partitionId, onLost) => {
      if (readers.get(partitionId) === onLost) readers.delete(partitionId);
    },
    check: async () => notice(await list()),
    stop: () => {
      stopped = true;
    },
  };
}
