import { TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { memoryRecordsHub } from '../../local/memory-sinks.ts';
import { startStorage } from '../../local/storage/azurite.ts';
import type { Storage } from '../../local/storage/azurite.ts';
import { azureBlobStore } from '../../shared/azure/blob-store.ts';
import { azureLedgerTable, LEDGER_TABLE } from '../../shared/azure/ledger-table.ts';
import type { Message, Partition } from '../../shared/message.ts';
import { ingest } from '../../shared/pipeline.ts';
import type { PipelineDeps } from '../../shared/pipeline.ts';
import { depsOver } from './deps.ts';
import type { Sinks } from './deps.ts';
import { PARTITION } from './messages.ts';

/** Storage that holds what the pipeline has made of messages, without an app. */
export interface Quarantine extends Storage {
  readonly blobs: BlobServiceClient;
  readonly sinks: Sinks;
  readonly take: (
    messages: readonly Message[],
    options?: Partial<PipelineDeps> & { readonly partition?: Partition },
  ) => Promise<void>;
}

export async function startQuarantine(): Promise<Quarantine> {
  const storage = await startStorage();
  const { connectionString } = storage;
  const blobs = BlobServiceClient.fromConnectionString(connectionString);
  const client = TableClient.fromConnectionString(connectionString, LEDGER_TABLE, {
    allowInsecureConnection: true,
  });
  const sinks = {
    store: azureBlobStore(blobs),
    table: azureLedgerTable(client),
    recordsHub: memoryRecordsHub(),
  };
  return {
    ...storage,
    blobs,
    sinks,
    take: (messages, { partition = PARTITION, ...overrides } = {}) =>
      ingest({ partition, messages }, depsOver(sinks, overrides)),
  };
}
