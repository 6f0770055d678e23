import type { ReceivedEventData } from '@azure/event-hubs';
import { expect, test } from 'vitest';
import { toTriggerData } from '../../local/host/event-hub-data.ts';
import type { EventBinding } from '../../local/host/event-hub-data.ts';

const partition = {
  fullyQualifiedNamespace: 'ns',
  eventHubName: 'hub',
  consumerGroup: 'cg',
  partitionId: '0',
};
const text: EventBinding = { cardinality: 'many', binary: false, includeEmptyEntries: false };

function event(changes: Partial<ReceivedEventData>): ReceivedEventData {
  return {
    body: Buffer.from('body'),
    sequenceNumber: 7,
    offset: '700',
    enqueuedTimeUtc: new Date('2026-11-20T10:00:00.120Z'),
    partitionKey: null,
    getRawAmqpMessage: () => ({ body: undefined }),
    ...changes,
  };
}

function metadata(events: readonly ReceivedEventData[], key: string, binding = text): unknown {
  return toTriggerData(events, binding, partition, true).triggerMetadata[key];
}

test('empty bodies and keys are dropped, unless the app asks for them', () => {
  const events = [event({ partitionKey: 'a' }), event({ body: Buffer.alloc(0) }), event({ body: undefined })];
  const asked = { ...text, includeEmptyEntries: true };

  expect(toTriggerData(events, text, partition, true).input).toEqual({
    collectionString: { string: ['body'] },
  });
  expect(toTriggerData(events, asked, partition, true).input).toEqual({
    collectionString: { string: ['body', '', ''] },
  });
  expect(metadata(events, 'PartitionKeyArray')).toEqual({ collectionString: { string: ['a'] } });
  expect(metadata(events, 'PartitionKeyArray', asked)).toEqual({
    collectionString: { string: ['a', '', ''] },
  });
});

test.each([
  ['2026-11-20T10:00:00.120Z', '2026-11-20T10:00:00.12'],
  ['2026-11-20T10:00:00.000Z', '2026-11-20T10:00:00'],
  ['2026-11-20T10:00:10.005Z', '2026-11-20T10:00:10.005'],
])('the enqueued time %s is written %s', (time, written) => {
  const events = [event({ enqueuedTimeUtc: new Date(time) })];

  expect(metadata(events, 'EnqueuedTimeUtcArray')).toEqual({ json: JSON.stringify([written]) });
});

test('system properties are named as AMQP names them, and binary values are base64', () => {
  const events = [event({ systemProperties: { messageId: 'm', 'x-opt-custom': Buffer.from([1, 2]) } })];

  expect(metadata(events, 'SystemPropertiesArray')).toEqual({
    json: JSON.stringify([
      {
        'message-id': 'm',
        'x-opt-custom': 'AQI=',
        'x-opt-sequence-number': 7,
        'x-opt-offset': '700',
        'x-opt-enqueued-time': '2026-11-20T10:00:00.120Z',
        SequenceNumber: 7,
        Offset: '700',
        PartitionKey: null,
        EnqueuedTimeUtc: '2026-11-20T10:00:00.12',
      },
    ]),
  });
});

test('a body that is no data section cannot be handed over', () => {
  expect(() => toTriggerData([event({ body: 5 })], text, partition, true)).toThrow('AMQP value or sequence');
});
