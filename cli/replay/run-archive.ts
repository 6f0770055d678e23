import type { EventHubProducerClient } from '@azure/event-hubs';
import { azureBlobStore } from '../../shared/azure/blob-store.ts';
import { blobService, hubProducer, tableClient } from '../../shared/azure/clients.ts';
import { azureLedgerTable, LEDGER_TABLE } from '../../shared/azure/ledger-table.ts';
import { azureRecordsHub } from '../../shared/azure/records-hub.ts';
import { categoryOf } from '../../shared/judge/catalogue.ts';
import { judge } from '../../shared/judge/judge.ts';
import { createPartitionList } from '../../shared/ledger/ledger-partitions.ts';
import type { Partition } from '../../shared/message.ts';
import { REPLAY } from '../../shared/category-functions/replay-properties.ts';
import { hubFor } from '../../shared/pass-on/routing.ts';
import type { RecordsHub } from '../../shared/sinks.ts';
import { azureBlobTree } from '../azure-blob-tree.ts';
import { findSettings, storageConnection } from '../found-settings.ts';
import type { FoundSettings } from '../found-settings.ts';
import { createPacer } from '../pacer.ts';
import type { Pace } from '../pacer.ts';
import { UsageError } from '../usage-error.ts';
import { ARCHIVE, archiveHours, laneBlocks } from './archive-lanes.ts';
import type { ArchiveHours } from './archive-lanes.ts';
import type { ArchiveState } from './archive-state.ts';
import { recordsHubOf } from './records-hub-of.ts';
import { replayArchive } from './replay-archive.ts';

export interface ArchiveRunOptions {
  /** What to send, and from where on. */
  readonly begun: ArchiveState;
  /** Messages a second. */
  readonly rate: number;
  readonly signal: AbortSignal;
  /** Kept before the next block is sent. `bytes` of `all` are done. */
  readonly onBlock: (state: ArchiveState, all: number) => Promise<void>;
}

export interface ArchiveOutcome {
  readonly state: ArchiveState;
  /** Blobs that were left out, since they do not tell where their records come from. */
  readonly plain: number;
}

/** Sends a stretch of the archive of the app whose settings are found. */
export async function runArchive({
  begun,
  rate,
  signal,
  onBlock,
}: ArchiveRunOptions): Promise<ArchiveOutcome> {
  const settings = await findSettings();
  const { request } = begun;
  const { store, hours, range } = await openArchive(settings, begun);
  const config = recordsHubOf(settings);
  const all = hours.lanes.flatMap(({ blobs }) => blobs).reduce((sum, { size }) => sum + size, 0);
  const producers: EventHubProducerClient[] = [];
  const hubs = azureRecordsHub((hub) => {
    const producer = hubProducer(config.connection, hub);
    producers.push(producer);
    return producer;
  });
  const sent = { messages: 0 };
  try {
    const state = await replayArchive(hours.lanes, begun, {
      store,
      judge,
      categoryOf,
      log: (_, message) => console.error(message),
      recordsHub: marked(hubs, createPacer(rate), sent),
      messageBytes: config.messageBytes,
      hubFor: (source, category) => request.hub ?? hubFor(source, category, config.routes),
      range,
      all: request.all === true,
      now: Date.now,
      signal,
      messages: () => sent.messages,
      onBlock: (now) => onBlock(now, all),
    });
    return { state, plain: hours.plain.length };
  } finally {
    for (const producer of producers) await producer.close();
  }
}

/** What a run would send, by the lists of blocks alone: whole ones, so rather more. */
export async function measureArchive(
  begun: ArchiveState,
): Promise<{ records: number; bytes: number; plain: number }> {
  const { store, hours } = await openArchive(await findSettings(), begun);
  const size = { records: 0, bytes: 0, plain: hours.plain.length };
  for (const lane of hours.lanes) {
    for (const block of await laneBlocks(lane, store)) {
      size.records += block.records;
      size.bytes += block.size;
    }
  }
  return size;
}

async function openArchive(settings: FoundSettings, { request }: ArchiveState) {
  const service = blobService(storageConnection(settings, 'ArchiveStorage'));
  const store = azureBlobStore(service);
  const range = { from: Date.parse(request.from), to: Date.parse(request.to) };
  const { source, category } = request;
  const partitions = await knownPartitions(settings);
  const hours = await archiveHours(azureBlobTree(service, ARCHIVE), { range, source, category }, (name) =>
    partitions.get(name),
  );
  refuseUnknown(hours, request.skipPlain === true);
  return { store, hours, range };
}

/** By how the paths of blobs name them. */
async function knownPartitions(settings: FoundSettings): Promise<Map<string, Partition>> {
  const table = azureLedgerTable(tableClient(storageConnection(settings, 'LedgerStorage'), LEDGER_TABLE));
  const found = new Map<string, Partition>();
  for await (const partition of createPartitionList(table).all())
    found.set(`${partition.namespace}-${partition.hub}-p${partition.id}`, partition);
  return found;
}

function refuseUnknown({ plain, unknown }: ArchiveHours, skipPlain: boolean): void {
  if (unknown.size > 0) {
    throw new UsageError(
      `The ledger does not know the partitions that these blobs came from, and without them there are no record ids: ${[...unknown].join(', ')}.`,
    );
  }
  const [example] = plain;
  if (!example || skipPlain) return;
  throw new UsageError(
    `${plain.length} blobs of that time were written with SLUICE_COMPRESSION=none, such as ${example.name}. They do not tell where ` +
      'their records come from, so they cannot be sent with the record ids that consumers know doubles by. Hand the files to the ' +
      'consumer itself (a line is a record), and leave them out here with --skip-plain.',
  );
}

/** Messages sent at once under one partition key: 16 of 64 KiB are what a throughput unit takes in a second. */
const AT_ONCE = 16;

/** The hub, at a bounded rate, and with a mark on all that goes there. */
function marked(hub: RecordsHub, pace: Pace, sent: { messages: number }): RecordsHub {
  return {
    maxMessageBytes: (name) => hub.maxMessageBytes(name),
    async send(name, partitionKey, messages) {
      for (let at = 0; at < messages.length; at += AT_ONCE) {
        const due = messages.slice(at, at + AT_ONCE).map(({ body, properties }) => {
          return { body, properties: { ...properties, [REPLAY]: true } };
        });
        await pace(due.length);
        await hub.send(name, partitionKey, due);
        sent.messages += due.length;
      }
    },
  };
}
