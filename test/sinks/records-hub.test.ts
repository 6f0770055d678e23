import { EventHubProducerClient } from '@azure/event-hubs';
import { afterEach, describe, expect, test } from 'vitest';
import { startEventHubs } from '../../local/event-hubs/emulator.ts';
import { memoryRecordsHub } from '../../local/memory-sinks.ts';
import { azureRecordsHub } from '../../shared/azure/records-hub.ts';
import type { OutgoingMessage, RecordsHub } from '../../shared/sinks.ts';

interface Received {
  readonly text: string;
  readonly partitionKey: string | undefined;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The hub `records`, and what has come into it, partition after partition. */
interface Subject {
  readonly hub: RecordsHub;
  readonly received: () => readonly Received[];
}

const toClose: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0).toReversed()) await close();
});

function inMemory(): Promise<Subject> {
  const hub = memoryRecordsHub();
  const received = () =>
    hub.sent.map(({ partitionKey, message: { body, properties } }) => {
      return { text: body.toString(), partitionKey, properties };
    });
  return Promise.resolve({ hub, received });
}

async function inEmulator(): Promise<Subject> {
  const emulator = await startEventHubs({ hubs: { records: { partitionCount: 4 } } });
  toClose.push(() => emulator.close());
  const hub = azureRecordsHub((name) => {
    const retryOptions = { maxRetries: 0, timeoutInMs: 5_000 };
    const producer = new EventHubProducerClient(emulator.connectionString, name, { retryOptions });
    toClose.push(() => producer.close());
    return producer;
  });
  const received = () =>
    emulator.hub('records').partitions.flatMap((partition) =>
      partition.events().map(({ body, partitionKey, applicationProperties }) => {
        return { text: body.toString(), partitionKey, properties: applicationProperties };
      }),
    );
  return { hub, received };
}

function message(text: string, properties: OutgoingMessage['properties'] = {}): OutgoingMessage {
  return { body: Buffer.from(text), properties };
}

describe.each([
  { name: 'in memory', subject: inMemory },
  { name: 'in the Event Hubs emulator', subject: inEmulator },
])('a records hub $name', ({ subject }) => {
  test('says how large a message may be, at every call the same', async () => {
    const { hub } = await subject();

    const [first, second] = [await hub.maxMessageBytes('records'), await hub.maxMessageBytes('records')];

    expect(first).toBeGreaterThan(200_000);
    expect(second).toBe(first);
  });

  test('passes bytes, properties and partition key on as they are', async () => {
    const { hub, received } = await subject();
    const properties = { source: 'entra', count: 2, valid: false, recordIds: '["a","é🦉"]', empty: '' };
    const text = '{"records":[{ "ReportId": 639199803770463703 , "s":"é\\u00e9" }]}';

    await hub.send('records', 'entra/SignInLogs/contoso/logs/0', [message(text, properties)]);

    expect(received()).toEqual([{ text, partitionKey: 'entra/SignInLogs/contoso/logs/0', properties }]);
  });

  test('keeps the order under a partition key, over several sends', async () => {
    const { hub, received } = await subject();
    const texts = Array.from({ length: 300 }, (_, n) => String(n));

    for (let at = 0; at < texts.length; at += 70) {
      await hub.send(
        'records',
        'key',
        texts.slice(at, at + 70).map((text) => message(text)),
      );
    }

    expect(received().map(({ text }) => text)).toEqual(texts);
  });

  test('sends more than one batch holds, in order', async () => {
    const { hub, received } = await subject();
    const texts = Array.from({ length: 60 }, (_, n) => String(n).padEnd(64 * 1024, '.'));

    await hub.send(
      'records',
      'key',
      texts.map((text) => message(text)),
    );

    expect(received().map(({ text }) => text.slice(0, 2))).toEqual(texts.map((text) => text.slice(0, 2)));
  });

  test('sends nothing where there is nothing', async () => {
    const { hub, received } = await subject();

    await hub.send('records', 'key', []);

    expect(received()).toEqual([]);
  });

  test('refuses a message that is too large', async () => {
    const { hub, received } = await subject();
    const limit = await hub.maxMessageBytes('records');

    await expect(hub.send('records', 'key', [message('x'.repeat(limit + 1))])).rejects.toBeInstanceOf(Error);
    expect(received()).toEqual([]);
  });
});

describe('a records hub of Event Hubs', () => {
  test('names the hub that does not exist', async () => {
    const { hub } = await inEmulator();
    const refusal = { name: 'SluiceError', code: 'records-hub-refused', retriable: true };

    await expect(hub.maxMessageBytes('nowhere')).rejects.toMatchObject(refusal);
    await expect(hub.send('nowhere', 'key', [message('text')])).rejects.toThrow(/'nowhere'/);
  });

  test('asks again for the limit after it could not be had', async () => {
    const emulator = await startEventHubs({ hubs: {} });
    toClose.push(() => emulator.close());
    const hub = azureRecordsHub((name) => {
      const producer = new EventHubProducerClient(emulator.connectionString, name, {
        retryOptions: { maxRetries: 0, timeoutInMs: 5_000 },
      });
      toClose.push(() => producer.close());
      return producer;
    });
    await expect(hub.maxMessageBytes('late')).rejects.toMatchObject({ code: 'records-hub-refused' });

    emulator.createHub('late', { partitionCount: 1 });

    expect(await hub.maxMessageBytes('late')).toBeGreaterThan(0);
  });
});
