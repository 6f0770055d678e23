import { earliestEventPosition } from '@azure/event-hubs';
import type { EventHubConsumerClient, ReceivedEventData } from '@azure/event-hubs';

/** Sequence numbers of a partition that there is a message behind. */
export interface Stretch {
  /** The last that is not read; below zero where all of them are. */
  readonly after: number;
  readonly last: number;
}

/** Messages at a time; the client's own default is one. */
const BATCH = 100;

/** Reads a stretch of a partition, message by message. */
export async function readPartition(
  client: EventHubConsumerClient,
  partition: string,
  { after, last }: Stretch,
  onEvent: (event: ReceivedEventData) => void | Promise<void>,
): Promise<void> {
  const done = Promise.withResolvers<void>();
  const startPosition = after < 0 ? earliestEventPosition : { sequenceNumber: after, isInclusive: false };
  const subscription = client.subscribe(
    partition,
    {
      processEvents: async (events) => {
        for (const event of events) if (event.sequenceNumber <= last) await onEvent(event);
        if ((events.at(-1)?.sequenceNumber ?? -1) >= last) done.resolve();
      },
      processError: async (error) => done.reject(error),
    },
    { startPosition, skipParsingBodyAsJson: true, maxBatchSize: BATCH },
  );
  try {
    await done.promise;
  } finally {
    await subscription.close();
  }
}
