import type { ReceivedEventData } from '@azure/event-hubs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseEventHubs } from '../../local/host/host-json.ts';
import { createPartitionProcessor } from '../../local/host/partition-processor.ts';
import type { PartitionProcessor } from '../../local/host/partition-processor.ts';

interface Setup {
  readonly processor: PartitionProcessor;
  readonly dispatched: number[][];
  readonly checkpoints: number[];
  readonly announced: boolean[];
  readonly stop: AbortController;
}

function prepare(
  options: Record<string, unknown> = {},
  { single = false, during = async (): Promise<void> => {} } = {},
): Setup {
  const dispatched: number[][] = [];
  const checkpoints: number[] = [];
  const announced: boolean[] = [];
  const stop = new AbortController();
  const processor = createPartitionProcessor({
    options: parseEventHubs(options).eventHubs,
    single,
    dispatch: async (events, willCheckpoint) => {
      dispatched.push(events.map((event) => event.sequenceNumber));
      announced.push(willCheckpoint);
      await during();
    },
    checkpoint: async (event) => {
      checkpoints.push(event.sequenceNumber);
    },
    signal: stop.signal,
    onError: (error) => expect.unreachable(String(error)),
  });
  return { processor, dispatched, checkpoints, announced, stop };
}

function eventsOf(first: number, last: number): ReceivedEventData[] {
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    body: Buffer.alloc(1),
    sequenceNumber: first + index,
    offset: String(first + index),
    enqueuedTimeUtc: new Date(0),
    partitionKey: null,
    getRawAmqpMessage: () => ({ body: Buffer.alloc(1) }),
  }));
}

describe('a partition, with the default options', () => {
  test('checkpoints the last event of each batch after the function has run', async () => {
    const { processor, dispatched, checkpoints } = prepare();

    await processor.process(eventsOf(0, 2));
    await processor.process(eventsOf(3, 3));

    expect(dispatched).toEqual([[0, 1, 2], [3]]);
    expect(checkpoints).toEqual([2, 3]);
  });

  test('has one batch in flight', async () => {
    const gate = Promise.withResolvers<void>();
    const { processor, dispatched } = prepare({}, { during: () => gate.promise });

    const both = [processor.process(eventsOf(0, 0)), processor.process(eventsOf(1, 1))];
    await Promise.resolve();
    expect(dispatched).toEqual([[0]]);
    gate.resolve();
    await Promise.all(both);

    expect(dispatched).toEqual([[0], [1]]);
  });

  test('leaves the checkpoint alone when stopped, or robbed, while the function runs', async () => {
    const { processor, checkpoints, dispatched, stop } = prepare({}, { during: async () => stop.abort() });

    await processor.process(eventsOf(0, 5));
    await processor.close(false);

    expect(dispatched).toHaveLength(1);
    expect(checkpoints).toEqual([]);
  });

  test('neither runs nor checkpoints for no events', async () => {
    const { processor, checkpoints, dispatched } = prepare();

    await processor.process([]);

    expect([dispatched, checkpoints]).toEqual([[], []]);
  });

  test('with cardinality one runs per event and stops between two', async () => {
    let runs = 0;
    const { processor, checkpoints, dispatched, stop } = prepare(
      {},
      {
        single: true,
        during: async () => {
          runs += 1;
          if (runs === 4) stop.abort();
        },
      },
    );

    await processor.process(eventsOf(0, 1));
    await processor.process(eventsOf(2, 5));

    expect(dispatched).toEqual([[0], [1], [2], [3]]);
    expect(checkpoints).toEqual([1]);
  });
});

describe('checkpoint options', () => {
  test('enableCheckpointing: false never checkpoints', async () => {
    const { processor, checkpoints, announced } = prepare({ enableCheckpointing: false });

    await processor.process(eventsOf(0, 2));
    await processor.close(false);

    expect(checkpoints).toEqual([]);
    expect(announced).toEqual([false]);
  });

  test('batchCheckpointFrequency checkpoints every so many batches, and what is owed at a stop', async () => {
    const { processor, checkpoints, announced } = prepare({ batchCheckpointFrequency: 2 });

    for (const at of [0, 1, 2]) await processor.process(eventsOf(at, at));
    await processor.close(false);

    expect(announced).toEqual([false, true, false]);
    expect(checkpoints).toEqual([1, 2]);
  });

  test('batchCheckpointFrequency owes nothing when the partition is lost', async () => {
    const { processor, checkpoints } = prepare({ batchCheckpointFrequency: 2 });

    await processor.process(eventsOf(0, 0));
    await processor.close(true);

    expect(checkpoints).toEqual([]);
  });
});

describe('minEventBatchSize', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const options = { minEventBatchSize: 3, maxEventBatchSize: 4, maxWaitTime: '00:00:10' };

  test('does not make the first events of a new owner wait', async () => {
    const { processor, dispatched } = prepare(options);

    await processor.process(eventsOf(0, 0));
    await vi.advanceTimersByTimeAsync(0);

    expect(dispatched).toEqual([[0]]);
  });

  test('keeps events until there are enough, or the first has waited long enough', async () => {
    const { processor, dispatched, checkpoints } = prepare(options);
    await processor.process(eventsOf(0, 2));

    await processor.process(eventsOf(3, 3));
    await vi.advanceTimersByTimeAsync(9_000);
    await processor.process(eventsOf(4, 4));
    expect(dispatched).toEqual([[0, 1, 2]]);
    await vi.advanceTimersByTimeAsync(1_000);

    expect(dispatched).toEqual([
      [0, 1, 2],
      [3, 4],
    ]);
    expect(checkpoints).toEqual([2, 4]);
  });

  test('never hands over more than the greatest batch', async () => {
    const { processor, dispatched } = prepare(options);

    await processor.process(eventsOf(0, 1));
    await processor.process(eventsOf(2, 5));
    await vi.advanceTimersByTimeAsync(10_000);

    expect(dispatched).toEqual([
      [0, 1, 2, 3],
      [4, 5],
    ]);
  });

  test('lets go of what it keeps when closed', async () => {
    const { processor, dispatched, checkpoints } = prepare(options);
    await processor.process(eventsOf(0, 2));
    await processor.process(eventsOf(3, 3));

    await processor.close(false);
    await vi.advanceTimersByTimeAsync(20_000);

    expect(dispatched).toEqual([[0, 1, 2]]);
    expect(checkpoints).toEqual([2]);
  });
});
