import type { AuditDeps } from '../../shared/audit/audit.ts';
import { azureArchiveReader } from '../../shared/azure/archive-reader.ts';
import { blobService, tableClient } from '../../shared/azure/clients.ts';
import { azureLedgerTable, LEDGER_TABLE } from '../../shared/azure/ledger-table.ts';
import type { Connection } from '../../shared/settings/connection.ts';
import { createPartitionList } from '../../shared/ledger/ledger-partitions.ts';
import type { Partition } from '../../shared/message.ts';
import type { Environment } from '../../shared/settings/settings.ts';
import { openSourceHubs } from './source-hubs.ts';

export interface OpenAudit extends AuditDeps {
  /** Those that the ledger knows. */
  readonly partitions: () => AsyncIterable<Partition>;
}

/** Opens everything that an audit reads for as long as `use` takes. `hubSettings` name the source hubs, if they are to be asked. */
export async function withAuditDeps<T>(
  { archive, ledger }: { readonly archive: Connection; readonly ledger: Connection },
  hubSettings: Environment | undefined,
  use: (deps: OpenAudit) => Promise<T>,
): Promise<T> {
  const table = azureLedgerTable(tableClient(ledger, LEDGER_TABLE));
  const hubs = hubSettings && openSourceHubs(hubSettings);
  try {
    return await use({
      table,
      hubs,
      archive: azureArchiveReader(blobService(archive)),
      partitions: () => createPartitionList(table).all(),
    });
  } finally {
    await hubs?.close();
  }
}
