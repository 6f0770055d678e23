import { setTimeout as sleep } from 'node:timers/promises';
import type { EventHubConsumerClient } from '@azure/event-hubs';
import { createBacklogRows } from '../pass-on/backlog.ts';
import { blockCodec } from '../blocks/block-codec.ts';
import type { CatchUpDeps } from '../pass-on/catch-up.ts';
import { categoryOf } from '../judge/catalogue.ts';
import { hostOf } from '../settings/connection.ts';
import { judge } from '../judge/judge.ts';
import { InFlight } from '../in-flight.ts';
import { createLedger } from '../ledger/ledger.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { createPartitionList } from '../ledger/ledger-partitions.ts';
import type { Partition } from '../message.ts';
import { namespaceOf } from '../names.ts';
import type { PipelineDeps } from '../pipeline.ts';
import { draftDays } from '../retention.ts';
import { createChooseRule } from '../rules.ts';
import type { SettleQuietDeps } from '../settle-quiet.ts';
import { openSieve } from '../judge/sieve.ts';
import type { BlobStore } from '../sinks.ts';
import { DECISION_BYTES } from '../sorter.ts';
import { MINUTE } from '../time.ts';
import { config, sourceConnection } from './app.ts';
import { azureBlobStore } from './blob-store.ts';
import { blobService, hubConsumer, hubProducer } from './clients.ts';
import { ledgerTable } from './ledger-parts.ts';
import { once } from './once.ts';
import { azureRecordsHub, noRecordsHub } from './records-hub.ts';
import { azureSourceHubs } from './source-hubs.ts';

/** The pipeline's parts, made when the first batch comes: SDK clients are made once, and a cold start waits for none of them. */
export const pipelineParts = once((): Omit<PipelineDeps, 'log'> => {
  const store = azureBlobStore(blobService(config.archiveStorage));
  const codec = blockCodec(config.compression, config.compressionLevel);
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

/** Decisions of the largest size that are prepared and written at once, whatever the partitions of this instance: each takes some four times its bytes. */
const LARGE_DECISIONS = 4;

/** Shared by all partitions. */
export const inFlight = new InFlight(LARGE_DECISIONS * DECISION_BYTES);

function sourceHubClient({ namespace, hub }: Partition): EventHubConsumerClient {
  for (const source of config.sourceHubs) {
    const connection = sourceConnection(source);
    if (source.hub === hub && namespaceOf(hostOf(connection)) === namespace)
      return hubConsumer(connection, source.consumerGroup, hub);
  }
  throw new Error(`The settings name no hub ${namespace}/${hub}.`);
}

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
