import type { Binding } from './core-module.ts';
import { parseRoute } from './http-route.ts';
import type { Route } from './http-route.ts';
import type { ListenerDeps } from './listener.ts';
import { expandSettings } from './settings.ts';

const AUTH_LEVELS = ['anonymous', 'function', 'admin'] as const;

/** Whose key a request must bring: nobody's, a function's, or the host's own. */
export type AuthLevel = (typeof AUTH_LEVELS)[number];

export interface HttpTrigger {
  readonly functionName: string;
  readonly methods: readonly string[];
  /** Without the prefix that host.json sets. */
  readonly route: Route;
  readonly authLevel: AuthLevel;
}

/** ScriptHost.ValidateHttpFunction refuses them: they are the host's own. */
const RESERVED = /^(admin|runtime)(\/|$)/i;

/** Reads an `httpTrigger` binding. Throws an Error for one that Azure would refuse. */
export function httpTrigger(
  functionName: string,
  options: Binding,
  { settings }: Pick<ListenerDeps, 'settings'>,
): HttpTrigger {
  const { route = functionName, methods = [], authLevel = 'function' } = options;
  const level = AUTH_LEVELS.find((known) => known === String(authLevel).toLowerCase());
  if (level === undefined) {
    throw new Error(`Function ${functionName}: "${String(authLevel)}" is no auth level.`);
  }
  const template = expandSettings(String(route), settings, `Function ${functionName}: route`);
  if (RESERVED.test(template)) {
    throw new Error(`Function ${functionName}: the route "${template}" is the host's own.`);
  }
  return {
    functionName,
    methods: (Array.isArray(methods) ? methods : []).map((method) => String(method).toUpperCase()),
    route: parseRoute(functionName, template),
    authLevel: level,
  };
}
