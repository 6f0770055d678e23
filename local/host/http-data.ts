import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpCookie, HttpRequestData, HttpResponseData } from './core-module.ts';

/** FUNCTIONS_REQUEST_BODY_SIZE_LIMIT, unless it is set. */
const MOST_BODY_BYTES = 104_857_600;

export class BodyTooLarge extends Error {}

/** The request as the host hands it to the worker. Throws BodyTooLarge. */
export async function toRequestData(
  request: IncomingMessage,
  url: URL,
  parameters: Readonly<Record<string, string>>,
): Promise<HttpRequestData> {
  const query = Map.groupBy(url.searchParams, ([name]) => name);
  return {
    method: request.method ?? 'GET',
    url: url.href,
    nullableHeaders: nullable(headersOf(request)),
    // What comes twice, .NET joins.
    nullableQuery: nullable(
      [...query].map(([name, pairs]) => [name, pairs.map(([, value]) => value).join(',')]),
    ),
    nullableParams: nullable(Object.entries(parameters)),
    body: { bytes: await readBody(request) },
  };
}

type Pairs = readonly (readonly [name: string, value: string])[];

function headersOf({ headers }: IncomingMessage): Pairs {
  return Object.entries(headers).map(([name, value = '']) => [name, String(value)]);
}

function nullable(pairs: Pairs): Record<string, { readonly value: string }> {
  return Object.fromEntries(pairs.map(([name, value]) => [name, { value }]));
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BODY_BYTES) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Sends what a function has returned; 204 for nothing, as Functions 2 and later do. */
export function sendResponse(response: ServerResponse, data: HttpResponseData | undefined): void {
  if (data === undefined) {
    response.writeHead(204).end();
    return;
  }
  for (const [name, value] of Object.entries(data.headers ?? {})) response.setHeader(name, value);
  const cookies = data.cookies?.map(serialiseCookie) ?? [];
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  response.writeHead(Number(data.statusCode ?? 200)).end(data.body?.bytes);
}

function serialiseCookie(cookie: HttpCookie): string {
  const { name, value, domain, path, expires, maxAge, secure, httpOnly, sameSite } = cookie;
  return [
    `${name}=${encodeURIComponent(value)}`,
    expires && `expires=${new Date(expires.value.seconds * 1_000).toUTCString()}`,
    maxAge && `max-age=${maxAge.value}`,
    domain && `domain=${domain.value}`,
    path && `path=${path.value}`,
    secure?.value && 'secure',
    sameSite && sameSite !== 'none' && `samesite=${sameSite === 'explicitNone' ? 'none' : sameSite}`,
    httpOnly?.value && 'httponly',
  ]
    .filter(Boolean)
    .join('; ');
}
