import type { EventHubConsumerClient, EventHubProducerClient, ReceivedEventData } from '@azure/event-hubs';
import { REPLAY_OF } from '../../shared/category-functions/replay-properties.ts';
import { readPartition } from '../read-partition.ts';
import type { HubPosition } from './destination.ts';

export interface HubWatch {
  /** Of all partitions, unless some are named. */
  position(partitions?: readonly string[]): Promise<HubPosition>;
  /** See `Destination`. */
  idsSince(position: HubPosition): Promise<ReadonlySet<string> | undefined>;
}

/** `openConsumer` is called when somebody wants to know what has come, which is seldom. */
export function hubWatch(
  producer: EventHubProducerClient,
  openConsumer: () => EventHubConsumerClient,
): HubWatch {
  async function position(partitions?: readonly string[]): Promise<HubPosition> {
    const { createdOn, partitionIds } = await producer.getEventHubProperties();
    const wanted = partitions ?? partitionIds;
    const last = await Promise.all(
      wanted.map(
        async (id) => [id, (await producer.getPartitionProperties(id)).lastEnqueuedSequenceNumber] as const,
      ),
    );
    return { createdOn: createdOn.getTime(), last: Object.fromEntries(last) };
  }

  async function idsSince({ createdOn, last }: HubPosition): Promise<ReadonlySet<string> | undefined> {
    const hub = await producer.getEventHubProperties();
    if (hub.createdOn.getTime() !== createdOn) return undefined;
    const ids = new Set<string>();
    const consumer = openConsumer();
    try {
      for (const [partition, after] of Object.entries(last)) {
        const now = await producer.getPartitionProperties(partition);
        const isGone = now.lastEnqueuedSequenceNumber < after || now.beginningSequenceNumber > after + 1;
        if (isGone) return undefined;
        if (now.lastEnqueuedSequenceNumber === after) continue;
        await readPartition(consumer, partition, { after, last: now.lastEnqueuedSequenceNumber }, (event) => {
          for (const id of idsIn(event)) ids.add(id);
        });
      }
    } finally {
      await consumer.close();
    }
    return ids;
  }

  return { position, idsSince };
}

/** On a source hub the property is an id, on the records hub a list of them. */
function idsIn({ properties }: ReceivedEventData): string[] {
  const property: unknown = properties?.[REPLAY_OF];
  if (typeof property !== 'string') return [];
  if (!property.startsWith('[')) return [property];
  try {
    const found: unknown = JSON.parse(property);
    return Array.isArray(found) ? found.map(String) : [];
  } catch {
    // Whoever may send to the hub can give a message any property.
    return [];
  }
}
