import { createServer, request as forward } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

/** What becomes of a request: refused with a status, or done while its answer is lost. */
export type ProxyFault = { readonly status: number } | 'lose-answer';

export interface UnreliableProxy {
  readonly url: string;
  /** Asked before each request, by its method and its path with the query; `undefined` lets it pass. */
  onRequest: ((method: string, path: string) => ProxyFault | undefined) | undefined;
}

/** A proxy in front of an HTTP service on this machine, closed when the test ends. */
export async function startProxy(target: string): Promise<UnreliableProxy> {
  const { hostname, port, origin } = new URL(target);
  const proxy = { url: '', onRequest: undefined as UnreliableProxy['onRequest'] };
  const server = createServer((incoming, answer) => {
    const fault = proxy.onRequest?.(incoming.method ?? '', incoming.url ?? '');
    if (fault !== undefined && fault !== 'lose-answer') {
      incoming.resume();
      answer.writeHead(fault.status, { 'content-length': 0 }).end();
      return;
    }
    passOn(incoming, answer, { hostname, port, losing: fault === 'lose-answer' });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('The proxy does not listen on a port.');
  proxy.url = target.replace(origin, `http://127.0.0.1:${address.port}`);
  return proxy;
}

function passOn(
  incoming: IncomingMessage,
  answer: ServerResponse,
  { hostname, port, losing }: { hostname: string; port: string; losing: boolean },
): void {
  const { method, url, headers } = incoming;
  const outgoing = forward({ hostname, port, method, path: url, headers }, (response) => {
    if (losing) {
      response.resume().once('end', () => answer.destroy());
      return;
    }
    answer.writeHead(response.statusCode ?? 500, response.headers);
    response.pipe(answer);
  });
  outgoing.once('error', () => answer.destroy());
  incoming.pipe(outgoing);
}
