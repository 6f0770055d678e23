import type { EventHubConsumerClient } from '@azure/event-hubs';
import type { Partition } from '../message.ts';
import type { HubFacts, SourceHubs } from '../sinks.ts';

/** Asks source hubs for the properties of their partitions, which needs no more right than to receive. */
export function azureSourceHubs(connect: (partition: Partition) => EventHubConsumerClient): SourceHubs {
  return {
    async facts(partition): Promise<HubFacts> {
      // Asked when a run of sequence numbers begins, which is seldom: a client kept open would cost more than it saves.
      const client = connect(partition);
      try {
        const [{ createdOn }, { beginningSequenceNumber }] = await Promise.all([
          client.getEventHubProperties(),
          client.getPartitionProperties(partition.id),
        ]);
        return { createdOn: createdOn.getTime(), beginning: beginningSequenceNumber };
      } finally {
        await client.close();
      }
    },
  };
}
