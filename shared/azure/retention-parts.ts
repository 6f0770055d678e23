import type { BlobServiceClient } from '@azure/storage-blob';
import { annotationsInPath } from '../retention/annotations-in-path.ts';
import { blobsInUse } from '../retention/blobs-in-use.ts';
import type { Config } from '../settings/config.ts';
import { createPartitionList } from '../ledger/ledger-partitions.ts';
import type { Log } from '../log.ts';
import { partitionKeys } from '../retention/partition-keys.ts';
import { leastDaysIn } from '../retention/least-days.ts';
import type { RetentionDeps } from '../retention/run.ts';
import { ledgerTombstones } from '../retention/tombstones.ts';
import type { TieringDeps } from '../retention/tiering.ts';
import { tiersOf } from '../blocks/tiers.ts';
import { blobService, tableClient } from './clients.ts';
import { azureExpiringBlobs } from './expiring-blobs.ts';
import type { FindExpiringOptions } from './find-expiring.ts';
import { azureLedgerTable, LEDGER_TABLE } from './ledger-table.ts';
import { azureTieredArchive } from './tiered-archive.ts';

export type RetentionConfig = Pick<
  Config,
  'retentionStorage' | 'ledgerStorage' | 'retention' | 'deadLetterRetentionDays' | 'rules' | 'tiers'
>;

export interface RetentionParts {
  readonly service: BlobServiceClient;
  readonly finding: FindExpiringOptions;
  readonly retention: RetentionDeps;
  readonly tiering: TieringDeps;
}

/** What the timer and the command line delete and move with. */
export function retentionParts(config: RetentionConfig, log: Log): RetentionParts {
  const service = blobService(config.retentionStorage);
  const table = azureLedgerTable(tableClient(config.ledgerStorage, LEDGER_TABLE));
  const finding: FindExpiringOptions = { log, leastDays: (container) => leastDaysIn(container, config) };
  return {
    service,
    finding,
    retention: {
      blobs: azureExpiringBlobs(service, finding),
      tombstones: ledgerTombstones(table),
      partitions: () => partitionKeys(createPartitionList(table)),
    },
    tiering: {
      archive: azureTieredArchive(service),
      stepsOf: (source, category) =>
        tiersOf(source, category, annotationsInPath(source, category), config.tiers),
      inUse: () => blobsInUse(table),
    },
  };
}
