import { odata } from '@azure/data-tables';
import type { TableClient, TableEntityResult, TransactionAction } from '@azure/data-tables';
import type { SluiceError } from '../errors.ts';
import type { Entity, EntityValue, EntityWrite, LedgerTable } from '../sinks.ts';
import { storageFailure, storageRefused } from './storage-error.ts';

export const LEDGER_TABLE = 'ledger';

type Row = TableEntityResult<Record<string, unknown>>;

/** A table of the ledger account. It is made where it is missing. */
export function azureLedgerTable(client: TableClient): LedgerTable {
  async function get(partitionKey: string, rowKey: string): Promise<Entity | undefined> {
    try {
      return toEntity(await client.getEntity(partitionKey, rowKey));
    } catch (error) {
      if (storageFailure(error)?.status === 404) return undefined;
      throw refused('Reading', error);
    }
  }

  async function* query(
    partitionKey: string,
    from: string,
    to: string,
    columns?: readonly string[],
  ): AsyncGenerator<Entity> {
    const filter = odata`PartitionKey eq ${partitionKey} and RowKey ge ${from} and RowKey lt ${to}`;
    const queryOptions = columns ? { filter, select: ['rowKey', ...columns] } : { filter };
    try {
      for await (const row of client.listEntities({ queryOptions })) yield toEntity(row);
    } catch (error) {
      if (storageFailure(error)?.code !== 'TableNotFound') throw refused('Querying', error);
    }
  }

  async function transact(
    partitionKey: string,
    writes: readonly EntityWrite[],
  ): Promise<readonly string[] | 'changed'> {
    const actions = writes.map((write) => toAction(partitionKey, write));
    try {
      return await submit(actions);
    } catch (error) {
      const failure = storageFailure(error);
      if (failure?.code === 'TableNotFound') {
        await client.createTable();
        return transact(partitionKey, writes);
      }
      // 409 EntityAlreadyExists, 412 UpdateConditionNotSatisfied; 404 ResourceNotFound: a row to be replaced is not there any more.
      const { status = 0 } = failure ?? {};
      if (status === 409 || status === 412 || status === 404) return 'changed';
      throw refused('Writing', error);
    }
  }

  async function submit(actions: TransactionAction[]): Promise<readonly string[]> {
    const { subResponses } = await client.submitTransaction(actions);
    return subResponses.map(({ etag }, i) => {
      if (etag === undefined && actions[i]?.[0] !== 'delete')
        throw new Error('No ETag came back from a transaction of the ledger.');
      return etag ?? '';
    });
  }

  function refused(what: string, error: unknown): SluiceError {
    return storageRefused(`${what} the table '${client.tableName}'`, error);
  }

  return { get, query, transact };
}

function toAction(partitionKey: string, write: EntityWrite): TransactionAction {
  const { rowKey } = write;
  if ('delete' in write) return ['delete', { partitionKey, rowKey }];
  const { ifMatch, values } = write;
  const entity = { partitionKey, rowKey, ...values };
  return ifMatch === undefined ? ['create', entity] : ['update', entity, 'Replace', { etag: ifMatch }];
}

const NOT_VALUES = new Set(['odata.metadata', 'partitionKey', 'rowKey', 'etag', 'timestamp']);

function toEntity(row: Row): Entity {
  const values: Record<string, EntityValue> = {};
  for (const [name, value] of Object.entries(row))
    // A column that was asked for and that a row does not have comes as null.
    if (!NOT_VALUES.has(name) && value !== null) values[name] = value as EntityValue;
  return { rowKey: row.rowKey ?? '', etag: row.etag, values };
}
