import type { EventDataBatch, EventHubProducerClient } from '@azure/event-hubs';
import { SluiceError } from '../errors.ts';
import type { OutgoingMessage, RecordsHub } from '../sinks.ts';

/** The second hub, or hubs: a producer for each, made when it is first needed. */
export function azureRecordsHub(connect: (hub: string) => EventHubProducerClient): RecordsHub {
  const producers = new Map<string, EventHubProducerClient>();
  const limits = new Map<string, Promise<number>>();

  function producerOf(hub: string): EventHubProducerClient {
    const producer = producers.get(hub) ?? connect(hub);
    producers.set(hub, producer);
    return producer;
  }

  /** The hub says so when a link is opened to it. */
  function maxMessageBytes(hub: string): Promise<number> {
    const limit = limits.get(hub) ?? askForLimit(hub);
    limits.set(hub, limit);
    return limit;
  }

  async function askForLimit(hub: string): Promise<number> {
    try {
      return (await producerOf(hub).createBatch()).maxSizeInBytes;
    } catch (error) {
      limits.delete(hub);
      throw refused(hub, error);
    }
  }

  async function send(
    hub: string,
    partitionKey: string,
    messages: readonly OutgoingMessage[],
  ): Promise<void> {
    const producer = producerOf(hub);
    try {
      for (let sent = 0; sent < messages.length;) {
        const batch = await producer.createBatch({ partitionKey });
        sent += fill(batch, messages.slice(sent));
        await producer.sendBatch(batch);
      }
    } catch (error) {
      throw refused(hub, error);
    }
  }

  return { maxMessageBytes, send };
}

/** Adds as many messages, in order, as fit; answers how many. */
function fill(batch: EventDataBatch, messages: readonly OutgoingMessage[]): number {
  const rest = messages.findIndex(
    ({ body, properties }) => !batch.tryAdd({ body, properties: { ...properties } }),
  );
  if (rest === 0)
    throw new Error(`A message of ${messages[0]?.body.length} bytes does not fit into an empty batch.`);
  return rest === -1 ? messages.length : rest;
}

function refused(hub: string, cause: unknown): SluiceError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new SluiceError('records-hub-refused', `The records hub '${hub}' took no message: ${detail}`, {
    cause,
    retriable: true,
  });
}

/** Where fan-out is switched off. */
export const noRecordsHub: RecordsHub = {
  maxMessageBytes: () => Promise.reject(new SluiceError('records-hub-refused', 'Fan-out is switched off.')),
  send: () => Promise.reject(new SluiceError('records-hub-refused', 'Fan-out is switched off.')),
};
