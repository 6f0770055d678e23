import { TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { startStorage } from '../../local/storage/azurite.ts';
import { azureBlobStore } from '../../shared/azure/blob-store.ts';
import { azureLedgerTable } from '../../shared/azure/ledger-table.ts';
import type { BlobStore, LedgerTable } from '../../shared/sinks.ts';

export interface AzuriteSinks {
  readonly connectionString: string;
  readonly blobs: BlobServiceClient;
  /** A store over the whole account, which has no container yet. */
  readonly store: BlobStore;
  /** A table of that name, which is not made yet. */
  table(name: string): LedgerTable;
  close(): Promise<void>;
}

/** The adapters with the real SDKs over a storage of their own. */
export async function azuriteSinks(): Promise<AzuriteSinks> {
  const { connectionString, close } = await startStorage();
  const blobs = BlobServiceClient.fromConnectionString(connectionString);
  const table = (name: string): LedgerTable =>
    azureLedgerTable(
      TableClient.fromConnectionString(connectionString, name, { allowInsecureConnection: true }),
    );
  return { connectionString, blobs, store: azureBlobStore(blobs), table, close };
}
