import { describe, expect, test } from 'vitest';
import { memoryTable } from '../local/memory-sinks.ts';
import { azureLedgerTable } from '../shared/azure/ledger-table.ts';
import { forgetExpired } from '../shared/azure/state-table.ts';
import type { LedgerTable } from '../shared/sinks.ts';
import { LONGEST_VALUE, tableState } from '../shared/category-functions/state.ts';
import { DAY } from '../shared/time.ts';
import { START } from './support/messages.ts';
import { azuriteTables } from './support/azurite-tables.ts';

const newTable = azuriteTables();

function stateOver(table: LedgerTable, { name = 'watchful', now = START } = {}) {
  return tableState(table, name, () => now);
}

function added(n: number): (kept?: number[]) => number[] {
  return (kept = []) => [...new Set([...kept, n])].toSorted((a, b) => a - b);
}

describe.each([
  { where: 'in memory', fresh: memoryTable as () => LedgerTable },
  { where: 'in Azurite', fresh: () => azureLedgerTable(newTable()) },
])('state $where', ({ fresh }) => {
  test('is kept by function and key', async () => {
    const table = fresh();
    const state = stateOver(table);

    expect(await state.read('a')).toBeUndefined();
    expect(await state.update('a', 1, added(1))).toEqual([1]);
    expect(await state.update('a', 1, added(2))).toEqual([1, 2]);

    expect(await state.read('a')).toEqual([1, 2]);
    expect(await state.read('b')).toBeUndefined();
    expect(await stateOver(table, { name: 'other' }).read('a')).toBeUndefined();
  });

  test('takes keys of any kind and length', async () => {
    const state = stateOver(fresh());
    const keys = ['', '/\\#?%\t\n', 'x'.repeat(1_000_000), '\uD800'];

    for (const [i, key] of keys.entries()) await state.update(key, 1, () => i);

    expect(await Promise.all(keys.map((key) => state.read(key)))).toEqual([0, 1, 2, 3]);
  });

  test('loses nothing where instances write at once', async () => {
    const table = fresh();
    const numbers = Array.from({ length: 12 }, (_, n) => n);

    await Promise.all(numbers.map((n) => stateOver(table).update('a', 1, added(n))));

    expect(await stateOver(table).read('a')).toEqual(numbers);
  });

  test('has expired after its days, and begins anew', async () => {
    const table = fresh();
    await stateOver(table).update('a', 2, added(1));

    expect(await stateOver(table, { now: START + 2 * DAY - 1 }).read('a')).toEqual([1]);
    expect(await stateOver(table, { now: START + 2 * DAY }).read('a')).toBeUndefined();
    expect(await stateOver(table, { now: START + 2 * DAY }).update('a', 2, added(2))).toEqual([2]);
  });

  test('stays for as long as it is asked for', async () => {
    const table = fresh();

    for (const days of [0, 1.5, 3, 4.5])
      await stateOver(table, { now: START + days * DAY }).update('a', 2, added(1));

    expect(await stateOver(table, { now: START + 6 * DAY }).read('a')).toEqual([1]);
  });

  test('of more than a row can take is refused', async () => {
    const state = stateOver(fresh());

    await expect(state.update('a', 1, () => 'x'.repeat(LONGEST_VALUE))).rejects.toThrow(
      'watchful keeps 32002',
    );
    expect(await state.read('a')).toBeUndefined();
  });
});

test('what changes nothing writes nothing', async () => {
  const table = memoryTable();
  await stateOver(table).update('a', 2, added(1));
  const before = [...table.rows.values()].flat();

  await stateOver(table).update('a', 2, added(1));

  expect([...table.rows.values()].flat()).toEqual(before);
});

test('a row is written at once from what is remembered of it, and read where that does not hold', async () => {
  const table = memoryTable();
  const asked: string[] = [];
  const watched: LedgerTable = {
    ...table,
    get: (...address) => {
      asked.push('get');
      return table.get(...address);
    },
    transact: async (...writes) => {
      const outcome = await table.transact(...writes);
      asked.push(outcome === 'changed' ? 'changed' : 'written');
      return outcome;
    },
  };
  const state = stateOver(watched);

  await state.update('a', 1, added(1));
  await state.update('a', 1, added(2));
  expect(asked.splice(0)).toEqual(['written', 'written']);

  await stateOver(watched).update('a', 1, added(3));
  expect(asked.splice(0)).toEqual(['changed', 'get', 'written']);

  expect(await state.update('a', 1, added(4))).toEqual([1, 2, 3, 4]);
  expect(asked.splice(0)).toEqual(['changed', 'get', 'written']);

  expect(await state.update('a', 1, added(1))).toEqual([1, 2, 3, 4]);
  expect(asked).toEqual(['get']);
});

test('a row that keeps changing is given up on', async () => {
  const table = memoryTable();
  const contended = { ...table, transact: () => Promise.resolve('changed' as const) };

  await expect(stateOver(contended).update('a', 1, added(1))).rejects.toMatchObject({
    code: 'state-contended',
  });
});

describe('forgetting', () => {
  test('deletes what has expired, and nothing else', async () => {
    const client = newTable();
    const state = stateOver(azureLedgerTable(client));
    for (let n = 0; n < 30; n++) await state.update(`short ${n}`, 1, added(n));
    await state.update('long', 3, added(1));

    expect(await forgetExpired(client, START + 2 * DAY)).toBe(30);

    expect(await state.read('long')).toEqual([1]);
    expect(await forgetExpired(client, START + 2 * DAY)).toBe(0);
  });

  test('leaves what somebody has written to since', async () => {
    const client = newTable();
    const state = stateOver(azureLedgerTable(client));
    await state.update('a', 1, added(1));
    const deleteEntity = client.deleteEntity.bind(client);
    client.deleteEntity = async (...args) => {
      await stateOver(azureLedgerTable(client), { now: START + 2 * DAY }).update('a', 1, added(2));
      return deleteEntity(...args);
    };

    expect(await forgetExpired(client, START + 2 * DAY)).toBe(0);

    expect(await stateOver(azureLedgerTable(client), { now: START + 2 * DAY }).read('a')).toEqual([2]);
  });

  test('of a table that is not there is nothing', async () => {
    expect(await forgetExpired(newTable(), START)).toBe(0);
  });
});
