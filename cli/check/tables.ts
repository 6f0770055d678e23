import { randomUUID } from 'node:crypto';
import type { TableClient } from '@azure/data-tables';
import { ALERTS_TABLE } from '../../shared/azure/alerts.ts';
import { tableClient } from '../../shared/azure/clients.ts';
import { LEDGER_TABLE } from '../../shared/azure/ledger-table.ts';
import { storageFailure } from '../../shared/azure/storage-error.ts';
import type { Connection } from '../../shared/settings/connection.ts';
import { NotMade } from '../connection-failure.ts';
import type { Attempt } from '../connection-failure.ts';
import { openTarget } from './target.ts';
import type { Checked } from './target.ts';

export const CHECKED_TABLES = [LEDGER_TABLE, ALERTS_TABLE];

/** No source-hub partition and no function is called that. */
const PROBE_KEY = 'sluice-check';

const TABLE_ROLE = 'the role Storage Table Data Contributor';

/** Writes a row, reads it and deletes it. A table that is missing is made, as the app would have made it. */
export async function checkTable(table: string, connection: Connection, limit: number): Promise<Checked> {
  const target = openTarget(`table ${table}`, connection.setting, limit);
  const attempt: Attempt = {
    connection,
    service: 'tables',
    thing: `table ${table}`,
    right: TABLE_ROLE,
  };
  const client = tableClient(connection, table, { retryOptions: { maxRetries: 2, retryDelayInMs: 300 } });
  const row = { partitionKey: PROBE_KEY, rowKey: randomUUID() };
  if (!(await target.try('write', attempt, (signal) => writeOrMake(client, row, signal)))) return target;
  const { partitionKey, rowKey } = row;
  await target.try('read', attempt, async (abortSignal) => {
    await client.getEntity(partitionKey, rowKey, { abortSignal });
    return undefined;
  });
  await target.try('delete', attempt, async (abortSignal) => {
    await client.deleteEntity(partitionKey, rowKey, { abortSignal });
    return undefined;
  });
  return target;
}

async function writeOrMake(
  client: TableClient,
  row: { readonly partitionKey: string; readonly rowKey: string },
  abortSignal: AbortSignal,
): Promise<string | undefined> {
  try {
    await client.createEntity(row, { abortSignal });
    return undefined;
  } catch (error) {
    if (storageFailure(error)?.code !== 'TableNotFound') throw error;
  }
  try {
    await client.createTable({ abortSignal });
  } catch (error) {
    throw new NotMade('missing-table', TABLE_ROLE, error);
  }
  await client.createEntity(row, { abortSignal });
  return 'it was missing, and has been made, as the app would have';
}
