import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { finished } from 'node:stream/promises';
import { BodyTooLarge, sendResponse, toRequestData } from './http-data.ts';
import { createKeys, isAuthorised } from './http-keys.ts';
import type { HttpKeys } from './http-keys.ts';
import { comparePrecedence, matchRoute, parseRoute } from './http-route.ts';
import type { Route } from './http-route.ts';
import type { HttpTrigger } from './http-trigger.ts';
import { invocationEnd } from './listener.ts';
import type { Listener, ListenerDeps } from './listener.ts';

/** Nobody but this machine is answered. */
const ADDRESS = '127.0.0.1';

export interface HttpOptions {
  /** A free one, unless given. */
  readonly port?: number;
  /** Made at start, unless given. */
  readonly keys?: HttpKeys;
}

/** Where HTTP functions are called. */
export interface HttpServer {
  readonly url: string;
  readonly port: number;
  readonly keys: HttpKeys;
  readonly urlOf: (trigger: HttpTrigger) => string;
  /** Throws an Error where another function has the route already. */
  readonly serve: (trigger: HttpTrigger, deps: ListenerDeps) => Listener;
  readonly close: () => Promise<void>;
}

interface Served {
  readonly trigger: HttpTrigger;
  /** With the prefix. */
  readonly route: Route;
  readonly deps: ListenerDeps;
  readonly running: Set<Promise<void>>;
}

/** Answers as the Functions host does: 404 for a method that no function of the route has, and 500 with nothing in it. */
export async function openHttpServer(
  prefix: string,
  { port = 0, keys = createKeys() }: HttpOptions,
): Promise<HttpServer> {
  let served: readonly Served[] = [];
  const server = createServer((request, response) => {
    answer(request, response, served, keys).catch((error: unknown) => response.destroy(toError(error)));
  });
  server.listen(port, ADDRESS);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new Error(`HTTP functions cannot be served: ${toError(cause).message}.`, { cause });
  }
  const bound = server.address() as AddressInfo;
  const url = `http://${ADDRESS}:${bound.port}`;
  const withPrefix = ({ functionName, route }: HttpTrigger): Route =>
    parseRoute(functionName, `${prefix}/${route.template}`);

  return {
    url,
    port: bound.port,
    keys,
    urlOf: (trigger) => `${url}/${withPrefix(trigger).template}`,
    serve: (trigger, deps) => {
      const one = { trigger, route: withPrefix(trigger), deps, running: new Set<Promise<void>>() };
      refuseClash(one, served);
      served = [...served, one].toSorted((a, b) => comparePrecedence(a.route, b.route));
      return {
        stop: async () => {
          served = served.filter((other) => other !== one);
          await Promise.all(one.running);
        },
      };
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** As ScriptHost.ValidateHttpFunction does. */
function refuseClash({ trigger, route }: Served, served: readonly Served[]): void {
  const other = served.find(
    (one) =>
      one.route.template.toLowerCase() === route.template.toLowerCase() &&
      (trigger.methods.length === 0 || trigger.methods.some((method) => takes(one.trigger, method))),
  );
  if (!other) return;
  throw new Error(`Functions ${other.trigger.functionName} and ${trigger.functionName} have the same route.`);
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  served: readonly Served[],
  keys: HttpKeys,
): Promise<void> {
  const url = urlOf(request);
  const path = url && partsOf(url.pathname);
  if (!url || !path) return end(response, 400);
  const method = request.method ?? '';
  for (const one of served) {
    const parameters = takes(one.trigger, method) ? matchRoute(one.route, path) : undefined;
    if (!parameters) continue;
    if (!isAuthorised(one.trigger.authLevel, request, url, keys)) return end(response, 401);
    const run = runFunction(one, request, response, url, parameters).then(() => sent(response));
    one.running.add(run);
    return run.finally(() => one.running.delete(run));
  }
  return end(response, 404);
}

/** One that names no method takes all. */
function takes({ methods }: HttpTrigger, method: string): boolean {
  return methods.length === 0 || methods.includes(method);
}

async function runFunction(
  { trigger: { functionName }, deps }: Served,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  parameters: Readonly<Record<string, string>>,
): Promise<void> {
  const started = performance.now();
  try {
    const http = await toRequestData(request, url, parameters);
    const outcome = await deps.invoke(functionName, { input: { http }, triggerMetadata: {} });
    deps.onInvocation(invocationEnd(functionName, outcome, performance.now() - started));
    if (!outcome.ok) return end(response, 500);
    return sendResponse(response, outcome.response?.returnValue?.http);
  } catch (error) {
    if (!(error instanceof BodyTooLarge)) throw error;
    return end(response, 413);
  }
}

/** To the last byte, or until nobody wants it any more. */
function sent(response: ServerResponse): Promise<void> {
  return finished(response).catch(() => {});
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': 0 }).end();
}

function urlOf({ url = '/', headers }: IncomingMessage): URL | undefined {
  return URL.parse(`http://${headers.host ?? ADDRESS}${url}`) ?? undefined;
}

/** Decoded; undefined where that cannot be done. A slash at the end means nothing. */
function partsOf(pathname: string): readonly string[] | undefined {
  try {
    return pathname
      .replaceAll(/^\/|\/$/g, '')
      .split('/')
      .map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
