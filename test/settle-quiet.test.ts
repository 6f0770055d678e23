import { expect, test } from 'vitest';
import { ingest } from '../shared/pipeline.ts';
import type { Partition } from '../shared/message.ts';
import { createSettleQuiet } from '../shared/settle-quiet.ts';
import type { SettleQuiet } from '../shared/settle-quiet.ts';
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

/** A call of the timer; `sinks` as it sees them. */
function tick(settleQuiet: SettleQuiet, sinks: Sinks): Promise<void> {
  return settleQuiet(depsOver(sinks));
}

function isOpen(sinks: MemorySinks, partition = PARTITION): boolean {
  return headRow(sinks, partition).plan !== undefined;
}

test('a partition is quiet when it has the same plan twice; its plan is closed', async () => {
  const sinks = memorySinks();
  const settleQuiet = createSettleQuiet();
  await take(sinks, 0);

  await tick(settleQuiet, sinks);
  expect(isOpen(sinks)).toBe(true);
  await tick(settleQuiet, sinks);

  expect(isOpen(sinks)).toBe(false);
  expect(archived(sinks)).toHaveLength(1);
});

test('a busy one is left alone', async () => {
  const sinks = memorySinks();
  const settleQuiet = createSettleQuiet();

  for (const first of [0, 1, 2]) {
    await take(sinks, first);
    await tick(settleQuiet, sinks);
    expect(isOpen(sinks)).toBe(true);
  }
});

test('what an instance had decided on when it died is carried out', async () => {
  const sinks = memorySinks();
  const settleQuiet = createSettleQuiet();
  const dying = intercept(sinks, faulty({ kind: 'before', at: 1, count: Infinity, name: 'commit' }).via);
  await expect(take(dying, 0)).rejects.toThrow(InjectedFault);
  expect(archived(sinks)).toEqual([]);

  await tick(settleQuiet, sinks);
  await tick(settleQuiet, sinks);

  expect(archived(sinks)).toHaveLength(1);
  expect(sentRecords(sinks).map(({ text }) => text)).toEqual(archived(sinks));
  expect(isOpen(sinks)).toBe(false);
});

test('a batch that comes right between is not undone', async () => {
  const sinks = memorySinks();
  const settleQuiet = createSettleQuiet();
  await take(sinks, 0);
  await tick(settleQuiet, sinks);
  const racing = intercept(sinks, async (name, request) => {
    if (name === 'transact') await take(sinks, 1);
    return request();
  });

  await tick(settleQuiet, racing);

  expect(isOpen(sinks)).toBe(true);
  expect(headRow(sinks).runs).toMatchObject([{ first: 0, last: 1 }]);
  expect(archived(sinks)).toHaveLength(2);
});

test('one that cannot be settled does not hold up the others, and is tried again', async () => {
  const sinks = memorySinks();
  const settleQuiet = createSettleQuiet();
  for (const partition of [PARTITION, OTHER]) await take(sinks, 0, partition);
  await tick(settleQuiet, sinks);

  const failing = intercept(sinks, faulty({ kind: 'before', at: 1, name: 'transact' }).via);
  await expect(tick(settleQuiet, failing)).rejects.toThrow('Plans that cannot be finished: 1.');
  expect([isOpen(sinks), isOpen(sinks, OTHER)]).toEqual([true, false]);
  await tick(settleQuiet, sinks);

  expect(isOpen(sinks)).toBe(false);
});

test('with nothing in the ledger there is nothing to do', async () => {
  const sinks = memorySinks();

  await tick(createSettleQuiet(), sinks);

  expect(sinks.table.rows.size).toBe(0);
});
