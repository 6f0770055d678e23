import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventHubProducerClient } from '@azure/event-hubs';
import { ONLOOKERS } from '../../local/onlookers.ts';
import { blobService, hubProducer, tableClient } from '../../shared/azure/clients.ts';
import { azureLedgerTable, LEDGER_TABLE } from '../../shared/azure/ledger-table.ts';
import type { Config } from '../../shared/settings/config.ts';
import { hostOf } from '../../shared/settings/connection.ts';
import { HEAD_KEY, headFrom } from '../../shared/ledger/ledger-rows.ts';
import type { Head } from '../../shared/ledger/ledger-rows.ts';
import type { Partition } from '../../shared/message.ts';
import { namespaceOf, partitionKeyOf } from '../../shared/names.ts';
import type { RecordsHubConfig } from '../../shared/settings/records-hub-config.ts';
import type { LedgerTable } from '../../shared/sinks.ts';
import { explain, sourceHubAttempt } from '../connection-failure.ts';
import type { FoundSettings } from '../found-settings.ts';
import { seconds } from '../format.ts';
import { sourceHubIn } from '../source-hub.ts';
import type { ConnectedHub } from '../source-hub.ts';
import { findProbe } from './find-probe.ts';
import type { FoundProbe } from './find-probe.ts';
import { closeInTime, CONNECT_LIMIT, FEW_RETRIES } from './hubs.ts';
import { probeRecord } from './probe-record.ts';
import type { ProbeRecord } from './probe-record.ts';
import { within } from './target.ts';
import { whyStopped } from './why-stopped.ts';
import type { Stopped } from './why-stopped.ts';
import { watchHub } from './watch-hub.ts';
import type { HubWatch } from './watch-hub.ts';

export interface TraceOptions {
  readonly hub: string | undefined;
  readonly consumerGroup: string | undefined;
  /** Milliseconds for all of it, once it is sent. */
  readonly limit: number;
  readonly onProgress: (text: string) => void;
}

type Goal = Stopped['before'];

/** A part of the way that the record has come. */
export interface Leg {
  readonly name: 'accepted' | Goal;
  /** Since the leg before it: what came out of order took none. */
  readonly milliseconds: number;
  readonly where: string;
}

export interface TraceReport {
  readonly probe: string;
  /** As in `unknown/sluice-probe`. */
  readonly category: string;
  readonly legs: readonly Leg[];
  /** A rule keeps it from the archive or from the records hub. */
  readonly rule: string | undefined;
  /** Where it stays, and until which day; undefined where it stays nowhere. */
  readonly kept: FoundProbe | undefined;
  /** Where it did not get to the end in time. */
  readonly stopped: Stopped | undefined;
}

const POLL_MS = 250;

/** Sends a record to a source hub, and follows it. Throws an Error where it cannot be sent, or the way not be looked at. */
export async function trace(
  settings: FoundSettings,
  config: Config,
  { hub, consumerGroup, limit, onProgress }: TraceOptions,
): Promise<TraceReport> {
  const source = sourceHubIn(settings, hub);
  const probe = probeRecord(randomUUID(), Date.now(), config);
  const producer = hubProducer(source.connection, source.source.hub, FEW_RETRIES);
  const { recordsHub } = config;
  let watch: HubWatch | undefined;
  try {
    if (recordsHub && probe.hub !== undefined) {
      const group = consumerGroup ?? freeGroup(recordsHub);
      watch = await watchHub(recordsHub.connection, probe.hub, group, probe);
    }
    const sent = await send(producer, source, probe);
    return await follow({ settings, config, source, probe, sent, watch, limit, onProgress });
  } finally {
    await Promise.all([closeInTime(producer), watch?.close()]);
  }
}

/** The group that every hub has, where the app does not read in it; else the one that npm start makes for this. */
function freeGroup({ consumerGroup }: RecordsHubConfig): string {
  return consumerGroup.toLowerCase() === '$default' ? ONLOOKERS : '$Default';
}

interface Sent {
  readonly partition: Partition;
  /** The number before the record's, and the greatest that it can have. */
  readonly before: number;
  readonly upTo: number;
  /** By the clock, and by `performance.now()`. */
  readonly time: number;
  readonly at: number;
  readonly leg: Leg;
}

async function send(
  producer: EventHubProducerClient,
  { source, connection }: ConnectedHub,
  { body }: ProbeRecord,
): Promise<Sent> {
  const namespace = namespaceOf(hostOf(connection));
  try {
    return await within(CONNECT_LIMIT, () => sendToFirst(producer, body, { namespace, hub: source.hub }));
  } catch (cause) {
    const { problem, remedy } = explain(cause, sourceHubAttempt(connection, source.hub, 'Send'));
    throw new Error(`The record could not be sent. ${problem} ${remedy}`.trim(), { cause });
  }
}

/** To the first partition: the app reads them all alike. */
async function sendToFirst(
  producer: EventHubProducerClient,
  body: Buffer,
  { namespace, hub }: Pick<Partition, 'namespace' | 'hub'>,
): Promise<Sent> {
  const [id = '0'] = await producer.getPartitionIds();
  const { lastEnqueuedSequenceNumber: before } = await producer.getPartitionProperties(id);
  const batch = await producer.createBatch({ partitionId: id });
  batch.tryAdd({ body });
  const [time, began] = [Date.now(), performance.now()];
  await producer.sendBatch(batch);
  const at = performance.now();
  const { lastEnqueuedSequenceNumber: upTo } = await producer.getPartitionProperties(id);
  const message = upTo === before + 1 ? `message ${upTo}` : `message ${before + 1} to ${upTo}`;
  const where = `hub ${hub}, partition ${id}, ${message}`;
  const leg: Leg = { name: 'accepted', milliseconds: at - began, where };
  return { partition: { namespace, hub, id }, before, upTo, time, at, leg };
}

interface Trail extends Pick<TraceOptions, 'limit' | 'onProgress'> {
  readonly settings: FoundSettings;
  readonly config: Config;
  readonly source: ConnectedHub;
  readonly probe: ProbeRecord;
  readonly sent: Sent;
  readonly watch: HubWatch | undefined;
}

async function follow(trail: Trail): Promise<TraceReport> {
  const { config, probe, sent, watch, limit, onProgress } = trail;
  const table = azureLedgerTable(tableClient(config.ledgerStorage, LEDGER_TABLE));
  const archive = blobService(config.archiveStorage);
  const first = await headOf(table, sent.partition);
  const goals: Goal[] = [
    probe.container ? 'archived' : 'decided',
    ...(watch ? (['passed on'] as const) : []),
  ];
  const legs: Leg[] = [sent.leg];
  let reachedAt = sent.at;
  let kept: FoundProbe | undefined;

  for (;;) {
    const head = await headOf(table, sent.partition);
    const goal = goals[0];
    if (goal === undefined) return reportOf(trail, legs, kept, undefined);
    const waited = performance.now() - sent.at;
    if (waited > limit) return reportOf(trail, legs, kept, await whyStopped(goal, { ...trail, first, head }));

    const reached = await lookFor(goal, head);
    if (reached) {
      goals.shift();
      legs.push({ name: goal, milliseconds: Math.max(0, reached.at - reachedAt), where: reached.where });
      reachedAt = Math.max(reached.at, reachedAt);
      continue;
    }
    onProgress(`${legs.map(({ name }) => name).join(', ')}; waiting for ${goal} · ${seconds(waited)}`);
    await sleep(POLL_MS);
  }

  async function lookFor(goal: Goal, head: Head | undefined): Promise<Reached | undefined> {
    if (goal === 'passed on') return watch?.seen();
    const decidedUpTo = head?.runs.at(-1)?.last ?? -1;
    if (goal === 'decided')
      return decidedUpTo < sent.upTo
        ? undefined
        : { where: `left out by the rule ${probe.rule}`, at: performance.now() };
    kept = decidedUpTo > sent.before ? await findProbe(archive, probe, sent) : undefined;
    return kept && { where: kept.blob, at: performance.now() };
  }
}

/** By `performance.now()`. */
interface Reached {
  readonly where: string;
  readonly at: number;
}

function reportOf(
  { probe }: Trail,
  legs: readonly Leg[],
  kept: FoundProbe | undefined,
  stopped: Stopped | undefined,
): TraceReport {
  return { probe: probe.id, category: probe.category.key, legs, rule: probe.rule, kept, stopped };
}

async function headOf(table: LedgerTable, partition: Partition): Promise<Head | undefined> {
  const row = await table.get(partitionKeyOf(partition), HEAD_KEY);
  return row && headFrom(row);
}
