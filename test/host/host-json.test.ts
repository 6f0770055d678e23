import { expect, test } from 'vitest';
import { parseEventHubs } from '../../local/host/host-json.ts';

test("has Azure's defaults", () => {
  expect(parseEventHubs({}).eventHubs).toMatchObject({
    maxEventBatchSize: 100,
    minEventBatchSize: 1,
    maxWaitTime: 60_000,
    batchCheckpointFrequency: 1,
    enableCheckpointing: true,
    prefetchCount: 300,
    initialOffsetOptions: { type: 'fromStart' },
    loadBalancingUpdateInterval: 30_000,
    partitionOwnershipExpirationInterval: 120_000,
  });
});

test('reads what is given', () => {
  const { eventHubs, remarks } = parseEventHubs({
    maxEventBatchSize: 500,
    minEventBatchSize: 50,
    maxWaitTime: '00:00:05',
    enableCheckpointing: false,
    initialOffsetOptions: { type: 'fromEnqueuedTime', enqueuedTimeUtc: '2026-11-20T10:00:00Z' },
  });

  expect(eventHubs).toMatchObject({
    maxEventBatchSize: 500,
    minEventBatchSize: 50,
    maxWaitTime: 5_000,
    enableCheckpointing: false,
    initialOffsetOptions: { type: 'fromEnqueuedTime', enqueuedTimeUtc: new Date('2026-11-20T10:00:00Z') },
  });
  expect(remarks).toEqual([]);
});

test('remarks on what is not heeded', () => {
  const { remarks } = parseEventHubs({ maxBatchSize: 10, transportType: 'amqpWebSockets' });

  expect(remarks).toEqual([
    'host.json: extensions.eventHubs.maxBatchSize is no option of the Event Hubs extension.',
    'host.json: extensions.eventHubs.transportType is heeded by Azure only.',
  ]);
});

test('names every wrong value at once', () => {
  const wrong = { maxEventBatchSize: 0, maxWaitTime: '00:11:00', minEventBatchSize: 200 };

  expect(() => parseEventHubs(wrong)).toThrow(
    [
      'host.json: extensions.eventHubs.maxEventBatchSize is 0.',
      'host.json: extensions.eventHubs.maxWaitTime is "00:11:00".',
      'host.json: extensions.eventHubs.minEventBatchSize is greater than maxEventBatchSize.',
    ].join('\n'),
  );
});
