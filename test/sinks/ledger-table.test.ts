import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memoryTable } from '../../local/memory-sinks.ts';
import type { Entity, EntityWrite, LedgerTable } from '../../shared/sinks.ts';
import { azuriteSinks } from './azurite.ts';
import type { AzuriteSinks } from './azurite.ts';

const KEY = 'contoso~logs~0';

let azurite: AzuriteSinks;
beforeAll(async () => {
  azurite = await azuriteSinks();
});
afterAll(() => azurite.close());

let tableNo = 0;

function create(rowKey: string, values: Entity['values'] = {}): EntityWrite {
  return { rowKey, ifMatch: undefined, values };
}

async function collect(rows: AsyncIterable<Entity>): Promise<Entity[]> {
  const found: Entity[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

async function rowsOf(table: LedgerTable, from = '', to = '~'): Promise<Entity[]> {
  return collect(table.query(KEY, from, to));
}

async function etagOf(table: LedgerTable, rowKey: string): Promise<string> {
  const row = await table.get(KEY, rowKey);
  if (!row) throw new Error(`no row ${rowKey}`);
  return row.etag;
}

describe.each([
  { name: 'in memory', fresh: () => memoryTable() },
  { name: 'in Azurite', fresh: () => azurite.table(`ledger${++tableNo}`) },
])('a ledger table $name', ({ fresh }) => {
  test('has no rows before it is made', async () => {
    const table = fresh();

    expect(await table.get(KEY, 'head')).toBeUndefined();
    expect(await rowsOf(table)).toEqual([]);
  });

  test('is made by the first transaction', async () => {
    const table = fresh();

    const etags = await table.transact(KEY, [create('head', { a: 1 })]);

    expect(etags).toEqual([await etagOf(table, 'head')]);
  });

  test('knows nothing of a missing row', async () => {
    const table = fresh();
    await table.transact(KEY, [create('head')]);

    expect(await table.get(KEY, 'other')).toBeUndefined();
    expect(await table.get('contoso~logs~1', 'head')).toBeUndefined();
  });

  test('gives values back as they were, and nothing else', async () => {
    const table = fresh();
    const values = {
      one: 1,
      negative: -5,
      half: 0.5,
      beyondInt32: 2 ** 31 + 5,
      time: Date.parse('2026-11-20T10:11:12.345Z'),
      largest: Number.MAX_SAFE_INTEGER,
      yes: true,
      no: false,
      empty: '',
      digits: '0123',
      date: '2026-11-20T10:11:12.345Z',
      quoted: `it's "quoted" \\ ~`,
      wide: 'Ünïcödé 🦉',
      long: 'é'.repeat(32_000),
    };

    await table.transact(KEY, [create('head', values)]);

    const row = await table.get(KEY, 'head');
    expect(row).toEqual({ rowKey: 'head', etag: expect.any(String) as string, values });
    expect(await rowsOf(table)).toEqual([row]);
  });

  test('gives the columns that are asked for, and no other', async () => {
    const table = fresh();
    await table.transact(KEY, [create('a', { one: 1, two: 2, blocks: 'x' }), create('b', { two: 3 })]);

    const rows = await collect(table.query(KEY, '', '~', ['one', 'two', 'three']));

    expect(rows.map(({ rowKey, values }) => [rowKey, values])).toEqual([
      ['a', { one: 1, two: 2 }],
      ['b', { two: 3 }],
    ]);
  });

  test('says `changed` to the creation of a row that is there, and leaves it', async () => {
    const table = fresh();
    await table.transact(KEY, [create('head', { a: 1 })]);

    expect(await table.transact(KEY, [create('head', { a: 2 })])).toBe('changed');
    expect((await table.get(KEY, 'head'))?.values).toEqual({ a: 1 });
  });

  test('replaces a row that is as expected, values that are not written again included', async () => {
    const table = fresh();
    await table.transact(KEY, [create('head', { a: 1, b: 2 })]);
    const ifMatch = await etagOf(table, 'head');

    const etags = await table.transact(KEY, [{ rowKey: 'head', ifMatch, values: { a: 3 } }]);

    expect(etags).toEqual([await etagOf(table, 'head')]);
    expect(etags).not.toEqual([ifMatch]);
    expect((await table.get(KEY, 'head'))?.values).toEqual({ a: 3 });
  });

  test('says `changed` to an update that follows an older state', async () => {
    const table = fresh();
    await table.transact(KEY, [create('head', { a: 1 })]);
    const ifMatch = await etagOf(table, 'head');
    await table.transact(KEY, [{ rowKey: 'head', ifMatch, values: { a: 2 } }]);

    const outcome = await table.transact(KEY, [{ rowKey: 'head', ifMatch, values: { a: 3 } }]);

    expect(outcome).toBe('changed');
    expect((await table.get(KEY, 'head'))?.values).toEqual({ a: 2 });
  });

  test('says `changed` to an update of a row that is not there', async () => {
    const table = fresh();
    await table.transact(KEY, [create('head')]);
    const ifMatch = await etagOf(table, 'head');

    expect(await table.transact(KEY, [{ rowKey: 'other', ifMatch, values: {} }])).toBe('changed');
  });

  test.each([
    { case: 'the first row', stale: 0 },
    { case: 'the last row', stale: 2 },
  ])('writes all rows or none: $case is not as expected', async ({ stale }) => {
    const table = fresh();
    await table.transact(
      KEY,
      ['a', 'b', 'c'].map((rowKey) => create(rowKey, { n: 1 })),
    );
    const etags = await Promise.all(['a', 'b', 'c'].map((rowKey) => etagOf(table, rowKey)));
    const staleKey = ['a', 'b', 'c'][stale] ?? '';
    await table.transact(KEY, [{ rowKey: staleKey, ifMatch: etags[stale], values: { n: 1 } }]);

    const outcome = await table.transact(
      KEY,
      ['a', 'b', 'c']
        .map((rowKey, i) => ({ rowKey, ifMatch: etags[i], values: { n: 2 } }))
        .concat([{ rowKey: 'd', ifMatch: undefined, values: { n: 2 } }]),
    );

    expect(outcome).toBe('changed');
    expect((await rowsOf(table)).map(({ rowKey, values }) => [rowKey, values])).toEqual([
      ['a', { n: 1 }],
      ['b', { n: 1 }],
      ['c', { n: 1 }],
    ]);
  });

  test('deletes rows together with what else is written, or none where one is missing', async () => {
    const table = fresh();
    await table.transact(KEY, [create('head', { n: 1 }), create('backlog-1'), create('backlog-2')]);
    const ifMatch = await etagOf(table, 'head');

    const missing = await table.transact(KEY, [
      { rowKey: 'backlog-1', delete: true },
      { rowKey: 'backlog-3', delete: true },
    ]);
    const etags = await table.transact(KEY, [
      { rowKey: 'head', ifMatch, values: { n: 2 } },
      { rowKey: 'backlog-1', delete: true },
    ]);

    expect(missing).toBe('changed');
    expect(etags).toEqual([await etagOf(table, 'head'), '']);
    expect((await rowsOf(table)).map(({ rowKey }) => rowKey)).toEqual(['backlog-2', 'head']);
  });

  test('takes 100 rows in a transaction, created and replaced, with their ETags in order; and no more', async () => {
    const table = fresh();
    const keys = Array.from({ length: 100 }, (_, n) => `minute-${String(n).padStart(3, '0')}`);
    await table.transact(
      KEY,
      keys.slice(0, 40).map((rowKey) => create(rowKey)),
    );
    const before = new Map((await rowsOf(table)).map(({ rowKey, etag }) => [rowKey, etag]));

    const etags = await table.transact(
      KEY,
      keys.map((rowKey, n) => ({ rowKey, ifMatch: before.get(rowKey), values: { n } })),
    );

    const rows = await rowsOf(table);
    expect(rows.map(({ values }) => values['n'])).toEqual(keys.map((_, n) => n));
    expect(etags).toEqual(rows.map(({ etag }) => etag));
    await expect(
      table.transact(
        'other',
        Array.from({ length: 101 }, (_, n) => create(String(n))),
      ),
    ).rejects.toBeInstanceOf(Error);
  });

  test('finds rows in a range of keys, in their order, over more than a page of 1,000', async () => {
    const table = fresh();
    const keys = Array.from({ length: 1_300 }, (_, n) => `minute-${String(n).padStart(4, '0')}`);
    const scattered = keys.toSorted((a, b) => a.slice(-1).localeCompare(b.slice(-1)));
    await table.transact(KEY, [create('head'), create('lost-1')]);
    await table.transact('contoso~logs~00', [create('minute-0005')]);
    for (let at = 0; at < keys.length; at += 100) {
      await table.transact(
        KEY,
        scattered.slice(at, at + 100).map((rowKey) => create(rowKey)),
      );
    }

    const all = await rowsOf(table, 'minute-', 'minute-~');
    const some = await rowsOf(table, 'minute-0010', 'minute-0012');

    expect(all.map(({ rowKey }) => rowKey)).toEqual(keys);
    expect(some.map(({ rowKey }) => rowKey)).toEqual(['minute-0010', 'minute-0011']);
  });

  test('takes keys with quotes and spaces', async () => {
    const table = fresh();
    await table.transact("it's", [create('a b', { n: 1 })]);

    const rows = await collect(table.query("it's", 'a', 'b'));

    expect(rows.map(({ rowKey }) => rowKey)).toEqual(['a b']);
    expect((await table.get("it's", 'a b'))?.values).toEqual({ n: 1 });
  });
});
