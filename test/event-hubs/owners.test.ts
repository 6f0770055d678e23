import {
  earliestEventPosition,
  EventHubConsumerClient,
  type EventHubConsumerClientOptions,
  type ReceivedEventData,
  type Subscription,
} from '@azure/event-hubs';
import { afterEach, describe, expect, it } from 'vitest';
import { MAX_NON_EPOCH_RECEIVERS, type EventHubsEmulator } from '../../local/event-hubs/emulator.ts';
import { consumer, emulator, HUB, nextOperation, NO_RETRIES, read, sendTexts } from './harness.ts';
import { memoryCheckpointStore } from './memory-checkpoint-store.ts';

const open: Subscription[] = [];

afterEach(async () => {
  for (const subscription of open.splice(0)) await subscription.close();
});

interface Owner {
  readonly texts: string[];
  /** Settles with the first error that the SDK hands over. */
  readonly error: Promise<Error>;
  close(): Promise<void>;
}

/** Subscribes to partition 0, and returns when the emulator has seen the receiver. */
async function own(hubs: EventHubsEmulator, ownerLevel?: number): Promise<Owner> {
  const { promise: error, resolve } = Promise.withResolvers<Error>();
  const texts: string[] = [];
  const attached = nextOperation(hubs, 'attach');
  const subscription = consumer(hubs).subscribe(
    '0',
    {
      processEvents: async (events) => void texts.push(...events.map(({ body }) => String(body))),
      processError: async (thrown) => resolve(thrown),
    },
    {
      startPosition: earliestEventPosition,
      skipParsingBodyAsJson: true,
      ...(ownerLevel !== undefined && { ownerLevel }),
    },
  );
  open.push(subscription);
  await attached;
  return { texts, error, close: () => subscription.close() };
}

describe('an owner of a partition', () => {
  it.each([
    ['a higher owner level', 1, 2],
    ['the same owner level', 1, 1],
    ['none before', undefined, 1],
  ])('throws out the older one: %s', async (_, older, newer) => {
    const hubs = await emulator();
    const first = await own(hubs, older);

    const second = await own(hubs, newer);
    await sendTexts(hubs, ['a']);

    await expect(first.error).resolves.toMatchObject({ code: 'ReceiverDisconnectedError' });
    await expect.poll(() => second.texts).toEqual(['a']);
    expect(first.texts).toEqual([]);
  });

  it.each([
    ['a lower owner level', 1],
    ['no owner level', undefined],
  ])('keeps out one with %s', async (_, level) => {
    const hubs = await emulator();
    const first = await own(hubs, 2);

    const second = await own(hubs, level);
    await sendTexts(hubs, ['a']);

    await expect(second.error).resolves.toMatchObject({ code: 'ReceiverDisconnectedError' });
    await expect.poll(() => first.texts).toEqual(['a']);
  });

  it('stays where another asks for a position that is none', async () => {
    const hubs = await emulator();
    const first = await own(hubs, 1);

    const reading = read(consumer(hubs), { from: { sequenceNumber: 7 }, ownerLevel: 2, count: 1 });

    await expect(reading).rejects.toMatchObject({ code: 'ArgumentError' });
    await sendTexts(hubs, ['a']);
    await expect.poll(() => first.texts).toEqual(['a']);
  });

  it('that has gone leaves the partition to anyone', async () => {
    const hubs = await emulator();
    const first = await own(hubs, 5);
    await first.close();

    const second = await own(hubs);
    await sendTexts(hubs, ['a']);

    await expect.poll(() => second.texts).toEqual(['a']);
  });
});

describe('receivers without an owner level', () => {
  it('share a partition up to the limit', async () => {
    const hubs = await emulator();
    const allowed: Owner[] = [];
    for (let n = 0; n < MAX_NON_EPOCH_RECEIVERS; n += 1) allowed.push(await own(hubs));

    const oneTooMany = await own(hubs);
    await sendTexts(hubs, ['a']);

    await expect(oneTooMany.error).resolves.toMatchObject({ code: 'QuotaExceededError' });
    await expect.poll(() => allowed.map(({ texts }) => texts)).toEqual(allowed.map(() => ['a']));
  });
});

describe('processors with a checkpoint store', () => {
  const FAST: EventHubConsumerClientOptions = {
    retryOptions: NO_RETRIES,
    loadBalancingOptions: {
      strategy: 'greedy',
      updateIntervalInMs: 50,
      partitionOwnershipExpirationIntervalInMs: 500,
    },
  };

  it('share the partitions, and read each event once from where the other left off', async () => {
    const hubs = await emulator({ hubs: { [HUB]: { partitionCount: 4 } } });
    const store = memoryCheckpointStore();
    const seen: ReceivedEventData[][] = [[], []];
    const owned = [new Set<string>(), new Set<string>()];
    const start = (index: number): EventHubConsumerClient => {
      const client = new EventHubConsumerClient('$Default', hubs.connectionString, HUB, store, FAST);
      client.subscribe(
        {
          processInitialize: async ({ partitionId }) => void owned[index]?.add(partitionId),
          processClose: async (_, { partitionId }) => void owned[index]?.delete(partitionId),
          processEvents: async (events, context) => {
            const last = events.at(-1);
            if (!last) return;
            seen[index]?.push(...events);
            await context.updateCheckpoint(last);
          },
          // Being thrown out by the other one is how partitions change hands.
          processError: async () => {},
        },
        { startPosition: earliestEventPosition },
      );
      return client;
    };
    const first = start(0);
    await expect.poll(() => owned[0]?.size, { timeout: 90_000 }).toBe(4);
    for (const partitionId of ['0', '1', '2', '3']) await sendTexts(hubs, ['1', '2'], { partitionId });
    await expect.poll(() => seen[0]?.length, { timeout: 90_000 }).toBe(8);

    const second = start(1);
    await expect.poll(() => owned.map(({ size }) => size), { timeout: 90_000 }).toEqual([2, 2]);
    for (const partitionId of ['0', '1', '2', '3']) await sendTexts(hubs, ['3'], { partitionId });

    await expect.poll(() => seen.flat().length, { timeout: 90_000 }).toBe(12);
    expect(seen[1]?.map(({ sequenceNumber }) => sequenceNumber)).toEqual([2, 2]);
    await first.close();
    await second.close();
  });
});
