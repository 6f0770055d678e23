import { TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { startStorage } from '../../local/storage/azurite.ts';
import type { Storage } from '../../local/storage/azurite.ts';
import { azureBlobStore } from '../../shared/azure/blob-store.ts';
import { blobService } from '../../shared/azure/clients.ts';
import { azureLedgerTable } from '../../shared/azure/ledger-table.ts';
import { retentionParts } from '../../shared/azure/retention-parts.ts';
import type { RetentionConfig, RetentionParts } from '../../shared/azure/retention-parts.ts';
import type { Connection } from '../../shared/settings/connection.ts';
import type { Partition } from '../../shared/message.ts';
import { partitionKeyOf } from '../../shared/names.ts';
import type { BlobStore, Entity, LedgerTable } from '../../shared/sinks.ts';
import { startAnsweringProxy } from './answering-proxy.ts';
import type { AnsweringProxy } from './answering-proxy.ts';
import { PARTITION } from './messages.ts';

/** An account of its own for each test, and what the app deletes with. */
export interface RetentionSite extends RetentionParts {
  readonly service: BlobServiceClient;
  readonly store: BlobStore;
  /** A store of a process that knows nothing yet, with the proxy before the account. */
  readonly throughProxy: () => BlobStore;
  readonly table: LedgerTable;
  readonly log: readonly string[];
  readonly proxy: AnsweringProxy;
  readonly config: RetentionConfig;
  readonly names: () => Promise<string[]>;
  readonly tombstones: (partition?: Partition) => Promise<Entity[]>;
}

let storage: Storage;

/** Starts Azurite for a file of tests. */
export function useAzurite(): void {
  beforeAll(async () => {
    storage = await startStorage();
  });
  afterAll(() => storage.close());
}

const CONTAINERS = ['archive', 'dead-letter', 'pass-on', 'salvaged', 'others'];

export async function retentionSite(overrides: Partial<RetentionConfig> = {}): Promise<RetentionSite> {
  const proxy = await startAnsweringProxy(storage.blobEndpoint);
  const connectionString = storage.connectionString.replace(storage.blobEndpoint, proxy.url);
  const connection: Connection = { kind: 'connection-string', setting: 'Some', connectionString };
  const config: RetentionConfig = {
    retentionStorage: connection,
    ledgerStorage: connection,
    retention: { days: 30, exceptions: [] },
    deadLetterRetentionDays: 30,
    rules: [],
    tiers: [],
    ...overrides,
  };
  const log: string[] = [];
  const parts = retentionParts(config, (level, message) => log.push(`${level}: ${message}`));
  const service = BlobServiceClient.fromConnectionString(storage.connectionString);
  const client = TableClient.fromConnectionString(connectionString, 'ledger', {
    allowInsecureConnection: true,
  });
  const table = azureLedgerTable(client);
  await register(table, PARTITION);
  onTestFinished(async () => {
    for (const name of CONTAINERS) await service.getContainerClient(name).deleteIfExists();
    await client.deleteTable();
  });

  async function names(): Promise<string[]> {
    const found: string[] = [];
    for (const container of CONTAINERS) {
      const blobs = service.getContainerClient(container);
      if (!(await blobs.exists())) continue;
      for await (const { name } of blobs.listBlobsFlat()) found.push(`${container}/${name}`);
    }
    return found.toSorted();
  }

  async function tombstones(partition = PARTITION): Promise<Entity[]> {
    return allOf(table.query(partitionKeyOf(partition), 'gone-', 'gone.'));
  }

  const throughProxy = (): BlobStore => azureBlobStore(blobService(connection));
  const store = azureBlobStore(service);
  return { ...parts, service, store, throughProxy, table, log, proxy, config, names, tombstones };
}

/** As the ledger does before a partition's first decision. */
export async function register(table: LedgerTable, partition: Partition): Promise<void> {
  const { namespace, hub, id } = partition;
  const values = { namespace, hub, id };
  await table.transact('partitions', [{ rowKey: partitionKeyOf(partition), ifMatch: undefined, values }]);
}

export async function allOf<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}
