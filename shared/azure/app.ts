import { setTimeout as sleep } from 'node:timers/promises';
import type { EventHubConsumerClient } from '@azure/event-hubs';
import { createBacklogRows } from '../backlog.ts';
import { blockCodec } from '../block-codec.ts';
import type { CatchUpDeps } from '../catch-up.ts';
import { categoryOf, isListed } from '../catalogue.ts';
import type { CapacityDeps } from '../capacity/run.ts';
import type { CategoryFunctionsDeps } from '../category-functions.ts';
import { readConfig } from '../config.ts';
import { hostOf, readConnection } from '../connection.ts';
import type { HealthCheck } from '../health.ts';
import { handlerFailures } from '../handler-failures.ts';
import { judge } from '../judge.ts';
import { createLedger } from '../ledger.ts';
import type { Ledger } from '../ledger.ts';
import { createPartitionList } from '../ledger-partitions.ts';
import type { Partition } from '../message.ts';
import { namespaceOf } from '../names.ts';
import type { PipelineDeps } from '../pipeline.ts';
import { keptFor } from '../report/kept-for.ts';
import { readReport, WINDOWS } from '../report/read-report.ts';
import type { ReportDeps } from '../report/read-report.ts';
import type { Report } from '../report/report.ts';
import { draftDays } from '../retention.ts';
import { createChooseRule } from '../rules.ts';
import type { SettleQuietDeps } from '../settle-quiet.ts';
import { openSieve } from '../sieve.ts';
import type { BlobStore } from '../sinks.ts';
import { boundedCategories } from '../telemetry/bounded-categories.ts';
import type { TelemetryConfig } from '../telemetry/config.ts';
import { createTelemetry } from '../telemetry/telemetry.ts';
import type { Telemetry, TelemetrySink } from '../telemetry/telemetry.ts';
import { MINUTE } from '../time.ts';
import { ALERTS_TABLE, tableAlerts } from './alerts.ts';
import { azureBlobStore } from './blob-store.ts';
import { blobService, hubConsumer, hubProducer, tableClient } from './clients.ts';
import { archiveCheck, hubCheck, ledgerCheck } from './health-checks.ts';
import { readJsonBlob } from './json-blob.ts';
import { azureLedgerTable, LEDGER_TABLE } from './ledger-table.ts';
import { capacityDeps } from './capacity-deps.ts';
import { azureRecordsHub, noRecordsHub } from './records-hub.ts';
import { azureReportStore, LATEST_REPORT, REPORTS_CONTAINER } from './report-store.ts';
import { azureSourceHubs } from './source-hubs.ts';

/** The app's settings; the functions register themselves by them. */
export const config = readConfig(process.env);

/** Undefined where nothing is to be sent anywhere; then nothing of it is loaded either. */
export const telemetry: Telemetry | undefined =
  config.telemetry &&
  createTelemetry({ load: loadApplicationInsights(config.telemetry), nameOf: boundedCategories(isListed) });

function loadApplicationInsights(settings: TelemetryConfig): () => Promise<TelemetrySink> {
  return async () => {
    const { applicationInsights } = await import('./application-insights.ts');
    return applicationInsights(settings);
  };
}

/** The pipeline's parts, made when the first batch comes: SDK clients are made once, and a cold start waits for none of them. */
export const pipelineParts = once((): Omit<PipelineDeps, 'log'> => {
  const store = azureBlobStore(blobService(config.archiveStorage));
  const codec = blockCodec(config.compression);
  const { maxUnpackedBytes, maxUnpackedRatio, recordsHub } = config;
  return {
    store,
    codec,
    judge,
    openSieve,
    categoryOf,
    maxUnpackedBytes,
    maxUnpackedRatio,
    chooseRule: createChooseRule(config.rules),
    now: Date.now,
    ledger: ledgerOn(store),
    sourceHubs: azureSourceHubs(sourceHubClient),
    retentionDays: (draft) => draftDays(draft, config),
    fanOut: recordsHub !== undefined,
    recordsHub: recordsHub ? azureRecordsHub((hub) => hubProducer(recordsHub.connection, hub)) : noRecordsHub,
    routes: recordsHub?.routes ?? { hub: '', hubs: [], fallbackHub: '' },
    messageBytes: recordsHub?.messageBytes ?? 0,
  };
});

function sourceHubClient({ namespace, hub }: Partition): EventHubConsumerClient {
  for (const source of config.sourceHubs) {
    const connection = readConnection(process.env, source.connection, 'event-hubs', []);
    if (source.hub === hub && connection && namespaceOf(hostOf(connection)) === namespace)
      return hubConsumer(connection, source.consumerGroup, hub);
  }
  throw new Error(`The settings name no hub ${namespace}/${hub}.`);
}

const ledgerTable = once(() => azureLedgerTable(tableClient(config.ledgerStorage, LEDGER_TABLE)));

/** One that knows nothing of what the others have read. */
function ledgerOn(store: BlobStore): Ledger {
  return createLedger(ledgerTable(), { store, blocksPerBlob: config.blocksPerBlob });
}

/** Made anew for each call of the timer. */
export function settleQuietParts(): Omit<SettleQuietDeps, 'log'> {
  const parts = pipelineParts();
  return { ...parts, ledger: ledgerOn(parts.store), partitions: createPartitionList(ledgerTable()) };
}

export function catchUpParts(): Omit<CatchUpDeps, 'log'> {
  return {
    ...settleQuietParts(),
    backlog: createBacklogRows(ledgerTable()),
    bytesPerSecond: config.catchUpBytesPerSecond,
    until: Date.now() + LONGEST_CATCH_UP,
    sleep,
  };
}

/** The function's timeout is half an hour (host.json). */
const LONGEST_CATCH_UP = 20 * MINUTE;

export function capacityParts(): Omit<CapacityDeps, 'log'> {
  const reports = azureReportStore(blobService(config.archiveStorage));
  return { ...capacityDeps(config, ledgerTable(), process.env), reports };
}

export const categoryFunctionParts = once((): Omit<CategoryFunctionsDeps, 'log'> => {
  const { store, codec } = pipelineParts();
  const alerts = tableAlerts(tableClient(config.ledgerStorage, ALERTS_TABLE));
  const failures = handlerFailures({ store, codec, retentionDays: config.deadLetterRetentionDays });
  return { store, alerts, failures, sleep };
});

/** So long, all who look at the page share what has been read. */
const REPORT_KEPT = 10_000;

/** The report for each length of the window that can be asked for. */
export const reports = once((): ReadonlyMap<number, () => Promise<Report>> => {
  const archive = blobService(config.archiveStorage);
  const deps: ReportDeps = {
    table: ledgerTable(),
    partitions: createPartitionList(ledgerTable()),
    latestCapacity: () => readJsonBlob(archive, LATEST_CAPACITY),
    now: Date.now,
  };
  return new Map(
    WINDOWS.map((minutes) => [minutes, keptFor(REPORT_KEPT, Date.now, () => readReport(minutes, deps))]),
  );
});

const LATEST_CAPACITY = { container: REPORTS_CONTAINER, name: LATEST_REPORT };

/** Everything that the app stands on. */
export const healthChecks = once((): readonly HealthCheck[] => {
  const { recordsHub } = config;
  return [
    ...config.sourceHubs.map(({ hub, consumerGroup, connection: setting }) =>
      hubCheck(`source hub ${hub}`, () => {
        const connection = readConnection(process.env, setting, 'event-hubs', []);
        if (!connection) throw new Error(`${setting} is missing.`);
        return hubConsumer(connection, consumerGroup, hub);
      }),
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

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
