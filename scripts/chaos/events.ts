import { EventHubConsumerClient, latestEventPosition } from '@azure/event-hubs';
import { BlobServiceClient } from '@azure/storage-blob';
import type { StorageFault, StorageOperationKind } from '../../local/storage/fault-proxy.ts';
import type { ChaosHost } from './hosts.ts';
import { KILL_OPERATIONS } from './kinds.ts';
import type { KillOperation, KillPoint, Rivalry } from './kinds.ts';
import { DISPUTED } from './messages.ts';
import { isTakenIn } from './settled.ts';
import { ASK_STORAGE_MS, comesTrue, RECORDS_HUB } from './stage.ts';
import type { HostedOperation, Stage } from './stage.ts';

/** What brings an event about, once messages are under way. */
type Play = (stage: Stage, skip: number) => Promise<void>;

/** So long is waited for the operation that an event is about: on a machine with nothing else to do, it takes a second or two. */
const HAPPENS_WITHIN_MS = 60_000;

/** Brings about what the act is for, if the app does what it takes, and leaves a host that is alive. */
export async function play(stage: Stage, event: KillPoint | Rivalry, skip: number): Promise<void> {
  await (event in RIVALRY ? RIVALRY[event as Rivalry] : killing(event as KillPoint))(stage, skip);
  await stage.aHost();
}

/** Messages come in until it has happened, since it needs something to happen to, and hosts to which it happens. */
async function underWay(stage: Stage, hasCome: () => boolean, hosts = 1): Promise<boolean> {
  let polls = 0;
  return comesTrue(async () => {
    if (hasCome()) return true;
    while (stage.hosts().length < hosts) await stage.startHost();
    if (polls++ % 20 === 19) await stage.send(2);
    return false;
  }, HAPPENS_WITHIN_MS);
}

function killing(point: KillPoint): Play {
  const [, when, operation] = point.split(' ');
  const isBefore = when === 'before';
  return async function kill(stage, skip) {
    const wanted = KILL_OPERATIONS.find((one) => one === operation) ?? 'stage';
    const isSeldom = wanted === 'close' || wanted === 'postpone';
    if (wanted === 'send') setSendTrap(stage, point, isBefore, skip);
    else setStorageTrap(stage, point, wanted, isBefore, isSeldom ? 0 : skip);
    if (wanted === 'postpone') refuseUntil(stage, point);
    if (wanted === 'close') await closePlans(stage, point);
    else await underWay(stage, () => hasHappened(stage, point));
  };
}

/** Not as soon as the trap has sprung: what is killed after an operation lives on until that is done. */
function hasHappened({ happenings }: Stage, event: KillPoint | Rivalry): boolean {
  return happenings.some(({ kind }) => kind === event);
}

function setStorageTrap(
  stage: Stage,
  point: KillPoint,
  operation: Exclude<KillOperation, 'send'>,
  isBefore: boolean,
  skip: number,
): void {
  stage.onStorage.set({
    kind: point,
    on: ({ kind, path }) => kind === operation && !isOfRecordsHub(path),
    skip,
    lasts: { times: 1 },
    // What is refused had no effect to be killed after: then it is the next one's turn.
    counts: isBefore,
    spring: ({ host }): StorageFault => {
      if (isBefore) {
        host.kill();
        return { error: 'disconnect' };
      }
      return {
        loseAnswer: true,
        onDone: (succeeded) => {
          if (!succeeded) return setStorageTrap(stage, point, operation, isBefore, 0);
          host.kill();
          stage.note(point, host.name);
        },
      };
    },
  });
}

/** Checkpoints of the category functions' reader are not the pipeline's. */
function isOfRecordsHub(path: string): boolean {
  return path.includes(`/${RECORDS_HUB}/`);
}

/** The emulator does not know which host a message comes from. */
function setSendTrap(stage: Stage, point: KillPoint, isBefore: boolean, skip: number): void {
  stage.onHubs.set({
    kind: point,
    on: ({ kind, hub }) => kind === 'send' && hub === RECORDS_HUB,
    skip,
    lasts: { times: 1 },
    spring: () => {
      stage.killAll();
      return isBefore ? { error: 'disconnect' } : { loseAnswer: true };
    },
  });
}

/** The app notes what the second hub has refused; what the timer sends again, which notes nothing, is refused as well. */
function refuseUntil(stage: Stage, point: KillPoint): void {
  stage.onHubs.set({
    kind: 'records hub refuses',
    on: ({ kind, hub }) => kind === 'send' && hub === RECORDS_HUB && !hasHappened(stage, point),
    skip: 0,
    lasts: { times: Infinity },
    spring: () => ({ error: 'refuse' }),
  });
}

/** Whatever may still kill a host: there is always one that goes on. */
async function allTakenIn(stage: Stage): Promise<boolean> {
  return comesTrue(
    async () => {
      await stage.aHost();
      return isTakenIn(stage);
    },
    HAPPENS_WITHIN_MS,
    ASK_STORAGE_MS,
  );
}

/** The timer takes two runs to see that a partition is quiet. */
async function closePlans(stage: Stage, point: KillPoint): Promise<void> {
  await allTakenIn(stage);
  for (let runs = 0; runs < 3 && !hasHappened(stage, point); runs++)
    await (await stage.aHost()).runTimer('settle').catch(() => false);
}

const RIVALRY: Readonly<Record<Rivalry, Play>> = {
  'late stage': late('late stage', 'stage', ({ path }) => path.includes(`/${DISPUTED}/`)),
  'late decide': late('late decide', 'decide'),
  'late commit': late('late commit', 'commit'),
  'overtaken decide': overtaken('overtaken decide', 'decide'),
  'overtaken commit': overtaken('overtaken commit', 'commit'),
  'reader thrown out': throwReaderOut,
  'second host': secondHost,
  'checkpoints forgotten': forgetCheckpoints,
};

/** A rival has decided so often: what was decided in between is committed. */
const GONE_ON = 2;

interface Held {
  readonly operation: HostedOperation;
  readonly release: () => void;
}

/** Holds the first operation of a kind. */
function hold(
  stage: Stage,
  event: Rivalry,
  on: (operation: HostedOperation) => boolean,
  skip: number,
  onHeld: (held: Held) => void,
): void {
  stage.onStorage.set({
    kind: event,
    on,
    skip,
    lasts: { times: 1 },
    counts: false,
    spring: (operation) => {
      const held = Promise.withResolvers<void>();
      onHeld({ operation, release: held.resolve });
      return { until: held.promise };
    },
  });
}

/** Whether the partition of what is held has been decided on by another invocation in the meantime, often enough. */
function watchRivals(stage: Stage, { operation }: Held): { haveGoneOn: () => boolean; stop: () => void } {
  let decided = 0;
  const watch = (other: HostedOperation): void => {
    if (other.kind === 'decide' && other.partition === operation.partition) decided++;
  };
  stage.watchers.add(watch);
  return { haveGoneOn: () => decided >= GONE_ON, stop: () => stage.watchers.delete(watch) };
}

/** Waits until rivals have gone on beyond what is held, and lets it go. A host that was to live on may have been killed by a mishap. */
async function letGoLate(
  stage: Stage,
  event: Rivalry,
  held: Held,
  { livesOn, hosts = 1 }: { readonly livesOn: boolean; readonly hosts?: number },
): Promise<void> {
  const { host, kind, path } = held.operation;
  const rivals = watchRivals(stage, held);
  const haveGoneOn = await underWay(stage, rivals.haveGoneOn, hosts);
  rivals.stop();
  if (haveGoneOn && host.isAlive() === livesOn)
    stage.note(event, `${host.name}, ${kind}: ${path.slice(0, 120)}`);
}

function late(
  event: Rivalry,
  operation: StorageOperationKind,
  on: (operation: HostedOperation) => boolean = () => true,
): Play {
  return async function arriveLate(stage, skip) {
    let held: Held | undefined;
    hold(
      stage,
      event,
      (one) => one.kind === operation && on(one),
      skip,
      (now) => {
        held = now;
        now.operation.host.kill();
      },
    );
    await underWay(stage, () => held !== undefined);
    if (held === undefined) return;
    await stage.aHost();
    await letGoLate(stage, event, held, { livesOn: false });
    held.release();
  };
}

function overtaken(event: Rivalry, operation: StorageOperationKind): Play {
  return async function overtake(stage, skip) {
    let held: Held | undefined;
    hold(
      stage,
      event,
      (one) => one.kind === operation,
      skip,
      (now) => {
        held = now;
        now.operation.host.halt();
      },
    );
    await underWay(stage, () => held !== undefined, 2);
    if (held === undefined) return;
    await letGoLate(stage, event, held, { livesOn: true, hosts: 2 });
    held.release();
    held.operation.host.resume();
  };
}

/**
 * A host that waits for more messages reads on while the function runs, as long as none come, and hears that it was thrown out: then it
 * claims the partition again while the old batch still runs.
 */
async function throwReaderOut(stage: Stage): Promise<void> {
  let held: Held | undefined;
  await allTakenIn(stage);
  hold(
    stage,
    'reader thrown out',
    ({ kind }) => kind === 'stage',
    0,
    (now) => (held = now),
  );
  await stage.send(3);
  await comesTrue(() => held !== undefined, HAPPENS_WITHIN_MS);
  if (held === undefined) return;
  await stealPartition(stage, held.operation.partition ?? '0');
  await letGoLate(stage, 'reader thrown out', held, { livesOn: true });
  held.release();
}

/** A reader with a higher owner level throws the other one out. It does not stay. */
async function stealPartition({ hubs, hub }: Stage, partition: string): Promise<void> {
  const thief = new EventHubConsumerClient('$Default', hubs.connectionString, hub);
  const stolen = Promise.withResolvers<void>();
  const subscription = thief.subscribe(
    partition,
    {
      // Called when there is nothing for a while, too.
      processEvents: async () => stolen.resolve(),
      processError: async () => stolen.resolve(),
    },
    { startPosition: latestEventPosition, ownerLevel: 1, maxWaitTimeInSeconds: 0.1 },
  );
  await stolen.promise;
  await subscription.close();
  await thief.close();
}

async function secondHost(stage: Stage): Promise<void> {
  const working = new Set<ChaosHost>();
  const sharing = (): readonly ChaosHost[] => stage.hosts().filter((host) => working.has(host));
  const watch = ({ kind, host }: HostedOperation): void => {
    if (kind === 'decide') working.add(host);
  };
  stage.watchers.add(watch);
  const areSharing = await underWay(stage, () => sharing().length > 1, 2);
  stage.watchers.delete(watch);
  if (!areSharing) return;
  const victim = stage.random.pick(sharing());
  victim.kill();
  stage.note('second host', `${victim.name} is killed`);
}

async function forgetCheckpoints(stage: Stage): Promise<void> {
  let checkpoints = 0;
  const watch = ({ kind }: HostedOperation): void => {
    if (kind === 'checkpoint') checkpoints++;
  };
  stage.watchers.add(watch);
  // A partition's first one takes two requests.
  await underWay(stage, () => checkpoints > 2);
  stage.watchers.delete(watch);
  stage.killAll();
  const service = BlobServiceClient.fromConnectionString(stage.storage.connectionString);
  const container = service.getContainerClient('azure-webjobs-eventhub');
  let forgotten = 0;
  for await (const { name } of container.listBlobsFlat()) {
    if (!name.includes(`/${stage.hub}/`)) continue;
    if (name.includes('/checkpoint/')) forgotten++;
    await container.deleteBlob(name);
  }
  if (forgotten > 0) stage.note('checkpoints forgotten', `of ${forgotten} partitions`);
}
