import { setTimeout as sleep } from 'node:timers/promises';
import { MessagingError } from '@azure/event-hubs';
import type { EventDataBatch, EventHubProducerClient } from '@azure/event-hubs';
import { REPLAY_OF } from '../../shared/category-functions/replay-properties.ts';
import type { Letter } from '../dead-letters/letter.ts';
import type { Destination, Shipment } from './destination.ts';
import type { HubWatch } from './hub-watch.ts';

/** A partition of the source hub that the letters came from: each goes there as a message, its bytes as they were. */
export function sourceDestination(
  hub: string,
  partitionId: string,
  producer: EventHubProducerClient,
  watch: HubWatch,
): Destination {
  async function pack(letters: readonly Letter[]): Promise<Shipment> {
    const batches: EventDataBatch[] = [];
    const tooLarge = new Set<Letter>();
    for (const letter of letters) {
      const event = { body: letter.bytes, properties: { [REPLAY_OF]: letter.id } };
      if (batches.at(-1)?.tryAdd(event)) continue;
      const batch = await producer.createBatch({ partitionId });
      if (batch.tryAdd(event)) batches.push(batch);
      else tooLarge.add(letter);
    }
    const send = async (): Promise<void> => {
      for (const batch of batches) await sendWhenAble(producer, batch);
    };
    return { tooLarge, messages: batches.reduce((sum, { count }) => sum + count, 0), send };
  }

  return {
    hub,
    pack,
    position: () => watch.position([partitionId]),
    idsSince: (position) => watch.idsSince(position),
  };
}

/** What a hub that is busy asks for: https://learn.microsoft.com/azure/event-hubs/event-hubs-messaging-exceptions */
const BUSY_MS = 4_000;
const MOST_TRIES = 15;

/** Only of what a busy hub turns down is it certain that it has not arrived. */
async function sendWhenAble(producer: EventHubProducerClient, batch: EventDataBatch): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await producer.sendBatch(batch);
    } catch (error) {
      if (!isBusy(error) || tries === MOST_TRIES) throw error;
      await sleep(BUSY_MS);
    }
  }
}

function isBusy(error: unknown): boolean {
  const causes: unknown[] = error instanceof AggregateError ? error.errors : [error];
  return causes.every((cause) => cause instanceof MessagingError && cause.code === 'ServerBusyError');
}
