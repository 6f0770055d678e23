import { earliestEventPosition, EventHubConsumerClient } from '@azure/event-hubs';
import type { ReceivedEventData } from '@azure/event-hubs';
import { ONLOOKERS } from '../../local/stack.ts';

export interface HubMessage {
  readonly hub: string;
  readonly partition: string;
  readonly sequenceNumber: number;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

/** Where a partition that still holds everything begins. */
const FIRST_SEQUENCE_NUMBER = 0;

/** Messages at a time; the client's own default is one. */
const BATCH = 100;

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
      await readPartition(client, partition, lastEnqueuedSequenceNumber, (event) =>
        onMessage(toMessage(hub, partition, event)),
      );
    }
  } finally {
    await client.close();
  }
}

async function readPartition(
  client: EventHubConsumerClient,
  partition: string,
  last: number,
  onEvent: (event: ReceivedEventData) => Promise<void>,
): Promise<void> {
  const done = Promise.withResolvers<void>();
  const subscription = client.subscribe(
    partition,
    {
      processEvents: async (events) => {
        for (const event of events) if (event.sequenceNumber <= last) await onEvent(event);
        if ((events.at(-1)?.sequenceNumber ?? -1) >= last) done.resolve();
      },
      processError: async (error) => done.reject(error),
    },
    { startPosition: earliestEventPosition, skipParsingBodyAsJson: true, maxBatchSize: BATCH },
  );
  try {
    await done.promise;
  } finally {
    await subscription.close();
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
