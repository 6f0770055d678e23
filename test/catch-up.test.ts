import { expect, test } from 'vitest';
import { createBacklogRows } from '../shared/pass-on/backlog.ts';
import { catchUp } from '../shared/pass-on/catch-up.ts';
import type { CatchUpDeps } from '../shared/pass-on/catch-up.ts';
import { SluiceError } from '../shared/errors.ts';
import { createPartitionList } from '../shared/ledger/ledger-partitions.ts';
import { ingest } from '../shared/pipeline.ts';
import type { PipelineDeps } from '../shared/pipeline.ts';
import type { RecordsHub } from '../shared/sinks.ts';
import { depsOver, memorySinks } from './support/deps.ts';
import type { MemorySinks, Sinks } from './support/deps.ts';
import { envelopeOf, messagesOf, PARTITION, recordOf } from './support/messages.ts';
import { archived, headRow, sentOnce } from './support/read-back.ts';

const TWO_HUBS = { hub: '{category}', hubs: ['a', 'rest'], fallbackHub: 'rest' };

/** The records hub, but for the hubs that are down. */
function failing(hub: RecordsHub, isDown: IsDown): RecordsHub {
  return {
    maxMessageBytes: (name) => hub.maxMessageBytes(name),
    send: (name, partitionKey, messages) =>
      isDown(name)
        ? Promise.reject(new SluiceError('records-hub-refused', `${name} is down`, { retriable: true }))
        : hub.send(name, partitionKey, messages),
  };
}

type IsDown = (hub: string) => boolean;

const always: IsDown = () => true;
const never: IsDown = () => false;
const aAlone: IsDown = (hub) => hub === 'a';

/** Batches of one message with a record each of A and B, by an instance each. */
async function take(
  sinks: MemorySinks,
  numbers: readonly number[],
  isDown = never,
  overrides: Partial<PipelineDeps> = {},
): Promise<void> {
  for (const n of numbers) {
    const deps = depsOver({ ...sinks, recordsHub: failing(sinks.recordsHub, isDown) }, overrides);
    const body = envelopeOf(recordOf('A', { n }), recordOf('B', { n }));
    await ingest({ partition: PARTITION, messages: messagesOf([body], { first: n }) }, deps);
    await ingest({ partition: PARTITION, messages: [] }, deps);
  }
}

/** A call of the timer, in a process of its own. */
async function tick(
  sinks: Sinks,
  { isDown = never, ...overrides }: Partial<CatchUpDeps> & { isDown?: IsDown } = {},
): Promise<void> {
  await catchUp({
    ...depsOver({ ...sinks, recordsHub: failing(sinks.recordsHub, isDown) }, overrides),
    partitions: createPartitionList(sinks.table),
    backlog: createBacklogRows(sinks.table),
    bytesPerSecond: 1e9,
    until: Number.POSITIVE_INFINITY,
    sleep: () => Promise.resolve(),
    ...overrides,
  });
}

function backlogRows(sinks: MemorySinks): number {
  const rows = [...sinks.table.rows.values()].flat();
  return rows.filter(({ rowKey }) => rowKey.startsWith('backlog-')).length;
}

/** What has arrived of a category, in order, each record at its first time. */
function arrived(sinks: MemorySinks, category: string): number[] {
  const records = sentOnce(sinks).map(({ text }) => JSON.parse(text) as { category: string; n: number });
  return records.filter((record) => record.category === category).map(({ n }) => n);
}

test('a hub that is down stops nothing: the archive is the buffer, and what waited is passed on in order', async () => {
  const sinks = memorySinks();
  await take(sinks, [0]);
  await take(sinks, [1, 2, 3], always);
  // The hub is back, but what is new comes after what waits.
  await take(sinks, [4, 5]);

  expect(archived(sinks)).toHaveLength(12);
  expect(arrived(sinks, 'A')).toEqual([0]);
  expect(headRow(sinks).backlog).toMatchObject({ hubs: ['records'] });

  await tick(sinks);
  await take(sinks, [6]);

  for (const category of ['A', 'B']) expect(arrived(sinks, category)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(backlogRows(sinks)).toBe(0);
  expect(headRow(sinks).backlog?.hubs).toEqual([]);
});

test('is asked for the hubs that are behind alone: the others get theirs at once', async () => {
  const sinks = memorySinks();
  const routes = { routes: TWO_HUBS };

  await take(sinks, [0, 1], aAlone, routes);

  expect([arrived(sinks, 'A'), arrived(sinks, 'B')]).toEqual([[], [0, 1]]);
  expect(headRow(sinks).backlog?.hubs).toEqual(['a']);
  await tick(sinks, { ...routes, isDown: aAlone });
  expect(arrived(sinks, 'A')).toEqual([]);
  await tick(sinks, routes);
  expect([arrived(sinks, 'A'), arrived(sinks, 'B')]).toEqual([
    [0, 1],
    [0, 1],
  ]);
});

test('one of two hubs that is back first is caught up with, and the other still waits', async () => {
  const sinks = memorySinks();
  const routes = { routes: TWO_HUBS };
  await take(sinks, [0, 1, 2], always, routes);

  await tick(sinks, { ...routes, isDown: aAlone });

  expect([arrived(sinks, 'A'), arrived(sinks, 'B')]).toEqual([[], [0, 1, 2]]);
  expect(headRow(sinks).backlog?.hubs).toEqual(['a']);
  await take(sinks, [3], never, routes);
  expect([arrived(sinks, 'A'), arrived(sinks, 'B')]).toEqual([[], [0, 1, 2, 3]]);
  await tick(sinks, routes);
  expect(arrived(sinks, 'A')).toEqual([0, 1, 2, 3]);
});

test('a hub that goes down again in the middle keeps the rest waiting, in order', async () => {
  const sinks = memorySinks();
  await take(sinks, [0, 1, 2, 3], always);
  let sends = 0;

  await tick(sinks, { isDown: () => ++sends > 3 });

  expect(arrived(sinks, 'A').length + arrived(sinks, 'B').length).toBe(3);
  await take(sinks, [4]);
  await tick(sinks);
  for (const category of ['A', 'B']) expect(arrived(sinks, category)).toEqual([0, 1, 2, 3, 4]);
});

test('a batch that is decided while the last of the backlog is passed on comes after it', async () => {
  const sinks = memorySinks();
  await take(sinks, [0, 1], always);
  let raced = 0;
  const table = {
    ...sinks.table,
    // Between the look at the empty backlog and the note that all is done.
    transact: async (...args: Parameters<typeof sinks.table.transact>) => {
      if (args[1].some(({ rowKey }) => rowKey === 'head') && raced++ === 0) await take(sinks, [2]);
      return sinks.table.transact(...args);
    },
  };

  await tick({ ...sinks, table });

  expect(raced).toBeGreaterThan(1);
  for (const category of ['A', 'B']) expect(arrived(sinks, category)).toEqual([0, 1, 2]);
  expect(headRow(sinks).backlog?.hubs).toEqual([]);
});

test('the last decision, which nobody has carried out yet, is committed before it is passed on', async () => {
  const sinks = memorySinks();
  await take(sinks, [0], always);
  const store = { ...sinks.store, commit: () => Promise.reject(new Error('storage is down')) };
  await expect(take({ ...sinks, store }, [1], always)).rejects.toThrow('storage is down');
  expect(archived(sinks)).toHaveLength(2);

  await tick(sinks);

  expect(archived(sinks)).toHaveLength(4);
  expect(arrived(sinks, 'A')).toEqual([0, 1]);
});

test('a decision that is made between the look at the head and that at the rows is not taken for one that has expired', async () => {
  const sinks = memorySinks();
  await take(sinks, [0], always);
  const store = { ...sinks.store, commit: () => Promise.reject(new Error('storage is down')) };
  let looks = 0;
  const table = {
    ...sinks.table,
    async *query(...args: Parameters<typeof sinks.table.query>) {
      if (args[1] === 'backlog-' && looks++ === 0)
        await take({ ...sinks, store }, [1]).catch(() => undefined);
      yield* sinks.table.query(...args);
    },
  };

  await tick({ ...sinks, table });

  for (const category of ['A', 'B']) expect(arrived(sinks, category)).toEqual([0, 1]);
  expect(backlogRows(sinks)).toBe(0);
});

test('numbers of rows are never used again, so that who comes late deletes none that he has not sent', async () => {
  const sinks = memorySinks();
  await take(sinks, [0], always);
  await tick(sinks);
  const { next } = headRow(sinks).backlog ?? { next: 0 };

  await take(sinks, [1], always);

  expect(next).toBe(2);
  expect(headRow(sinks).backlog?.next).toBe(3);
});

test('what has expired before the hub was back holds nothing up, and is told', async () => {
  const sinks = memorySinks();
  await take(sinks, [0, 1], always);
  const store = {
    ...sinks.store,
    state: () => Promise.resolve({ etag: undefined, blocks: [], metadata: {} }),
    commit: () => Promise.resolve('block-missing' as const),
  };
  const told: string[] = [];

  await tick({ ...sinks, store }, { log: (level, message) => told.push(`${level}: ${message}`) });

  expect(backlogRows(sinks)).toBe(0);
  expect(
    told.filter((line) => /^error: The block .* is gone from archive\/unknown\/A\//.test(line)),
  ).toHaveLength(2);
});

test('keeps to the rate, and to its time', async () => {
  const sinks = memorySinks();
  await take(sinks, [0, 1, 2, 3], always);
  let now = 0;
  const sleep = (milliseconds: number): Promise<void> => {
    now += milliseconds;
    return Promise.resolve();
  };

  await tick(sinks, { bytesPerSecond: 1_000, now: () => now, sleep, until: 600 });

  const bytes = (from: number): number =>
    sinks.recordsHub.sent.slice(from).reduce((sum, { message }) => sum + message.body.length, 0);
  expect(now).toBeGreaterThan(bytes(0) - bytes(sinks.recordsHub.sent.length - 1));
  expect(backlogRows(sinks)).toBeGreaterThan(0);
  expect(backlogRows(sinks)).toBeLessThan(4);
});

test('a partition that cannot be read holds up no other, and fails the call', async () => {
  const sinks = memorySinks();
  const other = { ...PARTITION, id: '1' };
  await take(sinks, [0], always);
  const deps = depsOver({ ...sinks, recordsHub: failing(sinks.recordsHub, always) });
  await ingest({ partition: other, messages: messagesOf([recordOf('C', { n: 9 })]) }, deps);
  await ingest({ partition: other, messages: [] }, deps);
  let reads = 0;
  const table = {
    ...sinks.table,
    get: (...args: Parameters<typeof sinks.table.get>) =>
      ++reads === 1 ? Promise.reject(new Error('no answer')) : sinks.table.get(...args),
  };

  await expect(tick({ ...sinks, table })).rejects.toThrow('Partitions that could not be caught up with: 1.');

  expect(sentOnce(sinks)).toHaveLength(1);
});
