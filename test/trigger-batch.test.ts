import { describe, expect, test } from 'vitest';
import { InvocationContext } from '@azure/functions';
import { toBatch } from '../shared/azure/trigger-batch.ts';

const CONTEXT = {
  fullyQualifiedNamespace: 'Contoso.servicebus.windows.net',
  eventHubName: 'Logs',
  consumerGroup: '$Default',
  partitionId: '3',
};

/** What the host says of a message; times have no zone. */
function system(sequenceNumber: unknown, enqueuedTimeUtc: unknown = '2026-11-20T10:11:00.125') {
  return { sequenceNumber, offset: String(sequenceNumber), partitionKey: null, enqueuedTimeUtc };
}

function contextOf(triggerMetadata: Record<string, unknown>): InvocationContext {
  return new InvocationContext({ functionName: 'ingest', triggerMetadata });
}

function batchOf(bodies: readonly Buffer[], metadata: Record<string, unknown>) {
  const propertiesArray = bodies.map(() => ({}));
  return toBatch(bodies, contextOf({ partitionContext: CONTEXT, propertiesArray, ...metadata }));
}

const TWO = [Buffer.from('{"a":1}'), Buffer.alloc(0)];

test('bodies, empty ones too, with what the host says of each, and their partition in lower case', () => {
  const batch = batchOf(TWO, {
    systemPropertiesArray: [system(7), system(8, '2026-11-20T10:11:01')],
    propertiesArray: [{ source: 'entra' }, {}],
  });

  expect(batch).toEqual({
    partition: { namespace: 'contoso', hub: 'logs', id: '3' },
    messages: [
      {
        sequenceNumber: 7,
        enqueuedTime: Date.parse('2026-11-20T10:11:00.125Z'),
        body: TWO[0],
        properties: { source: 'entra' },
      },
      { sequenceNumber: 8, enqueuedTime: Date.parse('2026-11-20T10:11:01Z'), body: TWO[1], properties: {} },
    ],
  });
});

test('the arrays beside the system properties are not believed', () => {
  const { messages } = batchOf(TWO, {
    systemPropertiesArray: [system(7), system(8)],
    // Nulls and empty texts are left out of these, and numbers may come as pairs of halves.
    sequenceNumberArray: [{ low: 1, high: 0, unsigned: false }],
    offsetArray: [123],
    partitionKeyArray: [123],
    enqueuedTimeUtcArray: ['1970-01-01T00:00:00'],
  });

  expect(messages.map(({ sequenceNumber }) => sequenceNumber)).toEqual([7, 8]);
});

test('a replay names the dead letter that it repeats; what is no record id does not count', () => {
  const id = 'contoso/logs/3/2026-11-20T10:11:00.000Z/41/2';
  const { messages } = batchOf([Buffer.alloc(0), Buffer.alloc(0), Buffer.alloc(0)], {
    systemPropertiesArray: [system(7), system(8), system(9)],
    propertiesArray: [{ sluiceReplayOf: id }, { sluiceReplayOf: 'anything' }, { sluiceReplayOf: 1 }],
  });

  expect(messages.map(({ replayOf }) => replayOf)).toEqual([id, undefined, undefined]);
});

describe('times', () => {
  test.each([
    '2026-11-20T10:11:00',
    '2026-11-20T10:11:00Z',
    '2026-11-20T11:11:00+01:00',
    '2026-11-20T10:11:00.000',
  ])('%s is the same time everywhere', (time) => {
    const { messages } = batchOf([Buffer.alloc(0)], { systemPropertiesArray: [system(0, time)] });

    expect(messages[0]?.enqueuedTime).toBe(Date.parse('2026-11-20T10:11:00Z'));
  });

  test('of .NET have seven digits', () => {
    const systemPropertiesArray = [system(0, '2026-11-20T10:11:00.1234567')];

    const { messages } = batchOf([Buffer.alloc(0)], { systemPropertiesArray });

    expect(messages[0]?.enqueuedTime).toBe(Date.parse('2026-11-20T10:11:00.123Z'));
  });
});

test.each([0, 9007199254740991, '0', '9007199254740991'])('the sequence number %j', (number) => {
  const { messages } = batchOf([Buffer.alloc(0)], { systemPropertiesArray: [system(number)] });

  expect(messages[0]?.sequenceNumber).toBe(Number(number));
});

describe('metadata that does not fit is an Error', () => {
  const broken: unknown = expect.objectContaining({ code: 'trigger-metadata-broken' });
  const one = [Buffer.alloc(0)];

  test.each<unknown>([
    undefined,
    null,
    '',
    ' 1',
    '1.5',
    1.5,
    -1,
    '9007199254740993',
    true,
    { low: 1, high: 0 },
  ])('the sequence number %j', (number) => {
    expect(() => batchOf(one, { systemPropertiesArray: [system(number)] })).toThrow(broken);
  });

  test.each<unknown>([null, '', 'yesterday'])('the time %j', (time) => {
    expect(() => batchOf(one, { systemPropertiesArray: [system(0, time)] })).toThrow(broken);
  });

  test('no partition', () => {
    const systemPropertiesArray = [system(0)];

    expect(() => batchOf(one, { systemPropertiesArray, partitionContext: undefined })).toThrow(broken);
    expect(() => toBatch([], new InvocationContext())).toThrow(broken);
  });

  test.each([
    ['of none', {}],
    ['of fewer', { systemPropertiesArray: [system(0)] }],
    ['of more', { systemPropertiesArray: [system(0), system(1), system(2)] }],
    ['without properties', { systemPropertiesArray: [system(0), system(1)], propertiesArray: undefined }],
    ['with fewer properties', { systemPropertiesArray: [system(0), system(1)], propertiesArray: [{}] }],
  ])('%s', (_, metadata) => {
    expect(() => batchOf(TWO, metadata)).toThrow(broken);
  });
});
