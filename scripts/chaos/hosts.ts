import { kill } from 'node:process';
import { fileURLToPath } from 'node:url';
import { startHostProcess } from '../../local/host/host-process.ts';
import type { HostProcess } from '../../local/host/host-process.ts';
import type { LogEntry } from '../../local/host/host.ts';
import { startFaultyStorage } from '../../local/storage/fault-proxy.ts';
import type { OnStorageOperation } from '../../local/storage/fault-proxy.ts';
import type { Storage } from '../../local/storage/azurite.ts';

/** Holds host.json, package.json and the app as it was built. */
const APP = fileURLToPath(new URL('../..', import.meta.url));

/** A process with the whole app, and with a way to storage of its own, so that each request is known to be its. */
export interface ChaosHost {
  readonly name: string;
  readonly isAlive: () => boolean;
  /** Ends it at once, whatever it does. */
  readonly kill: () => void;
  /** Stops it in the middle of whatever it does, as a machine that is short of everything does. */
  readonly halt: () => void;
  readonly resume: () => void;
  /** Whether there is such a timer. Rejects with what it throws, or when the process ends. */
  readonly runTimer: (name: string) => Promise<boolean>;
  /** Lets it end in good order. */
  readonly stop: () => Promise<void>;
  /** Kills it, and waits for its end. */
  readonly end: () => Promise<void>;
  readonly lastWords: () => string;
}

export interface ChaosHostOptions {
  readonly name: string;
  /** The host's entry point. */
  readonly main: string;
  readonly storage: Storage;
  /** Those of storage are put in. */
  readonly settings: Readonly<Record<string, string>>;
  readonly onOperation: (host: ChaosHost) => OnStorageOperation;
}

const LINES_KEPT = 20;

/** Resolves when it listens, or when it was killed before that. Rejects when it cannot start. */
export async function startChaosHost(options: ChaosHostOptions): Promise<ChaosHost> {
  const { name, main, storage, settings, onOperation } = options;
  const faulty = await startFaultyStorage(storage);
  const lines: string[] = [];
  let isKilled = false;
  const starting = startHostProcess({
    appFolder: APP,
    main,
    settings: { ...settings, ...storageSettings(faulty.connectionString) },
    log: keepLine,
  });

  function keepLine({ level, category, message }: LogEntry): void {
    lines.push(`[${level}] ${category}: ${message}`);
    if (lines.length > LINES_KEPT) lines.shift();
  }

  let started: HostProcess | undefined;
  const host: ChaosHost = {
    name,
    isAlive: () => !isKilled && started !== undefined,
    kill: () => {
      isKilled = true;
      started?.kill().catch(() => {});
    },
    halt: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    runTimer: async (timer) => {
      const process = await starting;
      if (!process.functions.some((info) => info.name === timer)) return false;
      await process.runTimer(timer);
      return true;
    },
    stop: async () => {
      await (await starting).close();
      isKilled = true;
    },
    end: async () => {
      isKilled = true;
      await started?.kill();
      await faulty.close();
    },
    lastWords: () => lines.join('\n'),
  };

  function signal(which: NodeJS.Signals): void {
    if (host.isAlive() && started?.pid !== undefined) kill(started.pid, which);
  }

  faulty.onOperation = onOperation(host);
  started = await starting;
  if (isKilled) await started.kill();
  started.exited.then(
    () => (isKilled = true),
    () => (isKilled = true),
  );
  return host;
}

function storageSettings(connectionString: string): Record<string, string> {
  return {
    AzureWebJobsStorage: connectionString,
    ArchiveStorage: connectionString,
    LedgerStorage: connectionString,
  };
}
