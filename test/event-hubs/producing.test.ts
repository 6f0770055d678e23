import { EventHubBufferedProducerClient, type EventData } from '@azure/event-hubs';
import rhea from 'rhea';
import { describe, expect, it } from 'vitest';
import { LIMITS, type EventHubsEmulator, type ReadEvent } from '../../local/event-hubs/emulator.ts';
import { consumer, emulator, HUB, plainClient, producer, read, sendTexts } from './harness.ts';

function stored(hubs: EventHubsEmulator, partition: number): ReadEvent[] {
  return hubs.hub(HUB).partitions[partition]?.events() ?? [];
}

function counts(hubs: EventHubsEmulator): number[] {
  return hubs.hub(HUB).partitions.map(({ count }) => count);
}

describe('a producer', () => {
  it('sends a batch to the partition it names, in order', async () => {
    const hubs = await emulator();

    await sendTexts(hubs, ['a', 'b', 'c'], { partitionId: '1' });

    expect(counts(hubs)).toEqual([0, 3]);
    expect(stored(hubs, 1).map(({ sequenceNumber, body }) => [sequenceNumber, String(body)])).toEqual([
      [0, 'a'],
      [1, 'b'],
      [2, 'c'],
    ]);
  });

  it('has its batches spread over the partitions where it names neither partition nor key', async () => {
    const hubs = await emulator();

    for (const text of ['a', 'b', 'c', 'd']) await sendTexts(hubs, [text], {});

    expect(counts(hubs)).toEqual([2, 2]);
  });

  it('has a key kept with the events, and in one partition', async () => {
    const hubs = await emulator();

    for (const text of ['a', 'b', 'c']) await sendTexts(hubs, [text], { partitionKey: 'tenant-1' });

    const events = [...stored(hubs, 0), ...stored(hubs, 1)];
    expect(Math.max(...counts(hubs))).toBe(3);
    expect(events.map(({ partitionKey }) => partitionKey)).toEqual(['tenant-1', 'tenant-1', 'tenant-1']);
  });

  it('finds a key in the partition that the SDK itself works out for it', async () => {
    const hubs = await emulator({ hubs: { [HUB]: { partitionCount: 32 } } });
    const keys = [
      '',
      'k',
      'tenant-1',
      'twelve bytes',
      'thirteen bytes',
      'Ünïcödé und einiges mehr',
      'x'.repeat(300),
    ];
    const errors: Error[] = [];
    const buffered = new EventHubBufferedProducerClient(hubs.connectionString, HUB, {
      onSendEventsErrorHandler: ({ error }) => errors.push(error),
    });
    for (const key of keys) await buffered.enqueueEvent({ body: key }, { partitionKey: key });
    await buffered.close();
    const before = counts(hubs);

    for (const key of keys) await sendTexts(hubs, [key], { partitionKey: key });

    expect(errors).toEqual([]);
    expect(counts(hubs)).toEqual(before.map((count) => 2 * count));
  });

  it('has bodies and properties kept to the byte and the type', async () => {
    const hubs = await emulator();
    const body = Buffer.from([0xff, 0x00, 0xfe, 0x80]);
    const when = new Date('2026-11-20T10:00:00Z');
    const properties = { text: 'ä', whole: 7, big: 2 ** 40, half: 0.5, yes: true, when };
    const event = {
      body,
      bodyType: 'data',
      applicationProperties: properties,
      messageAnnotations: { 'x-own': 'kept', 'x-opt-sequence-number': 99 },
      properties: {
        contentType: 'application/json',
        contentEncoding: 'gzip',
        messageId: 'm-1',
        subject: 's',
      },
    } as const;

    await producer(hubs).sendBatch([event], { partitionId: '0' });
    const [received] = await read(consumer(hubs), { count: 1 });

    expect(received?.body).toEqual(body);
    expect(received?.sequenceNumber).toBe(0);
    expect(received?.properties).toEqual({ ...properties, when: when.getTime() });
    expect(received?.getRawAmqpMessage().properties).toMatchObject(event.properties);
    expect(received?.systemProperties).toMatchObject({ 'x-own': 'kept' });
    expect(stored(hubs, 0)[0]).toMatchObject({
      body,
      applicationProperties: properties,
      contentType: 'application/json',
      contentEncoding: 'gzip',
      messageId: 'm-1',
    });
  });

  it.each<EventData>([
    { body: { a: [1, 2] } },
    { body: 'text' },
    { body: null },
    { body: Buffer.alloc(0) },
    { body: Buffer.alloc(70_000, 'x') },
  ])('has a body of any kind come out as it went in: %#', async (event) => {
    const hubs = await emulator();

    await producer(hubs).sendBatch([event], { partitionId: '0' });
    const [received] = await read(consumer(hubs), {
      count: 1,
      skipParsingBodyAsJson: Buffer.isBuffer(event.body),
    });

    expect(received?.body).toEqual(event.body);
  });

  it.each(['value', 'sequence'] as const)('has a %s body come out as it went in', async (bodyType) => {
    const hubs = await emulator();

    await producer(hubs).sendBatch([{ body: [1, 'two'], bodyType }], { partitionId: '0' });
    const [received] = await read(consumer(hubs), { count: 1 });

    expect(received?.getRawAmqpMessage().bodyType).toBe(bodyType);
    expect(received?.body).toEqual([1, 'two']);
  });

  it('is told the tier’s largest message, and can fill it', async () => {
    const hubs = await emulator({ tier: 'basic' });
    const client = producer(hubs);
    const batch = await client.createBatch({ partitionId: '0' });
    const body = Buffer.alloc(1000);
    while (batch.tryAdd({ body }));

    await client.sendBatch(batch);

    expect(batch.maxSizeInBytes).toBe(LIMITS.basic.maxMessageBytes);
    expect(batch.maxSizeInBytes - batch.sizeInBytes).toBeLessThan(1100);
    expect(counts(hubs)).toEqual([batch.count, 0]);
  });

  it('has a message refused that is larger than that, and can go on', async () => {
    const hubs = await emulator({ tier: 'basic' });
    const client = producer(hubs);
    const tooLarge = { body: Buffer.alloc(LIMITS.basic.maxMessageBytes) };

    await expect(client.sendBatch([tooLarge])).rejects.toMatchObject({ code: 'MessageTooLargeError' });
    await client.sendBatch([{ body: 'small' }]);

    expect(counts(hubs)).toEqual([1, 0]);
  });

  it('is refused a hub that does not exist', async () => {
    const hubs = await emulator();

    const sending = producer(hubs, 'nowhere').sendBatch([{ body: 1 }]);

    await expect(sending).rejects.toMatchObject({ code: 'MessagingEntityNotFoundError' });
  });

  it('is refused a partition that does not exist', async () => {
    const hubs = await emulator();

    const sending = producer(hubs).sendBatch([{ body: 1 }], { partitionId: '2' });

    await expect(sending).rejects.toMatchObject({
      code: 'ArgumentOutOfRangeError',
      message: expect.stringContaining('between 0 and 1') as unknown,
    });
  });

  it('may send more than its credit, which comes back', async () => {
    const hubs = await emulator();
    const client = producer(hubs);

    for (let sent = 0; sent < 10; sent += 1) {
      await Promise.all(
        Array.from({ length: 50 }, () => client.sendBatch([{ body: 'x' }], { partitionId: '0' })),
      );
    }

    expect(counts(hubs)).toEqual([500, 0]);
  });

  it('may be another than the SDK, and send a message that is no batch', async () => {
    const hubs = await emulator();
    const sender = plainClient(hubs).open_sender(HUB);
    const accepted = new Promise((resolve) => sender.once('accepted', resolve));

    const body: unknown = rhea.message.data_section(Buffer.from('plain'));
    const message = {
      message_annotations: { 'x-opt-partition-key': 'k' },
      application_properties: { a: 1 },
      body,
    };

    sender.once('sendable', () => sender.send(message));
    await accepted;

    const events = [...stored(hubs, 0), ...stored(hubs, 1)];
    expect(events).toMatchObject([
      { partitionKey: 'k', body: Buffer.from('plain'), applicationProperties: { a: 1 } },
    ]);
  });
});
