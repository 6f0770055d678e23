import { connect } from 'node:net';
import { once } from 'node:events';
import { earliestEventPosition } from '@azure/event-hubs';
import { describe, expect, it } from 'vitest';
import { startEventHubs } from '../../local/event-hubs/emulator.ts';
import { consumer, emulator, HUB, nextOperation, producer, read, readTexts, sendTexts } from './harness.ts';

const START = Date.parse('2026-11-20T10:00:00Z');

describe('the properties', () => {
  it('of a hub name its partitions', async () => {
    const hubs = await emulator({ now: () => START });

    const properties = await producer(hubs).getEventHubProperties();

    expect(properties).toEqual({
      name: HUB,
      partitionIds: ['0', '1'],
      createdOn: new Date(START),
      isGeoDrEnabled: false,
    });
  });

  it('of a partition say what it holds', async () => {
    const hubs = await emulator({ now: () => START });
    await sendTexts(hubs, ['a', 'b', 'c']);
    hubs.letGo(HUB, '0', 1);

    const properties = await producer(hubs).getPartitionProperties('0');

    expect(properties).toEqual({
      eventHubName: HUB,
      partitionId: '0',
      beginningSequenceNumber: 1,
      lastEnqueuedSequenceNumber: 2,
      lastEnqueuedOffset: String(hubs.hub(HUB).partitions[0]?.events().at(-1)?.offset),
      lastEnqueuedOnUtc: new Date(START),
      isEmpty: false,
    });
  });

  it('of a partition that nothing was sent to say so', async () => {
    const hubs = await emulator();

    const properties = await consumer(hubs).getPartitionProperties('1');

    expect(properties).toMatchObject({
      isEmpty: true,
      beginningSequenceNumber: 0,
      lastEnqueuedSequenceNumber: -1,
      lastEnqueuedOffset: '-1',
    });
  });

  it('are refused where there is no such hub or partition', async () => {
    const hubs = await emulator();

    const ofHub = producer(hubs, 'nowhere').getEventHubProperties();
    const ofPartition = producer(hubs).getPartitionProperties('7');

    await expect(ofHub).rejects.toMatchObject({ code: 'MessagingEntityNotFoundError' });
    await expect(ofPartition).rejects.toMatchObject({ code: 'ArgumentOutOfRangeError' });
  });
});

describe('a hub', () => {
  it('that is deleted throws its links out, and begins at 0 when it is created again', async () => {
    const hubs = await emulator();
    await sendTexts(hubs, ['old', 'older']);
    const attached = nextOperation(hubs, 'attach');
    const { promise: error, resolve } = Promise.withResolvers<Error>();
    const subscription = consumer(hubs).subscribe(
      '0',
      { processEvents: async () => {}, processError: async (thrown) => resolve(thrown) },
      { startPosition: earliestEventPosition },
    );
    await attached;

    hubs.deleteHub(HUB);
    await expect(error).resolves.toMatchObject({ code: 'MessagingEntityNotFoundError' });
    await subscription.close();
    hubs.createHub(HUB, { partitionCount: 1 });
    await sendTexts(hubs, ['new']);

    const events = await read(consumer(hubs), { count: 1 });
    expect(events).toMatchObject([{ sequenceNumber: 0, body: Buffer.from('new') }]);
  });

  it('lets events go after its retention', async () => {
    let time = START;
    const hubs = await emulator({
      hubs: { [HUB]: { partitionCount: 1, retentionMs: 1000 } },
      now: () => time,
    });
    await sendTexts(hubs, ['a', 'b']);
    time += 600;
    await sendTexts(hubs, ['c']);
    time += 600;

    await expect(readTexts(consumer(hubs), { count: 1 })).resolves.toEqual(['c']);
    expect(hubs.hub(HUB).partitions[0]).toMatchObject({ beginSequenceNumber: 2, count: 1 });
  });

  it('lets its oldest events go beyond the bytes that it may hold', async () => {
    const hubs = await emulator({ maxBytesPerPartition: 2500 });

    for (const text of ['a', 'b', 'c']) await sendTexts(hubs, [text.repeat(1000)]);

    const [partition] = hubs.hub(HUB).partitions;
    expect(partition).toMatchObject({ beginSequenceNumber: 1, lastSequenceNumber: 2, count: 2 });
    expect(partition?.bytes).toBeLessThanOrEqual(2500);
  });

  it('is found whatever the case of its name', async () => {
    const hubs = await emulator();

    await producer(hubs, HUB.toUpperCase()).sendBatch([{ body: 1 }], { partitionId: '0' });

    expect(hubs.hub(HUB).partitions[0]?.count).toBe(1);
  });
});

describe('the tier', () => {
  it.each([
    ['partitions', { partitionCount: 33 }, /33 partitions; this tier allows 1 to 32/],
    [
      'consumer groups',
      { partitionCount: 1, consumerGroups: ['siem'] },
      /2 consumer groups; this tier allows 1/,
    ],
  ])('limits the %s of a hub', async (_, options, message) => {
    await expect(startEventHubs({ hubs: { [HUB]: options }, tier: 'basic' })).rejects.toThrow(message);
  });
});

describe('closing', () => {
  it('waits for nobody: neither clients nor a socket that says nothing', async () => {
    const hubs = await startEventHubs({ hubs: { [HUB]: { partitionCount: 1 } } });
    const client = producer(hubs);
    await client.getEventHubProperties();
    const silent = connect(hubs.port, '127.0.0.1');
    await once(silent, 'connect');
    const ended = once(silent, 'close');
    silent.on('error', () => {});
    silent.resume();

    await hubs.close();

    await ended;
    const again = connect(hubs.port, '127.0.0.1');
    await expect(once(again, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
