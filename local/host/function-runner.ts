import type { Binding, FunctionMetadata } from './core-module.ts';
import { eventHubTrigger, listenToEventHub } from './event-hub-trigger.ts';
import type { EventHubsOptions } from './host-json.ts';
import type { HttpServer } from './http-server.ts';
import { httpTrigger } from './http-trigger.ts';
import type { AuthLevel } from './http-trigger.ts';
import { isTrigger } from './invoke.ts';
import type { Listener, ListenerDeps } from './listener.ts';
import { isDisabled } from './settings.ts';
import { listenToTimer, timerTrigger } from './timer-trigger.ts';
import type { TimerListener } from './timer-trigger.ts';

export interface FunctionInfo {
  readonly name: string;
  /** The type of its trigger: `eventHubTrigger`, `timerTrigger`, ... */
  readonly type: string;
  /** What it listens to, or why it does not. */
  readonly detail: string;
  /** HTTP triggers only: where it is called, and which key it wants. */
  readonly url?: string;
  readonly authLevel?: AuthLevel;
}

export interface FunctionRunner {
  readonly info: FunctionInfo;
  /** None for a function that is disabled, or whose trigger the local host does not know. */
  readonly start?: () => Promise<Listener | TimerListener>;
}

export interface RunnerOptions {
  readonly eventHubs: EventHubsOptions;
  /** Undefined where the app has no HTTP function. */
  readonly http: HttpServer | undefined;
}

/** Reads what the app registered. Throws an Error for a trigger that Azure would refuse. */
export function functionRunner(
  { name, bindings, retryOptions }: FunctionMetadata,
  { eventHubs, http }: RunnerOptions,
  deps: ListenerDeps,
): FunctionRunner {
  const binding = Object.values(bindings).find(({ type }) => isTrigger(type));
  if (binding === undefined) throw new Error(`Function ${name} has no trigger.`);
  const { type } = binding;
  if (isDisabled(name, deps.settings)) return { info: { name, type, detail: 'disabled' } };
  switch (type.toLowerCase()) {
    case 'eventhubtrigger': {
      const trigger = eventHubTrigger(name, binding, retryOptions, deps);
      const detail = `hub ${trigger.hub}, group ${trigger.consumerGroup}`;
      return { info: { name, type, detail }, start: () => listenToEventHub(trigger, eventHubs, deps) };
    }
    case 'timertrigger':
      return timerRunner(name, binding, deps);
    case 'httptrigger':
      return httpRunner(name, binding, http, deps);
    default:
      return { info: { name, type, detail: 'not run by the local host' } };
  }
}

/** As `func start` prints it. */
function httpRunner(
  name: string,
  binding: Binding,
  server: HttpServer | undefined,
  deps: ListenerDeps,
): FunctionRunner {
  if (server === undefined) throw new Error(`Function ${name} has an HTTP trigger, and no server runs.`);
  const trigger = httpTrigger(name, binding, deps);
  const url = server.urlOf(trigger);
  const { authLevel, methods } = trigger;
  const detail = `[${methods.join(',')}] ${url}`;
  return {
    info: { name, type: binding.type, detail, url, authLevel },
    start: async () => server.serve(trigger, deps),
  };
}

function timerRunner(name: string, binding: Binding, deps: ListenerDeps): FunctionRunner {
  const trigger = timerTrigger(name, binding, deps);
  return {
    info: { name, type: binding.type, detail: trigger.expression },
    start: async () => listenToTimer(trigger, deps),
  };
}

/** The list of functions as `func start` prints it. */
export function describeFunctions({ functions }: { readonly functions: readonly FunctionInfo[] }): string {
  const lines = functions.map(({ name, type, detail, url }) =>
    url === undefined ? `\t${name}: ${type} (${detail})` : `\t${name}: ${detail}`,
  );
  return ['Functions:', ...lines].join('\n\n');
}
