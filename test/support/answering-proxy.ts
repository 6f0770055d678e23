import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** An answer of the blob service that Azurite does not give. */
export interface ServiceAnswer {
  readonly status: number;
  /** The service's own code, such as `BlobArchived`. */
  readonly code: string;
}

export interface ProxiedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export interface AnsweringProxy {
  /** In place of the blob endpoint. */
  readonly url: string;
  readonly requests: ProxiedRequest[];
  /** Answered in place of the service; `undefined` lets the request pass. */
  answer: ((request: ProxiedRequest) => ServiceAnswer | undefined) | undefined;
  /** The same for the requests within a batch, by the path of the blob. */
  answerInBatch: ((path: string) => ServiceAnswer | undefined) | undefined;
  /** Headers to put on an answer that the service has given. */
  addHeaders: ((request: ProxiedRequest) => Readonly<Record<string, string>>) | undefined;
}

/** A proxy in front of a blob service on this machine, closed when the test ends. */
export async function startAnsweringProxy(target: string): Promise<AnsweringProxy> {
  const requests: ProxiedRequest[] = [];
  const proxy: AnsweringProxy & { url: string } = {
    url: '',
    requests,
    answer: undefined,
    answerInBatch: undefined,
    addHeaders: undefined,
  };
  const { origin } = new URL(target);
  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => response.destroy());
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

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = incoming;
    const request = { method, path, headers };
    requests.push(request);
    const body = await buffer(incoming);
    const own = proxy.answer?.(request);
    if (own) {
      response.writeHead(own.status, { 'x-ms-error-code': own.code, 'content-type': 'application/xml' });
      response.end(method === 'HEAD' ? undefined : `<Error><Code>${own.code}</Code></Error>`);
      return;
    }
    const isBatch = path.includes('comp=batch') && proxy.answerInBatch !== undefined;
    const refused = isBatch
      ? refusedIn(body.toString(), proxy.answerInBatch)
      : new Map<string, ServiceAnswer>();
    const sent = refused.size > 0 ? Buffer.from(spoilt(body.toString(), refused)) : body;
    const answer = await forward(origin + path, method, headers, sent);
    const text = refused.size > 0 ? Buffer.from(replaced(answer.body.toString(), refused)) : answer.body;
    response.writeHead(answer.status, { ...answer.headers, ...proxy.addHeaders?.(request) });
    response.end(text);
  }
}

async function forward(url: string, method: string, headers: IncomingHttpHeaders, body: Buffer) {
  const { connection: _, 'transfer-encoding': __, 'content-length': ___, expect: ____, ...kept } = headers;
  const init = method === 'GET' || method === 'HEAD' ? {} : { body: new Uint8Array(body) };
  const answer = await fetch(url, { method, headers: kept as Record<string, string>, ...init });
  const own = Object.fromEntries(
    [...answer.headers].filter(
      ([name]) => !/^(connection|keep-alive|transfer-encoding|content-length)$/.test(name),
    ),
  );
  const length = method === 'HEAD' ? { 'content-length': answer.headers.get('content-length') ?? '0' } : {};
  return {
    status: answer.status,
    headers: { ...own, ...length },
    body: Buffer.from(await answer.arrayBuffer()),
  };
}

/** By the Content-ID of the request within the batch. */
function refusedIn(body: string, answerOf: AnsweringProxy['answerInBatch']): Map<string, ServiceAnswer> {
  const refused = new Map<string, ServiceAnswer>();
  for (const [, id = '', path = ''] of body.matchAll(/^content-id: (\d+)[^]*?^(?:DELETE|PUT) (\S+)/gim)) {
    const answer = answerOf?.(decodeURIComponent(path));
    if (answer) refused.set(id, answer);
  }
  return refused;
}

/** A request whose signature is wrong has no effect. The length stays, for it is signed with the batch. */
function spoilt(body: string, refused: ReadonlyMap<string, ServiceAnswer>): string {
  return inParts(body, refused, (part) =>
    part.replace(
      /^(authorization: SharedKey \w+:)(\S+)/im,
      (_, scheme: string, signature: string) => scheme + 'A'.repeat(signature.length),
    ),
  );
}

function replaced(body: string, refused: ReadonlyMap<string, ServiceAnswer>): string {
  return inParts(body, refused, (part, { status, code }) =>
    part.replace(/^HTTP\/1.1[^]*$/im, `HTTP/1.1 ${status} Refused\r\nx-ms-error-code: ${code}\r\n\r\n`),
  );
}

function inParts(
  body: string,
  refused: ReadonlyMap<string, ServiceAnswer>,
  change: (part: string, answer: ServiceAnswer) => string,
): string {
  return body
    .split(/(?=^--)/m)
    .map((part) => {
      const answer = refused.get(/^content-id: (\d+)/im.exec(part)?.[1] ?? '');
      return answer ? change(part, answer) : part;
    })
    .join('');
}
