import {
  earliestEventPosition,
  EventHubConsumerClient,
  EventHubProducerClient,
  type EventPosition,
  type OperationOptions,
  type ReceivedEventData,
  type SubscribeOptions,
} from '@azure/event-hubs';
import rhea, { type Connection, type ConnectionOptions } from 'rhea';
import { afterEach } from 'vitest';
import {
  startEventHubs,
  type EmulatorOptions,
  type EventHubsEmulator,
} from '../../local/event-hubs/emulator.ts';

export const HUB = 'logs';

/** So that a refusal is seen at once, and a lost answer after a second. */
export const NO_RETRIES = { maxRetries: 0, timeoutInMs: 1000 };

const toClose: (() => Promise<unknown>)[] = [];

// The last opened goes first: a client is closed before its emulator.
afterEach(async () => {
  for (const close of toClose.splice(0).toReversed()) await close();
});

/** The client, which is closed when the test ends. */
export function closedAtTheEnd<T extends { close(): Promise<void> }>(client: T): T {
  toClose.push(() => client.close());
  return client;
}

/** An emulator for one test, with a hub of two partitions unless told otherwise. */
export async function emulator(options: Partial<EmulatorOptions> = {}): Promise<EventHubsEmulator> {
  return closedAtTheEnd(await startEventHubs({ hubs: { [HUB]: { partitionCount: 2 } }, ...options }));
}

export function producer(
  hubs: EventHubsEmulator,
  hub = HUB,
  retryOptions = NO_RETRIES,
): EventHubProducerClient {
  return closedAtTheEnd(new EventHubProducerClient(hubs.connectionString, hub, { retryOptions }));
}

export function consumer(hubs: EventHubsEmulator, hub = HUB, group = '$Default'): EventHubConsumerClient {
  const options = { retryOptions: NO_RETRIES };
  return closedAtTheEnd(new EventHubConsumerClient(group, hubs.connectionString, hub, options));
}

/** A client that speaks AMQP alone, for what the SDK never does. */
export function plainClient(hubs: EventHubsEmulator, options: Partial<ConnectionOptions> = {}): Connection {
  const address = { host: '127.0.0.1', port: hubs.port, reconnect: false };
  const connection = rhea.create_container().connect({ ...address, ...options });
  toClose.push(async () => {
    const closed = new Promise((resolve) => connection.once('connection_close', resolve));
    connection.close();
    await closed;
  });
  return connection;
}

/** Sends each text as an event of its own, in one batch. */
export async function sendTexts(
  hubs: EventHubsEmulator,
  texts: readonly string[],
  target: { partitionId?: string; partitionKey?: string } & OperationOptions = { partitionId: '0' },
): Promise<void> {
  await producer(hubs).sendBatch(
    texts.map((text) => ({ body: Buffer.from(text) })),
    target,
  );
}

export interface Reading extends SubscribeOptions {
  count: number;
  partition?: string;
  from?: EventPosition;
}

/** Reads that many events of a partition; fails with the first error that the SDK hands over. */
export async function read(client: EventHubConsumerClient, reading: Reading): Promise<ReceivedEventData[]> {
  const { count, partition = '0', from = earliestEventPosition, ...options } = reading;
  const events: ReceivedEventData[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const subscription = client.subscribe(
    partition,
    {
      processEvents: async (batch) => {
        events.push(...batch);
        if (events.length >= count) resolve();
      },
      processError: async (error) => reject(error),
    },
    { startPosition: from, skipParsingBodyAsJson: true, ...options },
  );
  try {
    await promise;
  } finally {
    await subscription.close();
  }
  return events;
}

/** The texts of that many events of a partition. */
export async function readTexts(client: EventHubConsumerClient, reading: Reading): Promise<string[]> {
  return (await read(client, reading)).map(({ body }) => String(body));
}

/** Settles when the emulator has taken in an operation of this kind; what follows in a test comes after it. */
export async function nextOperation(
  hubs: EventHubsEmulator,
  kind: 'attach' | 'receive' | 'send',
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  hubs.onOperation = (operation) => {
    if (operation.kind === kind) resolve();
    return undefined;
  };
  await promise;
}
