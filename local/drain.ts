import { setTimeout as sleep } from 'node:timers/promises';
import { BlobCheckpointStore } from '@azure/eventhubs-checkpointstore-blob';
import type { EventHubsEmulator } from './event-hubs/emulator.ts';
import { checkpointContainer } from './host/connections.ts';
import type { Settings } from './host/settings.ts';

/** How far the app is, in messages. */
export interface DrainProgress {
  /** Sent to the source hubs. */
  readonly sent: number;
  /** Of those, what the app has finished with. */
  readonly takenIn: number;
  /** On the records hubs. */
  readonly passedOn: number;
  /** Of those, what the category functions have been handed. */
  readonly handedOver: number;
}

export interface DrainDeps {
  readonly hubs: EventHubsEmulator;
  /** The app's: they say where the checkpoints are. */
  readonly settings: Settings;
  readonly sourceHubs: readonly string[];
  readonly recordsHubs: readonly string[];
  /** Throws where nothing will ever move again. */
  readonly checkAlive: () => void;
  /** What the host last said, for the message of a drain that is given up. */
  readonly lastWords: () => string;
}

export type OnDrainProgress = (progress: DrainProgress) => void | Promise<void>;

const POLL_MS = 200;
const GIVE_UP_MS = 60_000;
const CONSUMER_GROUP = '$Default';

/**
 * Resolves when the app has finished with everything that is in the source hubs, and its category functions with what has
 * come of it. Throws an Error when the host has died, or nothing has moved for a minute.
 */
export async function drain(deps: DrainDeps, onProgress: OnDrainProgress = () => {}): Promise<void> {
  const readProgress = progressReader(deps);
  let movedAt = performance.now();
  for (let before = -1; ;) {
    deps.checkAlive();
    const progress = await readProgress();
    const { sent, takenIn, passedOn, handedOver } = progress;
    await onProgress(progress);
    if (takenIn >= sent && handedOver >= passedOn) return;
    if (takenIn + passedOn + handedOver !== before) movedAt = performance.now();
    before = takenIn + passedOn + handedOver;
    if (performance.now() - movedAt > GIVE_UP_MS) throw standstill(progress, deps);
    await sleep(POLL_MS);
  }
}

export type ProgressSources = Pick<DrainDeps, 'hubs' | 'settings' | 'sourceHubs' | 'recordsHubs'>;

/** Answers how far the app is, by what Azure would show too: checkpoints against last sequence numbers. */
export function progressReader({ hubs, settings, sourceHubs, recordsHubs }: ProgressSources) {
  const checkpoints = new BlobCheckpointStore(checkpointContainer(settings));
  const namespace = /Endpoint=sb:\/\/([^/:;]+)/.exec(hubs.connectionString)?.[1] ?? '';

  return async function readProgress(): Promise<DrainProgress> {
    // In this order: once the source hubs are finished with, nothing new comes onto the records hubs.
    const [takenIn, sent] = await positions(sourceHubs);
    const [handedOver, passedOn] = await positions(recordsHubs);
    return { sent, takenIn, passedOn, handedOver };
  };

  async function positions(names: readonly string[]): Promise<readonly [done: number, all: number]> {
    let done = 0;
    let all = 0;
    for (const name of names) {
      const found = await checkpoints.listCheckpoints(namespace, name, CONSUMER_GROUP);
      for (const { sequenceNumber } of found) done += sequenceNumber + 1;
      for (const { lastSequenceNumber } of hubs.hub(name).partitions) all += lastSequenceNumber + 1;
    }
    return [done, all];
  }
}

function standstill({ sent, takenIn, passedOn, handedOver }: DrainProgress, deps: DrainDeps): Error {
  const where = `${takenIn} of ${sent} messages taken in, ${handedOver} of ${passedOn} handed to the category functions`;
  return new Error(
    `Nothing has moved for ${GIVE_UP_MS / 1000} seconds (${where}). The host last said:\n${deps.lastWords()}`,
  );
}
