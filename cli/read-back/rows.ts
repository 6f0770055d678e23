import { TableClient } from '@azure/data-tables';
import { storageFailure } from '../../shared/azure/storage-error.ts';
import type { Entity, EntityValue } from '../../shared/sinks.ts';

export interface Row extends Entity {
  readonly partitionKey: string;
}

/** The rows of a table that a filter lets through; none where there is no such table. */
export async function* rowsOf(connectionString: string, table: string, filter?: string): AsyncGenerator<Row> {
  const client = TableClient.fromConnectionString(connectionString, table, { allowInsecureConnection: true });
  const queryOptions = filter === undefined ? {} : { filter };
  try {
    for await (const { partitionKey = '', rowKey = '', etag, ...values } of client.listEntities<Values>({
      queryOptions,
    }))
      yield { partitionKey, rowKey, etag, values };
  } catch (error) {
    if (storageFailure(error)?.code !== 'TableNotFound') throw error;
  }
}

type Values = Record<string, EntityValue>;
