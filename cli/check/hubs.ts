import { MessagingError } from '@azure/event-hubs';
import type { EventHubConsumerClient, EventHubProducerClient } from '@azure/event-hubs';
import { hubConsumer, hubProducer } from '../../shared/azure/clients.ts';
import type { Connection } from '../../shared/settings/connection.ts';
import { recordsHubAttempt, sourceHubAttempt } from '../connection-failure.ts';
import type { RecordsHubConfig } from '../../shared/settings/records-hub-config.ts';
import type { SourceHub } from '../../shared/settings/source-hubs.ts';
import { count, seconds } from '../format.ts';
import { openReceiver } from './receiver.ts';
import { openTarget, within } from './target.ts';
import type { Checked } from './target.ts';

/** A connection that breaks by chance is no failure; but whoever waits should hear of one soon. */
export const FEW_RETRIES = { retryOptions: { maxRetries: 1, retryDelayInMs: 500, timeoutInMs: 10_000 } };

/** Milliseconds to open what a record is followed with. */
export const CONNECT_LIMIT = 30_000;

export interface HubCheckOptions {
  /** Milliseconds for each step. */
  readonly limit: number;
  /** Whether the records hubs are sent something. */
  readonly send: boolean;
}

/** That the hub can be asked, and read in the app's consumer group. */
export async function checkSourceHub(
  { hub, consumerGroup }: SourceHub,
  connection: Connection,
  { limit }: HubCheckOptions,
): Promise<Checked> {
  const target = openTarget(`source hub ${hub}`, connection.setting, limit);
  const attempt = sourceHubAttempt(connection, hub, 'Listen');
  const consumer = hubConsumer(connection, consumerGroup, hub, FEW_RETRIES);
  try {
    if (await target.try('partitions', attempt, (signal) => describePartitions(consumer, signal)))
      await target.try(`consumer group ${consumerGroup}`, { ...attempt, consumerGroup }, () =>
        tryToRead(consumer),
      );
  } finally {
    await closeInTime(consumer);
  }
  return target;
}

/** That the hub can be asked, sent to, and read by the category functions. */
export async function checkRecordsHub(
  hub: string,
  { connection, consumerGroup }: RecordsHubConfig,
  { limit, send }: HubCheckOptions,
): Promise<Checked> {
  const target = openTarget(`records hub ${hub}`, connection.setting, limit);
  const sending = recordsHubAttempt(connection, hub, 'Send');
  const listening = { ...recordsHubAttempt(connection, hub, 'Listen'), consumerGroup };
  const producer = hubProducer(connection, hub, FEW_RETRIES);
  const consumer = hubConsumer(connection, consumerGroup, hub, FEW_RETRIES);
  try {
    if (await target.try('partitions', sending, (signal) => describePartitions(producer, signal))) {
      if (await target.try('may send', sending, (signal) => openSender(producer, signal)))
        if (send) await target.try('send', sending, (signal) => sendNothing(producer, signal));
      await target.try(`consumer group ${consumerGroup}`, listening, () => tryToRead(consumer));
    }
  } finally {
    await Promise.all([closeInTime(producer), closeInTime(consumer)]);
  }
  return target;
}

async function describePartitions(
  client: EventHubConsumerClient | EventHubProducerClient,
  abortSignal: AbortSignal,
): Promise<string> {
  const { partitionIds } = await client.getEventHubProperties({ abortSignal });
  const partitions = await Promise.all(
    partitionIds.map((id) => client.getPartitionProperties(id, { abortSignal })),
  );
  const latest = Math.max(
    ...partitions.map(({ isEmpty, lastEnqueuedOnUtc }) =>
      isEmpty ? -Infinity : lastEnqueuedOnUtc.getTime(),
    ),
  );
  const last =
    latest > 0 ? `the last message ${seconds(Math.max(0, Date.now() - latest))} ago` : 'no message';
  return `${count(partitionIds.length, 'partition')}, ${last}`;
}

/** A receiver of the app's has an owner level, and keeps all others out that have none. */
export function isTaken(error: unknown): boolean {
  return error instanceof MessagingError && error.code === 'ReceiverDisconnectedError';
}

/** Five receivers without one are there already. */
const FULL = 'QuotaExceededError';

async function tryToRead(consumer: EventHubConsumerClient): Promise<string | undefined> {
  const [first = '0'] = await consumer.getPartitionIds();
  try {
    const close = await openReceiver(consumer, first);
    await close();
    return undefined;
  } catch (error) {
    // Both are said by a hub that knows the consumer group, and would have let this reader in.
    if (isTaken(error)) return 'the app is reading it';
    if (error instanceof MessagingError && error.code === FULL) return 'others are reading it';
    throw error;
  }
}

/** A link is opened to ask for the largest message, and nothing is sent. */
async function openSender(producer: EventHubProducerClient, abortSignal: AbortSignal): Promise<undefined> {
  await producer.createBatch({ abortSignal });
}

/** A message as Sluice packs them, of no records: whoever reads the hub finds nothing in it. */
async function sendNothing(producer: EventHubProducerClient, abortSignal: AbortSignal): Promise<undefined> {
  const properties = {
    source: 'unknown',
    category: 'sluice-check',
    schemaId: '',
    count: 0,
    recordIds: '[]',
    recordKeys: '[]',
    valid: true,
    ingestedAt: new Date().toISOString(),
  };
  await producer.sendBatch([{ body: Buffer.from('{"records":[]}'), properties }], { abortSignal });
}

/** One that hangs is left behind: all that was to be learned has been. */
export async function closeInTime(client: { close(): Promise<void> }): Promise<void> {
  await Promise.allSettled([within(CLOSE_LIMIT, () => client.close())]);
}

const CLOSE_LIMIT = 2_000;
