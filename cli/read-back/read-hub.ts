import { EventHubConsumerClient } from '@azure/event-hubs';
import type { ReceivedEventData } from '@azure/event-hubs';
import { ONLOOKERS } from '../../local/stack.ts';
import { readPartition } from '../read-partition.ts';

export interface HubMessage {
  readonly hub: string;
  readonly partition: string;
  readonly sequenceNumber: number;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

/** Where a partition that still holds everything begins. */
const FIRST_SEQUENCE_NUMBER = 0;

/** Everything that a hub holds now, partition by partition. Throws an Error where it has let messages go. */
export async function readHub(
  connectionString: string,
  hub: string,
  onMessage: (message: HubMessage) => Promise<void>,
): Promise<void> {
  const client = new EventHubConsumerClient(ONLOOKERS, connectionString, hub);
  try {
    for (const partition of await client.getPartitionIds()) {
      const { isEmpty, beginningSequenceNumber, lastEnqueuedSequenceNumber } =
        await client.getPartitionProperties(partition);
      if (isEmpty) continue;
      if (beginningSequenceNumber !== FIRST_SEQUENCE_NUMBER)
        throw new Error(`Partition ${partition} of the hub ${hub} has let its oldest messages go.`);
      const all = { after: -1, last: lastEnqueuedSequenceNumber };
      await readPartition(client, partition, all, (event) => onMessage(toMessage(hub, partition, event)));
    }
  } finally {
    await client.close();
  }
}

function toMessage(
  hub: string,
  partition: string,
  { sequenceNumber, properties = {}, body }: ReceivedEventData,
): HubMessage {
  if (!Buffer.isBuffer(body))
    throw new Error(`Message ${sequenceNumber} of the hub ${hub} has no bytes for a body.`);
  return { hub, partition, sequenceNumber, properties, body };
}
