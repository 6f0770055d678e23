import { fileURLToPath } from 'node:url';
import { startAppHost } from './app-host.ts';
import type { AppHost, AppHostOptions } from './app-host.ts';
import { appSettings } from './app-settings.ts';
import { drain, progressReader } from './drain.ts';
import type { DrainProgress, OnDrainProgress } from './drain.ts';
import { startEventHubs } from './event-hubs/emulator.ts';
import type { EventHubsEmulator, Tier } from './event-hubs/emulator.ts';
import { ONLOOKERS } from './onlookers.ts';
import { sendBodies } from './send.ts';
import { startStorage } from './storage/azurite.ts';
import type { Storage } from './storage/azurite.ts';
import { startFaultyStorage } from './storage/fault-proxy.ts';
import type { OnStorageAnswer } from './storage/fault-proxy.ts';

export type { DrainProgress } from './drain.ts';

export { ONLOOKERS };

export interface StackOptions extends Pick<AppHostOptions, 'log' | 'onInvocation' | 'onVitals' | 'http'> {
  /** `logs`, unless given. */
  readonly sourceHubs?: readonly string[];
  /** `records`, unless given. Several need the setting `SLUICE_RECORDS_HUB` with a placeholder. */
  readonly recordsHubs?: readonly string[];
  /** Of each hub; 4, unless given. */
  readonly partitions?: number;
  /** Whose limits the emulator enforces; `standard`, unless given. */
  readonly tier?: Tier;
  /** Bytes after which a hub's partition lets its oldest messages go. */
  readonly maxBytesPerPartition?: number;
  /** Settings of the app beside those that it is given anyway, or in place of them. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Holds host.json and package.json; the repository, unless given. */
  readonly appFolder?: string;
  /** Told of each request of the app to storage, which then has a proxy in front of it. */
  readonly onStorageAnswer?: OnStorageAnswer;
}

/** Storage, Event Hubs and the app, all on this machine. */
export interface Stack {
  /** What the app was given. */
  readonly settings: Readonly<Record<string, string>>;
  readonly sourceHubs: readonly string[];
  readonly recordsHubs: readonly string[];
  readonly hubs: EventHubsEmulator;
  readonly storage: Storage;
  readonly host: Omit<AppHost, 'close'>;
  /** Sends each body as a message, to the first source hub unless another is named. Answers how many were sent. */
  readonly send: (
    bodies: Iterable<Buffer> | AsyncIterable<Buffer>,
    options?: { readonly hub?: string; readonly onSent?: (sent: number) => void },
  ) => Promise<number>;
  /** Resolves when the app has finished with all that was sent; throws when it never will. */
  readonly drain: (onProgress?: OnDrainProgress) => Promise<void>;
  /** How far the app is now. */
  readonly progress: () => Promise<DrainProgress>;
  /** Ends everything, and with it what it held. May be called twice. */
  readonly close: () => Promise<void>;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DEFAULT_PARTITIONS = 4;

/** Starts the app and all that it needs. Throws the Error of what cannot be started, and leaves nothing running. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { sourceHubs = ['logs'], recordsHubs = ['records'] } = options;
  const opened: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closeOne of opened.splice(0).toReversed()) await closeOne();
  };
  let storageDeath: Error | undefined;

  try {
    const hubs = await startEventHubs({
      ...emulatorLimits(options),
      hubs: Object.fromEntries([...sourceHubs, ...recordsHubs].map((name) => [name, hubOptions(options)])),
    });
    opened.push(() => hubs.close());
    const storage = await startStorage({ onDeath: (error) => (storageDeath = error) });
    opened.push(storage.close);
    const watched = options.onStorageAnswer && (await startFaultyStorage(storage, options.onStorageAnswer));
    if (watched) opened.push(watched.close);
    const { connectionString } = watched ?? storage;
    const connections = { hubs: hubs.connectionString, storage: connectionString };
    const settings = { ...appSettings(sourceHubs, recordsHubs, connections), ...options.settings };
    const { appFolder = ROOT, log, onInvocation, onVitals, http } = options;
    const host = await startAppHost({ appFolder, settings, log, onInvocation, onVitals, http });
    opened.push(host.close);

    const checkAlive = (): void => {
      if (storageDeath) throw storageDeath;
      host.checkAlive();
    };
    const sources = { hubs, settings, sourceHubs, recordsHubs };
    const own = { ...sources, settings: { ...settings, AzureWebJobsStorage: storage.connectionString } };
    return {
      ...sources,
      storage,
      host,
      send: (bodies, { hub = sourceHubs[0] ?? '', onSent } = {}) =>
        sendBodies(hubs.connectionString, hub, bodies, onSent),
      drain: (onProgress) => drain({ ...own, checkAlive, lastWords: host.lastWords }, onProgress),
      progress: progressReader(own),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function emulatorLimits({ tier, maxBytesPerPartition }: StackOptions) {
  return {
    ...(tier !== undefined && { tier }),
    ...(maxBytesPerPartition !== undefined && { maxBytesPerPartition }),
  };
}

function hubOptions({ partitions = DEFAULT_PARTITIONS }: StackOptions) {
  return { partitionCount: partitions, consumerGroups: [ONLOOKERS] };
}
