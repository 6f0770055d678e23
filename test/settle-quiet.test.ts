import { expect, test } from 'vitest';
import { ingest } from '../shared/pipeline.ts';
import type { Partition } from '../shared/message.ts';
import { createPartitionList } from '../shared/ledger/ledger-partitions.ts';
import { settleQuiet } from '../shared/settle-quiet.ts';
import { depsOver, memorySinks } from './support/deps.ts';
import type { MemorySinks, Sinks } from './support/deps.ts';
import { faulty, InjectedFault, intercept } from './support/intercept.ts';
import { messagesOf, PARTITION, recordOf } from './support/messages.ts';
import { archived, headRow, sentRecords } from './support/read-back.ts';

const OTHER: Partition = { ...PARTITION, id: '1' };

/** One message, by an instance that is gone afterwards. */
async function take(sinks: Sinks, first: number, partition = PARTITION): Promise<void> {
  const messages = messagesOf([recordOf('Some', { first, partition: partition.id })], { first });
  await ingest({ partition, messages }, depsOver(sinks));
}

/** A call of the timer, each in a process of its own; `sinks` as it sees them. */
function tick(sinks: Sinks): Promise<void> {
  return settleQuiet({ ...depsOver(sinks), partitions: createPartitionList(sinks.table) });
}

function isOpen(sinks: MemorySinks, partition = PARTITION): boolean {
  return headRow(sinks, partition).plan !== undefined;
}

test('a partition is quiet when it has the same plan twice; its plan is closed', async () => {
  const sinks = memorySinks();
  await take(sinks, 0);

  await tick(sinks);
  expect(isOpen(sinks)).toBe(true);
  await tick(sinks);

  expect(isOpen(sinks)).toBe(false);
  expect(archived(sinks)).toHaveLength(1);
});

test('a busy one is left alone', async () => {
  const sinks = memorySinks();

  for (const first of [0, 1, 2]) {
    await take(sinks, first);
    await tick(sinks);
    expect(isOpen(sinks)).toBe(true);
  }
});

test('what an instance had decided on when it died is carried out', async () => {
  const sinks = memorySinks();
  const dying = intercept(sinks, faulty({ kind: 'before', at: 1, count: Infinity, name: 'commit' }).via);
  await expect(take(dying, 0)).rejects.toThrow(InjectedFault);
  expect(archived(sinks)).toEqual([]);

  await tick(sinks);
  await tick(sinks);

  expect(archived(sinks)).toHaveLength(1);
  expect(sentRecords(sinks).map(({ text }) => text)).toEqual(archived(sinks));
  expect(isOpen(sinks)).toBe(false);
});

test('a batch that comes right between is not undone', async () => {
  const sinks = memorySinks();
  await take(sinks, 0);
  await tick(sinks);
  const racing = intercept(sinks, async (name, request) => {
    if (name === 'transact') await take(sinks, 1);
    return request();
  });

  await tick(racing);

  expect(isOpen(sinks)).toBe(true);
  expect(headRow(sinks).runs).toMatchObject([{ first: 0, last: 1 }]);
  expect(archived(sinks)).toHaveLength(2);
});

test('one that cannot be settled does not hold up the others, and is tried again', async () => {
  const sinks = memorySinks();
  for (const partition of [PARTITION, OTHER]) await take(sinks, 0, partition);
  await tick(sinks);

  const failing = intercept(sinks, faulty({ kind: 'before', at: 1, name: 'transact' }).via);
  await expect(tick(failing)).rejects.toThrow('Plans that cannot be finished: 1.');
  expect([isOpen(sinks), isOpen(sinks, OTHER)]).toEqual([true, false]);
  await tick(sinks);

  expect(isOpen(sinks)).toBe(false);
});

test('with nothing in the ledger there is nothing to do', async () => {
  const sinks = memorySinks();

  await tick(sinks);

  expect(sinks.table.rows.size).toBe(0);
});
