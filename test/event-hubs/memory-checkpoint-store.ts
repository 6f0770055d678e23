import { randomUUID } from 'node:crypto';
import type { Checkpoint, CheckpointStore, PartitionOwnership } from '@azure/event-hubs';

/** A checkpoint store as the SDK wants it: a claim holds where it names the ETag of the claim before it. */
export function memoryCheckpointStore(): CheckpointStore {
  const ownerships = new Map<string, PartitionOwnership>();
  const checkpoints = new Map<string, Checkpoint>();

  function claim(wanted: PartitionOwnership): PartitionOwnership[] {
    if (ownerships.get(wanted.partitionId)?.etag !== wanted.etag) return [];
    const claimed = { ...wanted, etag: randomUUID(), lastModifiedTimeInMs: Date.now() };
    ownerships.set(wanted.partitionId, claimed);
    return [claimed];
  }

  return {
    listOwnership: async () => [...ownerships.values()],
    claimOwnership: async (wanted) => wanted.flatMap(claim),
    listCheckpoints: async () => [...checkpoints.values()],
    updateCheckpoint: async (checkpoint) => void checkpoints.set(checkpoint.partitionId, checkpoint),
  };
}
