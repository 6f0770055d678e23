import type { HealthCheck } from '../health.ts';
import { createPartitionList } from '../ledger/ledger-partitions.ts';
import { config, sourceConnection } from './app.ts';
import { blobService, hubConsumer, hubProducer } from './clients.ts';
import { archiveCheck, hubCheck, ledgerCheck } from './health-checks.ts';
import { ledgerTable } from './ledger-parts.ts';
import { once } from './once.ts';

/** Everything that the app stands on. */
export const healthChecks = once((): readonly HealthCheck[] => {
  const { recordsHub } = config;
  return [
    ...config.sourceHubs.map((source) =>
      hubCheck(`source hub ${source.hub}`, () =>
        hubConsumer(sourceConnection(source), source.consumerGroup, source.hub),
      ),
    ),
    // A product may have sixty; those that are behind are named with the ledger.
    ...(recordsHub
      ? [
          hubCheck(`records hub ${recordsHub.routes.fallbackHub}`, () =>
            hubProducer(recordsHub.connection, recordsHub.routes.fallbackHub),
          ),
        ]
      : []),
    archiveCheck(once(() => blobService(config.archiveStorage))),
    ledgerCheck(
      once(() => ({
        table: ledgerTable(),
        partitions: createPartitionList(ledgerTable()),
        now: Date.now,
      })),
    ),
  ];
});
