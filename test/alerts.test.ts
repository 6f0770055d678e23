import type { TableClient } from '@azure/data-tables';
import { expect, test } from 'vitest';
import type { Alert } from '../shared/category-functions/alert.ts';
import { tableAlerts } from '../shared/azure/alerts.ts';
import { categoryRecord } from '../shared/category-record.ts';
import type { CategoryRecord } from '../shared/category-record.ts';
import { azuriteTables } from './support/azurite-tables.ts';

const ALERT: Alert = { title: 'Sign-in of high risk', severity: 'high' };

const newTable = azuriteTables();

async function rowsOf(table: TableClient): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for await (const row of table.listEntities()) rows.push(row);
  return rows;
}

function recordOf(id: string, key?: string, text = '{"a":1}'): CategoryRecord {
  return categoryRecord({ id, key, category: 'entra/SignInLogs', valid: true, bytes: Buffer.from(text) });
}

test('an alert is a row that says what, how bad, whom and which record', async () => {
  const table = newTable();
  const details = { ipAddress: '203.0.113.7', tries: 3, known: false, app: undefined };

  await tableAlerts(table).raise('risky', recordOf('id/0', 'key'), {
    ...ALERT,
    subject: 'ana@contoso.com',
    details,
  });

  expect(await rowsOf(table)).toMatchObject([
    {
      partitionKey: 'risky',
      title: 'Sign-in of high risk',
      severity: 'high',
      subject: 'ana@contoso.com',
      category: 'entra/SignInLogs',
      recordId: 'id/0',
      recordKey: 'key',
      details: '{"ipAddress":"203.0.113.7","tries":3,"known":false}',
      record: '{"a":1}',
    },
  ]);
});

test('a record raises one alert of a function, however often it comes', async () => {
  const table = newTable();
  const alerts = tableAlerts(table);

  for (const name of ['risky', 'other']) {
    await alerts.raise(name, recordOf('id/0', 'key'), ALERT);
    // The product itself has delivered it twice.
    await alerts.raise(name, recordOf('id/1', 'key'), ALERT);
    await alerts.raise(name, recordOf('id/2'), ALERT);
    await alerts.raise(name, recordOf('id/2'), ALERT);
  }

  const rows = await rowsOf(table);
  expect(
    rows.map(({ partitionKey, recordId }) => `${String(partitionKey)} ${String(recordId)}`).toSorted(),
  ).toEqual(['other id/1', 'other id/2', 'risky id/1', 'risky id/2']);
});

test('one for a cause grows, and names all records that caused it', async () => {
  const table = newTable();
  const alerts = tableAlerts(table);

  await alerts.raise('burst', recordOf('id/1', 'key 1'), {
    ...ALERT,
    cause: 'mia',
    records: ['id/0', 'id/1'],
  });
  const records = Array.from({ length: 500 }, (_, i) => `id/${i}`);
  const raised = await alerts.raise('burst', recordOf('id/2', 'key 2'), { ...ALERT, cause: 'mia', records });

  const rows = await rowsOf(table);
  expect(rows).toMatchObject([{ recordId: 'id/2', records: JSON.stringify(records.slice(0, 80)) }]);
  expect(raised).toMatchObject({ id: `burst/${String(rows[0]?.['rowKey'])}`, records: records.slice(0, 80) });
});

test('a webhook is told once, and again where it could not be', async () => {
  const table = newTable();
  const told: string[] = [];
  let isDown = true;
  const alerts = tableAlerts(table, async ({ id }) => {
    if (isDown) throw new Error('down');
    told.push(id);
  });

  const raised = await alerts.raise('risky', recordOf('id/0'), ALERT);
  await expect(alerts.notify(raised)).rejects.toThrow('down');
  isDown = false;
  await alerts.notify(raised);
  await alerts.notify(await alerts.raise('risky', recordOf('id/0'), ALERT));

  expect(told).toEqual([raised.id]);
  expect(await rowsOf(table)).toMatchObject([{ title: ALERT.title, notified: expect.any(String) as string }]);
});

test('texts longer than a row can take are cut', async () => {
  const table = newTable();
  const long = 'é'.repeat(100_000);

  await tableAlerts(table).raise('risky', recordOf('id/0', long, JSON.stringify({ long })), {
    title: long,
    severity: 'low',
    subject: long,
    details: { long },
  });

  const [row] = await rowsOf(table);
  expect(row).toMatchObject({
    subject: 'é'.repeat(1_024),
    details: JSON.stringify({ long: 'é'.repeat(1_024) }),
  });
});
