import { earliestEventPosition, latestEventPosition, type EventPosition } from '@azure/event-hubs';
import type { Connection, Message, Receiver } from 'rhea';
import { describe, expect, it } from 'vitest';
import type { EventHubsEmulator } from '../../local/event-hubs/emulator.ts';
import {
  consumer,
  emulator,
  HUB,
  nextOperation,
  plainClient,
  producer,
  read,
  readTexts,
  sendTexts,
} from './harness.ts';

const START = Date.parse('2026-11-20T10:00:00Z');
const SECOND = 1000;

/** Events 0 to 4 in partition 0, a second apart. */
async function fiveEvents(): Promise<EventHubsEmulator> {
  let time = START;
  const hubs = await emulator({ now: () => time });
  const client = producer(hubs);
  for (const text of ['0', '1', '2', '3', '4']) {
    await client.sendBatch([{ body: Buffer.from(text) }], { partitionId: '0' });
    time += SECOND;
  }
  return hubs;
}

function offsetOf(hubs: EventHubsEmulator, sequenceNumber: number): string {
  return String(hubs.hub(HUB).partitions[0]?.events()[sequenceNumber]?.offset);
}

describe('a consumer', () => {
  it.each<[string, EventPosition, string[]]>([
    ['earliest', earliestEventPosition, ['0', '1', '2', '3', '4']],
    ['latest, inclusive', { ...latestEventPosition, isInclusive: true }, ['4']],
    ['a sequence number', { sequenceNumber: 2 }, ['3', '4']],
    ['a sequence number, inclusive', { sequenceNumber: 2, isInclusive: true }, ['2', '3', '4']],
    ['sequence number 0, inclusive', { sequenceNumber: 0, isInclusive: true }, ['0', '1', '2', '3', '4']],
    ['an enqueued time', { enqueuedOn: START + 3 * SECOND }, ['4']],
    ['a time between two events', { enqueuedOn: new Date(START + 2.5 * SECOND) }, ['3', '4']],
    ['a time before all', { enqueuedOn: 0 }, ['0', '1', '2', '3', '4']],
  ])('begins at %s', async (_, from, expected) => {
    const hubs = await fiveEvents();

    const texts = await readTexts(consumer(hubs), { from, count: expected.length });

    expect(texts).toEqual(expected);
  });

  it.each([
    [false, ['3', '4']],
    [true, ['2', '3', '4']],
  ])('begins at an offset (inclusive: %s)', async (isInclusive, expected) => {
    const hubs = await fiveEvents();
    const from = { offset: offsetOf(hubs, 2), isInclusive };

    const texts = await readTexts(consumer(hubs), { from, count: expected.length });

    expect(texts).toEqual(expected);
  });

  it('begins at the latest with what comes after it has attached', async () => {
    const hubs = await fiveEvents();
    const attached = nextOperation(hubs, 'attach');
    const reading = readTexts(consumer(hubs), { from: latestEventPosition, count: 2 });
    await attached;

    await sendTexts(hubs, ['5', '6']);

    await expect(reading).resolves.toEqual(['5', '6']);
  });

  it('begins with the oldest event where the one it asks for was let go', async () => {
    const hubs = await fiveEvents();
    hubs.letGo(HUB, '0', 3);

    const texts = await readTexts(consumer(hubs), { from: { sequenceNumber: 0 }, count: 2 });

    expect(texts).toEqual(['3', '4']);
  });

  it.each<[string, EventPosition]>([
    ['sequence number', { sequenceNumber: 5 }],
    ['offset', { offset: '1000000' }],
  ])(
    'is refused where it asks for a later %s than the last, as with a stale checkpoint',
    async (kind, from) => {
      const hubs = await fiveEvents();

      const reading = read(consumer(hubs), { from, count: 1 });

      await expect(reading).rejects.toMatchObject({
        code: 'ArgumentError',
        message: expect.stringContaining(`The last ${kind} in the system is`) as unknown,
      });
    },
  );

  it('is given where and when each event was taken in', async () => {
    const hubs = await emulator({ now: () => START });
    await sendTexts(hubs, ['a', 'b'], { partitionKey: 'k' });
    const partition = String(hubs.hub(HUB).partitions.findIndex(({ count }) => count > 0));

    const [, second] = await read(consumer(hubs), { partition, count: 2 });

    expect(second).toMatchObject({
      sequenceNumber: 1,
      offset: expect.stringMatching(/^[1-9]\d*$/) as unknown,
      enqueuedTimeUtc: new Date(START),
      partitionKey: 'k',
    });
  });

  it('reads each consumer group, and each hub, for itself', async () => {
    const options = { partitionCount: 1, consumerGroups: ['siem'] };
    const hubs = await emulator({ hubs: { [HUB]: options, other: options } });
    await sendTexts(hubs, ['a']);

    await expect(readTexts(consumer(hubs), { count: 1 })).resolves.toEqual(['a']);
    await expect(readTexts(consumer(hubs, HUB, 'siem'), { count: 1 })).resolves.toEqual(['a']);
    expect(hubs.hub('other').partitions[0]?.count).toBe(0);
  });

  it.each([
    ['a hub', 'nowhere', '$Default', 'MessagingEntityNotFoundError', '0'],
    ['a consumer group', HUB, 'unknown', 'MessagingEntityNotFoundError', '0'],
    ['a partition', HUB, '$Default', 'ArgumentOutOfRangeError', '7'],
  ])('is refused %s that does not exist', async (_, hub, group, code, partition) => {
    const hubs = await emulator();

    const reading = read(consumer(hubs, hub, group), { partition, count: 1 });

    await expect(reading).rejects.toMatchObject({ code });
  });

  it('can track the last event that was enqueued', async () => {
    const hubs = await fiveEvents();
    const { promise, resolve } = Promise.withResolvers<unknown>();

    const subscription = consumer(hubs).subscribe(
      '0',
      {
        processEvents: async (_, context) => resolve({ ...context.lastEnqueuedEventProperties }),
        processError: async () => {},
      },
      { startPosition: earliestEventPosition, maxBatchSize: 1, trackLastEnqueuedEventProperties: true },
    );
    const properties = await promise;
    await subscription.close();

    expect(properties).toEqual({
      sequenceNumber: 4,
      offset: offsetOf(hubs, 4),
      enqueuedOn: new Date(START + 4 * SECOND),
      retrievedOn: new Date(START + 5 * SECOND),
    });
  });

  it('reads on over a great many events', async () => {
    const hubs = await emulator();
    const texts = Array.from({ length: 3000 }, (_, index) => String(index));
    await sendTexts(hubs, texts);

    const received = await readTexts(consumer(hubs), { count: 3000, maxBatchSize: 1000 });

    expect(received).toEqual(texts);
  });
});

describe('link credit', () => {
  it('is never exceeded', async () => {
    const hubs = await emulator();
    await sendTexts(hubs, Array.from({ length: 10 }, String));
    await sendTexts(hubs, ['of the other partition'], { partitionId: '1' });
    const connection = plainClient(hubs);
    const first = openReceiver(connection, 0);
    const second = openReceiver(connection, 1);

    first.receiver.add_credit(3);
    await event(first.receiver, 'message');
    // One connection delivers in order: what was too much for the first link would arrive before this.
    second.receiver.add_credit(1);
    await event(second.receiver, 'message');

    expect(first.received).toHaveLength(3);
  });

  it('can be used up in parts', async () => {
    const hubs = await emulator();
    await sendTexts(hubs, Array.from({ length: 10 }, String));
    const { receiver, received } = openReceiver(plainClient(hubs), 0);

    for (const credit of [1, 4, 2]) {
      const before = received.length;
      receiver.add_credit(credit);
      while (received.length < before + credit) await event(receiver, 'message');
    }

    expect(received.map(sequenceNumberOf)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('is given back on request, when there is nothing to use it for', async () => {
    const hubs = await emulator();
    await sendTexts(hubs, ['a', 'b']);
    const { receiver, received } = openReceiver(plainClient(hubs), 0);

    receiver.add_credit(10);
    receiver.drain_credit();
    await event(receiver, 'receiver_drained');

    expect(received).toHaveLength(2);
  });
});

function openReceiver(
  connection: Connection,
  partition: number,
): { receiver: Receiver; received: Message[] } {
  const received: Message[] = [];
  const address = `${HUB}/ConsumerGroups/$Default/Partitions/${partition}`;
  const receiver = connection.open_receiver({ source: { address }, credit_window: 0 });
  receiver.on('message', ({ message }: { message: Message }) => received.push(message));
  return { receiver, received };
}

function sequenceNumberOf({ message_annotations: annotations }: Message): unknown {
  return annotations?.['x-opt-sequence-number'];
}

async function event(receiver: Receiver, name: string): Promise<void> {
  await new Promise((resolve) => receiver.once(name, resolve));
}
