import { expect, test } from 'vitest';
import { digestOf } from '../../cli/read-back/line-set.ts';
import type { HubMessage } from '../../cli/read-back/read-hub.ts';
import { createRecordsHubReader } from '../../cli/read-back/records-hub.ts';

function message(records: readonly string[], properties: HubMessage['properties'] = {}): HubMessage {
  const ids = JSON.stringify(records.map((_, i) => `id-${i}`));
  return {
    hub: 'records',
    partition: '0',
    sequenceNumber: 7,
    properties: {
      source: 'entra',
      category: 'SignInLogs',
      valid: true,
      count: records.length,
      recordIds: ids,
      ...properties,
    },
    body: Buffer.from(`{"records":[${records.join(',')}]}`),
  };
}

function reader() {
  return createRecordsHubReader(({ blob, line }) => Promise.resolve(Buffer.from(`${blob}:${line}`)));
}

test('takes the records out with their bytes, and counts a message that comes twice once', async () => {
  const { add, categories, faults } = reader();

  await add(message(['{"a" : 1}', '{"b":2}']));
  await add(message(['{"a" : 1}', '{"b":2}']));

  expect(categories.get('entra/SignInLogs')).toEqual({
    digests: new Map([
      ['id-0', digestOf(Buffer.from('{"a" : 1}'))],
      ['id-1', digestOf(Buffer.from('{"b":2}'))],
    ]),
    invalid: 0,
    salvaged: 0,
  });
  expect(faults).toEqual([]);
});

test('counts a record that is passed on as invalid once, too', async () => {
  const { add, categories } = reader();

  await add(message(['{}'], { valid: false }));
  await add(message(['{}'], { valid: false }));

  expect(categories.get('entra/SignInLogs')?.invalid).toBe(1);
});

test('follows a pointer into the archive', async () => {
  const { add, categories } = reader();
  const pointer = { container: 'archive', blob: 'some-blob', block: 'id', line: 3 };

  await add({ ...message(['{}'], { pointer: true }), body: Buffer.from(JSON.stringify({ pointer })) });

  expect([...(categories.get('entra/SignInLogs')?.digests.values() ?? [])]).toEqual([
    digestOf(Buffer.from('some-blob:3')),
  ]);
});

test('notices other bytes under the same id, and counts that do not fit', async () => {
  const { add, faults } = reader();

  await add(message(['{"a":1}']));
  await add(message(['{"a": 1}']));
  await add(message(['{"a": 1}'], { count: 2 }));

  expect(faults).toEqual([
    'Message 7 in partition 0 of the hub records holds the record id-0 with other bytes than before.',
    'Message 7 in partition 0 of the hub records holds 1 records, with 1 ids, and a count of 2.',
  ]);
});
