import { randomUUID } from 'node:crypto';
import { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startStorage } from '../local/storage/azurite.ts';
import type { Storage } from '../local/storage/azurite.ts';
import type { Alert } from '../shared/alert.ts';
import { tableAlerts } from '../shared/azure/alerts.ts';
import { categoryRecord } from '../shared/category-record.ts';
import type { CategoryRecord } from '../shared/category-record.ts';

const ALERT: Alert = { title: 'Sign-in of high risk', severity: 'high' };

let storage: Storage;

beforeAll(async () => {
  storage = await startStorage();
});

afterAll(() => storage.close());

/** A table of its own, which does not exist yet. */
function newTable(): TableClient {
  const name = `t${randomUUID().replaceAll('-', '')}`;
  return TableClient.fromConnectionString(storage.connectionString, name, { allowInsecureConnection: true });
}

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

test('texts longer than a row can take are cut', async () => {
  const table = newTable();
  const long = 'é'.repeat(100_000);

  await tableAlerts(table).raise('risky', recordOf('id/0', undefined, JSON.stringify({ long })), {
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
