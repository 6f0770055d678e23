import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpSite {
  readonly url: string;
  readonly received: readonly Received[];
}

/** Of `localhost`, signed by itself: nobody trusts it who is not told to. */
export const CERTIFICATE = readFileSync(new URL('../fixtures/tls/localhost.pem', import.meta.url), 'utf8');
const KEY = readFileSync(new URL('../fixtures/tls/localhost.key.pem', import.meta.url), 'utf8');

/** A server on this machine, closed when the test ends. `undefined` as a reply hangs up. */
export async function startHttpSite(
  reply: (request: Received) => Reply | undefined,
  { tls = false } = {},
): Promise<HttpSite> {
  const received: Received[] = [];
  const listener: RequestListener = (request, response) => {
    const answer = async (): Promise<void> => {
      const one = { path: request.url ?? '', headers: request.headers, body: await buffer(request) };
      received.push(one);
      const { status = 200, headers, body } = reply(one) ?? { status: 0 };
      if (status === 0) request.socket.destroy();
      else response.writeHead(status, headers).end(body);
    };
    answer().catch((error: unknown) => response.destroy(error as Error));
  };
  const server = tls ? createTlsServer({ cert: CERTIFICATE, key: KEY }, listener) : createServer(listener);
  server.listen(0);
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `${tls ? 'https' : 'http'}://localhost:${port}`, received };
}
