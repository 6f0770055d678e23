import { earliestEventPosition } from '@azure/event-hubs';
import type { ReceivedEventData } from '@azure/event-hubs';
import { hubConsumer } from '../../shared/azure/clients.ts';
import type { Connection } from '../../shared/settings/connection.ts';
import { explain, recordsHubAttempt } from '../connection-failure.ts';
import { UsageError } from '../usage-error.ts';
import { closeInTime, CONNECT_LIMIT, isTaken, FEW_RETRIES } from './hubs.ts';
import type { ProbeRecord } from './probe-record.ts';
import { openReceiver } from './receiver.ts';
import type { CloseReceiver } from './receiver.ts';
import { within } from './target.ts';

export interface HubWatch {
  /** `partition 2, message 17`, and when it was seen by `performance.now()`; undefined while it has not come. */
  readonly seen: () => { readonly where: string; readonly at: number } | undefined;
  /** Why nothing more can be seen. */
  readonly failure: () => Error | undefined;
  readonly close: () => Promise<void>;
}

/** Reads what comes to a records hub from now on. Throws a UsageError where another consumer group is needed. */
export async function watchHub(
  connection: Connection,
  hub: string,
  consumerGroup: string,
  { id, category }: ProbeRecord,
): Promise<HubWatch> {
  const client = hubConsumer(connection, consumerGroup, hub, FEW_RETRIES);
  const receivers: CloseReceiver[] = [];
  let seen: ReturnType<HubWatch['seen']>;
  let failure: Error | undefined;

  function lookAt(partition: string, events: readonly ReceivedEventData[]): void {
    const found = events.find(
      ({ properties = {}, body }) =>
        properties['category'] === category.name && Buffer.isBuffer(body) && body.includes(id),
    );
    if (found)
      seen ??= {
        where: `hub ${hub}, partition ${partition}, message ${found.sequenceNumber}`,
        at: performance.now(),
      };
  }

  async function open(partition: string): Promise<void> {
    const { lastEnqueuedSequenceNumber: last, isEmpty } = await client.getPartitionProperties(partition);
    const closeReceiver = await openReceiver(client, partition, {
      startPosition: isEmpty ? earliestEventPosition : { sequenceNumber: last, isInclusive: false },
      onEvents: (events) => lookAt(partition, events),
      onError: (error) => (failure = error),
    });
    receivers.push(closeReceiver);
  }

  async function close(): Promise<void> {
    await Promise.all(receivers.map((closeOne) => closeOne()));
    await closeInTime(client);
  }

  try {
    await within(CONNECT_LIMIT, async () => Promise.all((await client.getPartitionIds()).map(open)));
  } catch (error) {
    await close();
    throw unwatchable(error, connection, hub, consumerGroup);
  }
  return { seen: () => seen, failure: () => failure, close };
}

function unwatchable(error: unknown, connection: Connection, hub: string, consumerGroup: string): Error {
  const attempt = { ...recordsHubAttempt(connection, hub, 'Listen'), consumerGroup };
  const { kind, problem, remedy } = explain(error, attempt);
  const options = { cause: error };
  if (kind !== 'missing-consumer-group' && !isTaken(error))
    return new Error(`The records hub ${hub} cannot be watched. ${problem} ${remedy}`.trim(), options);
  return new UsageError(
    `To see the record arrive, the records hub ${hub} must be read in a consumer group that the app does not read in: ` +
      `--consumer-group <name>. Nothing has been sent. ${problem}`,
    options,
  );
}
