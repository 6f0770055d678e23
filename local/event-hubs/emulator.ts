import { createAccess, OPEN_ACCESS, type AccessPolicy } from './access.ts';
import { openDoor, type IdentityDoor } from './door.ts';
import { entityNotFound } from './errors.ts';
import { createFaults, type OnOperation } from './faults.ts';
import { createHubs, partitionAt, type Hub, type HubOptions } from './hubs.ts';
import { LIMITS, type Tier } from './limits.ts';
import { createLinkRegistry } from './link-registry.ts';
import type { PartitionLog } from './partition-log.ts';
import { createReceiverSeats } from './receiver-seats.ts';
import { readEvent, type ReadEvent } from './stored-event.ts';
import { createTokenAccess } from './token-access.ts';

export type { AccessPolicy, Claim } from './access.ts';
export type { IdentityDoor } from './door.ts';
export type { Fault, OnOperation, Operation } from './faults.ts';
export type { HubOptions } from './hubs.ts';
export { LIMITS, MAX_NON_EPOCH_RECEIVERS, type Limits, type Tier } from './limits.ts';
export type { ReadEvent } from './stored-event.ts';

export interface EmulatorOptions {
  hubs: Record<string, HubOptions>;
  /** 0, unless given, which takes a free one. */
  port?: number;
  /** 127.0.0.1, unless given. */
  host?: string;
  /** Whose limits are enforced; `standard`, unless given. */
  tier?: Tier;
  /** Milliseconds since 1970 UTC. Unless given, the system's clock, which then never steps back. */
  now?: () => number;
  /** Bytes after which a partition lets its oldest events go. */
  maxBytesPerPartition?: number;
  /** A door beside that for connection strings. */
  identity?: IdentityDoor;
  /** Whose keys are taken, and what each may do. Any key may do anything, unless given. */
  policies?: readonly AccessPolicy[];
}

/** A partition as tests and the demo look at it. */
export interface PartitionView {
  readonly id: string;
  readonly beginSequenceNumber: number;
  /** -1 while nothing has been enqueued. */
  readonly lastSequenceNumber: number;
  readonly bytes: number;
  readonly count: number;
  /** The events that it still holds, from a sequence number on where one is given. */
  events(from?: number): ReadEvent[];
}

export interface HubView {
  readonly name: string;
  readonly partitions: readonly PartitionView[];
}

export interface EventHubsEmulator {
  readonly port: number;
  /** Of the namespace: clients take the hub's name beside it. */
  readonly connectionString: string;
  /** For clients that come with an identity: `localhost` and the port of their door, where there is one. */
  readonly fullyQualifiedNamespace: string | undefined;
  /** The state at the time of the call. Throws where there is no such hub. */
  hub(name: string): HubView;
  createHub(name: string, options: HubOptions): void;
  /** Detaches its links. A hub that is created again begins at sequence number 0. */
  deleteHub(name: string): void;
  /** Lets the events before a sequence number go, as retention does. */
  letGo(hub: string, partition: string, beforeSequenceNumber: number): void;
  /** Asked before each operation, and may spoil it; `undefined` for none. Can be set at any time. */
  onOperation: OnOperation | undefined;
  close(): Promise<void>;
}

/** Starts an emulator of an Event Hubs namespace, which keeps all in memory, and waits until it listens. */
export async function startEventHubs(options: EmulatorOptions): Promise<EventHubsEmulator> {
  const { now = createSteadyClock(), maxBytesPerPartition, host = '127.0.0.1', port = 0 } = options;
  const { policies, identity } = options;
  const limits = LIMITS[options.tier ?? 'standard'];
  const hubs = createHubs({ limits, now, maxBytesPerPartition });
  for (const [name, hubOptions] of Object.entries(options.hubs)) hubs.create(name, hubOptions);

  const faults = createFaults();
  const links = createLinkRegistry();
  const deps = { hubs, limits, faults, links, now, seats: createReceiverSeats() };
  const door = await openDoor(
    { host, port },
    { ...deps, access: policies ? createAccess(policies, now) : OPEN_ACCESS },
  );
  const identityDoor =
    identity &&
    (await openDoor(
      { host, port: 0, tls: identity },
      { ...deps, access: createTokenAccess(identity.issuerKey, now) },
    ));

  return {
    port: door.port,
    connectionString:
      `Endpoint=sb://localhost:${door.port};SharedAccessKeyName=RootManageSharedAccessKey;` +
      `SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;`,
    fullyQualifiedNamespace: identityDoor && `localhost:${identityDoor.port}`,
    hub: (name) => viewHub(hubs.get(name)),
    createHub: (name, hubOptions) => {
      hubs.create(name, hubOptions);
    },
    deleteHub: (name) => links.detachAll(hubs.delete(name), entityNotFound(name)),
    letGo: (name, partition, before) => partitionAt(hubs.get(name).partitions, partition).letGo(before),
    get onOperation() {
      return faults.onOperation;
    },
    set onOperation(onOperation) {
      faults.onOperation = onOperation;
    },
    async close() {
      faults.close();
      await Promise.all([door.close(), identityDoor?.close()]);
    },
  };
}

/** Enqueued times never go back in a partition, though the system's clock may. */
function createSteadyClock(): () => number {
  let last = 0;
  return function steadyNow() {
    last = Math.max(last, Date.now());
    return last;
  };
}

function viewHub(hub: Hub): HubView {
  return {
    name: hub.name,
    partitions: hub.partitions.map((log, index) => viewPartition(String(index), log)),
  };
}

function viewPartition(id: string, log: PartitionLog): PartitionView {
  const { beginSequenceNumber, last, bytes, count } = log.state();
  return {
    id,
    beginSequenceNumber,
    lastSequenceNumber: last.sequenceNumber,
    bytes,
    count,
    events: (from = 0) =>
      log
        .events()
        .filter(({ sequenceNumber }) => sequenceNumber >= from)
        .map(readEvent),
  };
}
