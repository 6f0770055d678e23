import type { EventHubConsumerClient } from '@azure/event-hubs';
import type { BlobServiceClient } from '@azure/storage-blob';
import type { HubPosition, Probe } from '../capacity/probe.ts';
import type { SourceHub } from '../settings/source-hubs.ts';
import { storageFailure } from './storage-error.ts';

/** Where the Functions host keeps checkpoints, in the format of the SDKs' stores. */
export const CHECKPOINT_CONTAINER = 'azure-webjobs-eventhub';

export interface ProbeClients {
  readonly sourceHub: (hub: SourceHub) => EventHubConsumerClient;
  readonly recordsHub: (hub: string) => EventHubConsumerClient;
  readonly hostStorage: BlobServiceClient;
  /** The host name behind the hub's connection, without a port. */
  readonly hostOf: (hub: SourceHub) => string;
  readonly now: () => number;
}

/** Asks hubs, which needs no more right than to receive, and reads the checkpoints of the host. */
export function azureProbe({ sourceHub, recordsHub, hostStorage, hostOf, now }: ProbeClients): Probe {
  return {
    async positions(hub) {
      return asking(sourceHub(hub), async (client) => {
        const askedAt = now();
        const ids = await client.getPartitionIds();
        const partitions = await Promise.all(ids.map((id) => positionOf(id, client)));
        return { partitions, askedAt };
      });
    },

    async recordsPartitions(hub) {
      return asking(recordsHub(hub), async (client) => (await client.getPartitionIds()).length);
    },

    checkpoints: (hub) => checkpointsOf(hostStorage, hostOf(hub), hub),
  };
}

/** Seldom enough that a client which is kept open would cost more than it saves. */
async function asking<T>(
  client: EventHubConsumerClient,
  ask: (client: EventHubConsumerClient) => Promise<T>,
): Promise<T> {
  try {
    return await ask(client);
  } finally {
    await client.close();
  }
}

async function positionOf(id: string, client: EventHubConsumerClient): Promise<HubPosition> {
  const { beginningSequenceNumber, lastEnqueuedSequenceNumber, lastEnqueuedOnUtc } =
    await client.getPartitionProperties(id);
  return {
    id,
    beginning: beginningSequenceNumber,
    lastEnqueued: lastEnqueuedSequenceNumber,
    lastEnqueuedAt: lastEnqueuedOnUtc.getTime(),
  };
}

/** Sequence numbers by partition, of a host name without a port. One request for all partitions: the numbers are in the metadata. */
export async function checkpointsOf(
  hostStorage: BlobServiceClient,
  host: string,
  { hub, consumerGroup }: Pick<SourceHub, 'hub' | 'consumerGroup'>,
  abortSignal?: AbortSignal,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  const folder = `${host}/${hub}/${consumerGroup}/checkpoint/`.toLowerCase();
  const options = { prefix: folder, includeMetadata: true, ...(abortSignal && { abortSignal }) };
  const blobs = hostStorage.getContainerClient(CHECKPOINT_CONTAINER).listBlobsFlat(options);
  try {
    for await (const { name, metadata } of blobs) {
      const number = Number(metadata?.['sequencenumber']);
      if (Number.isSafeInteger(number)) found.set(name.slice(folder.length), number);
    }
  } catch (error) {
    // The host makes it with the first checkpoint.
    if (storageFailure(error)?.code !== 'ContainerNotFound') throw error;
  }
  return found;
}
