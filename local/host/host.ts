import { functionRunner } from './function-runner.ts';
import type { FunctionInfo, FunctionRunner } from './function-runner.ts';
import { readHostJson } from './host-json.ts';
import type { EventHubsOptions, HostJson } from './host-json.ts';
import type { HttpKeys } from './http-keys.ts';
import { openHttpServer } from './http-server.ts';
import type { HttpOptions, HttpServer } from './http-server.ts';
import { createInvoke, runHooks } from './invoke.ts';
import type { Log, LogEntry } from './invoke.ts';
import type { InvocationEnd, Listener, ListenerDeps } from './listener.ts';
import { loadApp } from './load-app.ts';
import type { App } from './load-app.ts';
import { applySettings } from './settings.ts';
import type { Settings } from './settings.ts';
import type { TimerListener } from './timer-trigger.ts';

export { describeFunctions } from './function-runner.ts';
export type { FunctionInfo } from './function-runner.ts';
export type { HttpKeys } from './http-keys.ts';
export type { HttpOptions } from './http-server.ts';
export type { LogEntry } from './invoke.ts';
export type { InvocationEnd } from './listener.ts';

export interface HostOptions {
  /** Holds host.json and package.json. */
  readonly appFolder: string;
  /** What `Values` of local.settings.json, or the settings of the app in Azure, would be. */
  readonly settings: Settings;
  readonly log?: (entry: LogEntry) => void;
  /** Told at the end of every run of a function. */
  readonly onInvocation?: (end: InvocationEnd) => void;
  /** In place of host.json's, so that tests need not wait for Azure's 30 seconds and 2 minutes. */
  readonly loadBalancing?: { readonly updateIntervalMs: number; readonly ownershipExpirationMs: number };
  /** Where HTTP functions are served, and with which keys. */
  readonly http?: HttpOptions;
  /** Milliseconds since 1970 UTC. */
  readonly now?: () => number;
}

/** Where HTTP functions are called. */
export interface HttpAddress {
  readonly url: string;
  readonly port: number;
  readonly keys: HttpKeys;
}

export interface FunctionsHost {
  readonly functions: readonly FunctionInfo[];
  /** Undefined where the app has no HTTP function. */
  readonly http: HttpAddress | undefined;
  /** Runs a timer function now. Rejects with what it throws. */
  readonly runTimer: (name: string) => Promise<void>;
  /** Stops one function: its invocations end, and its partitions are given up. */
  readonly stop: (name: string) => Promise<void>;
  /**
   * Stops all. Invocations under way are waited for, however long they take, but their batches are not checkpointed, as in
   * Azure: they come again.
   */
  readonly close: () => Promise<void>;
}

type Listeners = Map<string, Listener | TimerListener>;

let started = false;

/**
 * Loads a Functions app, unchanged, and runs its Event Hub, timer and HTTP functions as Azure would, in this process. Once per
 * process, because Node loads a module once; `startHostProcess` has no such limit.
 *
 * Throws an Error for an app that Azure would run empty or in part: an entry point that fails, a trigger that cannot be
 * read, a setting that is missing.
 */
export async function startHost(options: HostOptions): Promise<FunctionsHost> {
  if (started) throw new Error('A process can load the modules of an app only once; use startHostProcess.');
  started = true;
  const restore = applySettings(options.settings);
  try {
    return await startApp(options, options.log ?? (() => {}), restore);
  } catch (error) {
    restore();
    throw error;
  }
}

async function startApp(options: HostOptions, log: Log, restore: () => void): Promise<FunctionsHost> {
  const hostJson = await readHostJson(options.appFolder, process.env);
  for (const remark of hostJson.remarks) note(log, remark);
  const app = await loadApp(options.appFolder, (level, category, message) =>
    log({ level, category: `Worker.${category}`, message }),
  );
  await runHooks(app, 'appStart', { hookData: {} });
  const deps: ListenerDeps = {
    settings: { ...process.env },
    capabilities: app.capabilities,
    invoke: createInvoke(app, log),
    onInvocation: options.onInvocation ?? (() => {}),
    log,
    now: options.now ?? Date.now,
  };
  const http = hasHttp(app) ? await openHttpServer(hostJson.routePrefix, options.http ?? {}) : undefined;
  try {
    const shared = { eventHubs: eventHubsOptions(hostJson, options), http };
    const runners = [...app.functions.values()].map(({ metadata }) => functionRunner(metadata, shared, deps));
    const listeners = await startAll(runners, log);
    const functions = runners.map(({ info }) => info);
    return facade(functions, http, listeners, log, async () => {
      await http?.close();
      await runHooks(app, 'appTerminate', { hookData: {} });
      app.unload();
      restore();
    });
  } catch (error) {
    await http?.close();
    throw error;
  }
}

function hasHttp({ functions }: App): boolean {
  const types = [...functions.values()].flatMap(({ metadata }) =>
    Object.values(metadata.bindings).map(({ type }) => type.toLowerCase()),
  );
  return types.includes('httptrigger');
}

function facade(
  functions: readonly FunctionInfo[],
  http: HttpServer | undefined,
  listeners: Listeners,
  log: Log,
  unload: () => Promise<void>,
): FunctionsHost {
  let closed: Promise<void> | undefined;
  return {
    functions,
    http: http && { url: http.url, port: http.port, keys: http.keys },
    runTimer: async (name) => {
      const listener = listeners.get(name);
      if (listener === undefined || !('run' in listener)) throw new Error(`No timer ${name} is running.`);
      await listener.run();
    },
    stop: async (name) => stop(listeners, [name]),
    close: () => {
      if (closed === undefined) note(log, 'Stopping JobHost');
      closed ??= stop(listeners, [...listeners.keys()]).then(unload);
      return closed;
    },
  };
}

function eventHubsOptions({ eventHubs }: HostJson, { loadBalancing }: HostOptions): EventHubsOptions {
  if (loadBalancing === undefined) return eventHubs;
  return {
    ...eventHubs,
    loadBalancingUpdateInterval: loadBalancing.updateIntervalMs,
    partitionOwnershipExpirationInterval: loadBalancing.ownershipExpirationMs,
  };
}

async function startAll(runners: readonly FunctionRunner[], log: Log): Promise<Listeners> {
  const listeners: Listeners = new Map();
  try {
    for (const { info, start } of runners) {
      if (start === undefined) note(log, `${info.name}: ${info.type}, ${info.detail}`);
      else listeners.set(info.name, await start());
    }
    return listeners;
  } catch (error) {
    await stop(listeners, [...listeners.keys()]);
    throw error;
  }
}

async function stop(listeners: Listeners, names: readonly string[]): Promise<void> {
  const stopping = names.map(async (name) => {
    const listener = listeners.get(name);
    listeners.delete(name);
    await listener?.stop();
  });
  await Promise.all(stopping);
}

function note(log: Log, message: string): void {
  log({ level: 'information', category: 'Host.Startup', message });
}
