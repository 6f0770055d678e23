import { EventHubProducerClient } from '@azure/event-hubs';
import type { EventDataBatch } from '@azure/event-hubs';

/** Messages that wait for their batch to be full; then a reader has something to do while the next ones are sent. */
const MOST_IN_A_BATCH = 100;

/**
 * Sends each body as a message of its own, and answers how many it was. `onSent` is told how many are with the hub.
 * Throws an Error where a body is larger than the hub takes.
 */
export type SendBodies = (
  bodies: Iterable<Buffer> | AsyncIterable<Buffer>,
  onSent?: (sent: number) => void,
) => Promise<number>;

/** Sends to the hub's partitions in turn, and goes on with the next one at every call. */
export function bodySender(producer: EventHubProducerClient): SendBodies {
  let turn = 0;

  return async function sendInTurn(bodies, onSent = () => {}) {
    const partitions = await producer.getPartitionIds();
    const open = new Map<string, EventDataBatch>();
    let sent = 0;

    async function flush(partitionId: string): Promise<void> {
      const batch = open.get(partitionId);
      if (batch === undefined) return;
      open.delete(partitionId);
      await producer.sendBatch(batch);
      sent += batch.count;
      onSent(sent);
    }

    async function add(body: Buffer, partitionId: string): Promise<void> {
      const before = open.get(partitionId);
      if (before && before.count < MOST_IN_A_BATCH && before.tryAdd({ body })) return;
      await flush(partitionId);
      const batch = await producer.createBatch({ partitionId });
      if (!batch.tryAdd({ body }))
        throw new Error(
          `A message of ${body.length} bytes is larger than the hub ${producer.eventHubName} takes.`,
        );
      open.set(partitionId, batch);
    }

    for await (const body of bodies) await add(body, partitions[turn++ % partitions.length] ?? '0');
    for (const partitionId of partitions) await flush(partitionId);
    return sent;
  };
}

/** The same, to a hub behind a connection string. */
export async function sendBodies(
  connectionString: string,
  hub: string,
  ...rest: Parameters<SendBodies>
): Promise<number> {
  const producer = new EventHubProducerClient(connectionString, hub);
  try {
    return await bodySender(producer)(...rest);
  } finally {
    await producer.close();
  }
}
