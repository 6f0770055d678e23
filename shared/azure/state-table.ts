import { odata } from '@azure/data-tables';
import type { TableClient } from '@azure/data-tables';
import pMap from 'p-map';
import { storageFailure } from './storage-error.ts';

export const STATE_TABLE = 'state';

const CONCURRENCY = 8;

/** Deletes the rows of the table that have expired, and says how many. One that somebody writes to meanwhile stays. */
export async function forgetExpired(client: TableClient, now: number): Promise<number> {
  const expired = odata`expires lt ${new Date(now).toISOString()}`;
  const rows = client.listEntities({
    queryOptions: { filter: expired, select: ['partitionKey', 'rowKey'] },
  });
  let forgotten = 0;
  try {
    await pMap(
      rows,
      async ({ partitionKey = '', rowKey = '', etag }) => {
        if (await remove(client, partitionKey, rowKey, etag)) forgotten++;
      },
      { concurrency: CONCURRENCY },
    );
  } catch (error) {
    if (storageFailure(error)?.code !== 'TableNotFound') throw error;
  }
  return forgotten;
}

async function remove(
  client: TableClient,
  partitionKey: string,
  rowKey: string,
  etag: string,
): Promise<boolean> {
  try {
    await client.deleteEntity(partitionKey, rowKey, { etag });
    return true;
  } catch (error) {
    // 412: it has changed since; 404: another instance was faster.
    const status = storageFailure(error)?.status;
    if (status === 412 || status === 404) return false;
    throw error;
  }
}
