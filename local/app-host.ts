import { startHostProcess } from './host/host-process.ts';
import type { HostProcess } from './host/host-process.ts';
import type { Vitals } from './host/vitals.ts';
import type { FunctionInfo, HttpAddress, HttpOptions, InvocationEnd, LogEntry } from './host/host.ts';

export interface AppHostOptions {
  readonly appFolder: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly http?: HttpOptions | undefined;
  readonly log?: ((entry: LogEntry) => void) | undefined;
  readonly onInvocation?: ((end: InvocationEnd) => void) | undefined;
  /** Told what its process takes, every second. */
  readonly onVitals?: ((vitals: Vitals) => void) | undefined;
}

/** The app's host, one process at a time. */
export interface AppHost {
  readonly functions: readonly FunctionInfo[];
  /** Where HTTP functions are called, the same after a restart. */
  readonly http: HttpAddress | undefined;
  readonly runTimer: (name: string) => Promise<void>;
  /** Ends it at once, as a crash does. */
  readonly kill: () => Promise<void>;
  /** Starts it again, after it was killed or in place of the process that runs. */
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
  /** Throws an Error with what the host last said where its process has ended. */
  readonly checkAlive: () => void;
  readonly lastWords: () => string;
}

const LINES_KEPT = 20;

/** Starts the app in a process of its own. Throws the Error of an app that cannot be started. */
export async function startAppHost({
  log = () => {},
  onInvocation = () => {},
  http = {},
  ...options
}: AppHostOptions): Promise<AppHost> {
  const lines: string[] = [];
  const lastWords = (): string => lines.join('\n');
  let alive = true;
  let current = await start(http);

  async function start(where: HttpOptions): Promise<HostProcess> {
    const host = await startHostProcess({ ...options, http: where, log: logAndKeep, onInvocation });
    alive = true;
    host.exited.then(
      () => (alive = false),
      () => (alive = false),
    );
    return host;
  }

  function logAndKeep(entry: LogEntry): void {
    lines.push(`[${entry.level}] ${entry.category}: ${entry.message}`);
    if (lines.length > LINES_KEPT) lines.shift();
    log(entry);
  }

  return {
    functions: current.functions,
    http: current.http,
    runTimer: (name) => current.runTimer(name),
    kill: () => current.kill(),
    restart: async () => {
      await current.close();
      current = await start(current.http ?? http);
    },
    close: () => current.close(),
    checkAlive: () => {
      if (!alive)
        throw new Error(`The process of the Functions host has ended. It last said:\n${lastWords()}`);
    },
    lastWords,
  };
}
