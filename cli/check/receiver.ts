import { latestEventPosition } from '@azure/event-hubs';
import type { EventHubConsumerClient, EventPosition, ReceivedEventData } from '@azure/event-hubs';

/** Nothing is read any more when this has been called. */
export type CloseReceiver = () => Promise<void>;

export interface ReceiverOptions {
  readonly startPosition?: EventPosition;
  readonly onEvents?: (events: readonly ReceivedEventData[]) => void;
  /** What goes wrong once it is attached. */
  readonly onError?: (error: Error) => void;
}

/**
 * Resolves when a receiver is attached to a partition. It has no owner level, so that it gives way to the app's own, which are not
 * disturbed; and there are no checkpoints. Throws what the hub says where it lets nobody in.
 */
export async function openReceiver(
  client: EventHubConsumerClient,
  partition: string,
  { startPosition = latestEventPosition, onEvents = () => {}, onError = () => {} }: ReceiverOptions = {},
): Promise<CloseReceiver> {
  const attached = Promise.withResolvers<void>();
  const subscription = client.subscribe(
    partition,
    {
      // Called after a second even if nothing has come.
      processEvents: async (events) => {
        onEvents(events);
        attached.resolve();
      },
      processError: async (error) => {
        attached.reject(error);
        onError(error);
      },
    },
    { startPosition, maxWaitTimeInSeconds: 1, skipParsingBodyAsJson: true },
  );
  const close = (): Promise<void> => subscription.close();
  try {
    await attached.promise;
    return close;
  } catch (error) {
    await close();
    throw error;
  }
}
