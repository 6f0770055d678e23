import { setTimeout as sleep } from 'node:timers/promises';
import { TableServiceClient } from '@azure/data-tables';
import { EventHubProducerClient } from '@azure/event-hubs';
import { BlobServiceClient } from '@azure/storage-blob';
import { createRandom } from '../../cli/sample/random.ts';
import type { Random } from '../../cli/sample/random.ts';
import { appSettings } from '../../local/app-settings.ts';
import { startEventHubs } from '../../local/event-hubs/emulator.ts';
import type { EventHubsEmulator, Fault, Operation } from '../../local/event-hubs/emulator.ts';
import type { Storage } from '../../local/storage/azurite.ts';
import type { StorageFault, StorageOperation } from '../../local/storage/fault-proxy.ts';
import { startChaosHost } from './hosts.ts';
import type { ChaosHost } from './hosts.ts';
import type { FaultKind } from './kinds.ts';
import { DEPLOYMENTS, messageMaker, ruleOf } from './messages.ts';
import type { Shaped } from './messages.ts';
import type { Plan } from './plan.ts';
import { createTraps } from './traps.ts';
import type { Traps } from './traps.ts';

export const RECORDS_HUB = 'records';
export const PARTITIONS = ['0', '1'] as const;

export interface HostedOperation extends StorageOperation {
  readonly host: ChaosHost;
}

/** What has really happened, with the milliseconds since the round began. */
export interface Happening {
  readonly at: number;
  readonly kind: FaultKind;
  readonly detail: string;
}

/** Where a round is played: the app on an emulator and a storage, and everything that makes them fail. */
export interface Stage {
  readonly plan: Plan;
  readonly random: Random;
  readonly hub: string;
  readonly hubs: EventHubsEmulator;
  /** By which the app, and whoever else reads its settings, finds them. */
  readonly hubSettings: Readonly<Record<string, string>>;
  readonly storage: Storage;
  /** By partition, in the order of their sequence numbers. */
  readonly sent: ReadonlyMap<string, readonly Shaped[]>;
  readonly onStorage: Traps<HostedOperation, StorageFault>;
  readonly onHubs: Traps<Operation, Fault>;
  /** Told of each request to storage. */
  readonly watchers: Set<(operation: HostedOperation) => void>;
  readonly happenings: readonly Happening[];
  readonly note: (kind: FaultKind, detail: string) => void;
  /** Sends so many new messages to each partition. */
  readonly send: (messages: number) => Promise<void>;
  readonly jumpClock: (ms: number) => void;
  readonly clock: () => number;
  readonly hosts: () => readonly ChaosHost[];
  /** One more. */
  readonly startHost: () => Promise<ChaosHost>;
  /** One that is alive. */
  readonly aHost: () => Promise<ChaosHost>;
  readonly killAll: () => void;
  /** Ends everything, and leaves the storage empty. */
  readonly close: () => Promise<void>;
}

/** `main` is the host's entry point. */
export async function setStage(plan: Plan, storage: Storage, main: string): Promise<Stage> {
  const began = performance.now();
  const random = createRandom(plan.seed);
  const hub = `logs-${plan.seed}`;
  let clockAhead = 0;
  const clock = (): number => Date.now() + clockAhead;
  const partitions = { partitionCount: PARTITIONS.length };
  const hubs = await startEventHubs({ hubs: { [hub]: partitions, [RECORDS_HUB]: partitions }, now: clock });
  const producer = new EventHubProducerClient(hubs.connectionString, hub);
  const hubSettings = appSettings([hub], [RECORDS_HUB], { hubs: hubs.connectionString, storage: '' });
  const happenings: Happening[] = [];
  const hosts: ChaosHost[] = [];
  const note = (kind: FaultKind, detail: string): void => {
    happenings.push({ at: Math.round(performance.now() - began), kind, detail });
  };
  const onStorage = createTraps<HostedOperation, StorageFault>((kind, { host, service, kind: what, path }) =>
    note(kind, `${host.name}, ${service} ${what}: ${path.slice(0, 120)}`),
  );
  const onHubs = createTraps<Operation, Fault>((kind, operation) =>
    note(kind, `${operation.kind} at ${operation.hub}`),
  );
  const watchers: Stage['watchers'] = new Set();
  const sent = new Map<string, Shaped[]>(PARTITIONS.map((id) => [id, []]));
  const make = messageMaker(random);
  hubs.onOperation = (operation) => onHubs.check(operation);

  async function send(messages: number): Promise<void> {
    for (const [partitionId, own] of sent) {
      const shaped = Array.from({ length: messages }, make);
      await producer.sendBatch(
        shaped.map(({ body }) => ({ body })),
        { partitionId },
      );
      own.push(...shaped);
    }
  }

  async function startHost(): Promise<ChaosHost> {
    const settings = { ...hubSettings, ...hostSettings(plan, hosts.length) };
    if (hosts.length > 0) noteChanges(plan, hosts.length, note);
    const host = await startChaosHost({
      name: `host ${hosts.length + 1}`,
      main,
      storage,
      settings,
      onOperation: (own) => (operation) => {
        const hosted = { ...operation, host: own };
        for (const watch of watchers) watch(hosted);
        return onStorage.check(hosted);
      },
    });
    hosts.push(host);
    return host;
  }

  const alive = (): readonly ChaosHost[] => hosts.filter((host) => host.isAlive());
  return {
    plan,
    random,
    hub,
    hubs,
    hubSettings,
    storage,
    sent,
    onStorage,
    onHubs,
    watchers,
    happenings,
    note,
    send,
    clock,
    jumpClock: (ms) => {
      clockAhead += ms;
    },
    hosts: alive,
    startHost,
    killAll: () => {
      for (const host of alive()) host.kill();
    },
    aHost: async () => alive()[0] ?? (await startHost()),
    close: async () => {
      hubs.onOperation = undefined;
      await Promise.all(hosts.map((host) => host.end()));
      await producer.close();
      await hubs.close();
      await empty(storage);
    },
  };
}

const OVERRIDE = 'AzureFunctionsJobHost__extensions__eventHubs__';

function hostSettings(plan: Plan, starts: number): Record<string, string> {
  const batchSize = batchSizeOf(plan, starts);
  return {
    [`${OVERRIDE}maxEventBatchSize`]: String(batchSize),
    [`${OVERRIDE}prefetchCount`]: String(2 * batchSize),
    [`${OVERRIDE}minEventBatchSize`]: String(plan.minBatchSize),
    [`${OVERRIDE}maxWaitTime`]: '00:00:00.2',
    // How soon another host notices that one is gone.
    [`${OVERRIDE}loadBalancingUpdateInterval`]: '00:00:00.5',
    [`${OVERRIDE}partitionOwnershipExpirationInterval`]: '00:00:01.5',
    'AzureWebJobs.records.Disabled': String(!plan.categoryFunctions),
    SLUICE_BLOCKS_PER_BLOB: String(plan.blocksPerBlob),
    SLUICE_COMPRESSION: plan.compression,
    SLUICE_MESSAGE_BYTES: String(plan.messageBytes),
    // Until it has run, nothing is sent to a hub that has refused something.
    SLUICE_CATCH_UP_SCHEDULE: '*/2 * * * * *',
    SLUICE_RULES: JSON.stringify([ruleOf(deploymentOf(plan, starts))]),
  };
}

function batchSizeOf({ batchSizes }: Plan, starts: number): number {
  return batchSizes[starts % batchSizes.length] ?? 5;
}

/** Every start of a host brings the other version. */
function deploymentOf({ newVersions }: Plan, starts: number) {
  return DEPLOYMENTS[newVersions ? starts % DEPLOYMENTS.length : 0] ?? 'north';
}

function noteChanges(plan: Plan, starts: number, note: Stage['note']): void {
  const [before, now] = [batchSizeOf(plan, starts - 1), batchSizeOf(plan, starts)];
  if (before !== now) note('other boundaries', `${now} messages a batch`);
  const version = deploymentOf(plan, starts);
  if (version !== deploymentOf(plan, starts - 1)) note('other rules', ruleOf(version).name);
}

/** So that the next round finds nothing of this one. */
async function empty({ connectionString }: Storage): Promise<void> {
  const blobs = BlobServiceClient.fromConnectionString(connectionString);
  for await (const { name } of blobs.listContainers()) await blobs.deleteContainer(name);
  const tables = TableServiceClient.fromConnectionString(connectionString, { allowInsecureConnection: true });
  for await (const { name = '' } of tables.listTables()) await tables.deleteTable(name);
}

const POLL_MS = 20;
/** For what takes requests to storage, which are most of what polling costs. */
export const ASK_STORAGE_MS = 100;

/** Polls, because other processes are waited for; false when it has not come true in time. */
export async function comesTrue(
  isTrue: () => boolean | Promise<boolean>,
  withinMs: number,
  pollMs = POLL_MS,
): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    if (await isTrue()) return true;
    await sleep(pollMs);
  }
  return false;
}
