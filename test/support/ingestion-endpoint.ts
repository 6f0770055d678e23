import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { trustedCertificate } from './certificate.ts';

/** What Application Insights is sent: https://learn.microsoft.com/azure/azure-monitor/app/data-model-complete */
export interface Envelope {
  readonly name: string;
  readonly time: string;
  readonly iKey: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly data: { readonly baseType: string; readonly baseData: BaseData };
}

interface BaseData {
  readonly metrics?: readonly SentMetric[];
  readonly message?: string;
  readonly severityLevel?: string;
  readonly properties: Readonly<Record<string, string>>;
}

interface SentMetric {
  readonly name: string;
  readonly value: number;
  readonly count?: number;
  readonly min?: number;
  readonly max?: number;
}

/** How it answers: with a status, or never. */
export type Answer = number | 'never';

export interface IngestionEndpoint {
  readonly connectionString: string;
  readonly url: string;
  /** In the order in which they came, whatever the answer was. */
  readonly envelopes: readonly Envelope[];
  readonly requests: readonly { readonly path: string; readonly authorization: string | undefined }[];
  /** The next requests, each as it is said, and those that come after them like the last. */
  answerWith(...answers: readonly Answer[]): void;
}

/** An ingestion endpoint of Application Insights on this machine, until the test ends. This process and those that it starts trust it. */
export async function startIngestionEndpoint(): Promise<IngestionEndpoint> {
  const envelopes: Envelope[] = [];
  const requests: { path: string; authorization: string | undefined }[] = [];
  let answers: readonly Answer[] = [200];

  function nextAnswer(): Answer {
    const [answer = 200, ...rest] = answers;
    if (rest.length > 0) answers = rest;
    return answer;
  }

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString();
    const sent = JSON.parse(text) as Envelope[];
    requests.push({ path: request.url ?? '', authorization: request.headers.authorization });
    envelopes.push(...sent);
    const answer = nextAnswer();
    if (answer === 'never') return;
    const count = sent.length;
    const accepted = answer === 200 ? count : 0;
    response.writeHead(answer, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ itemsReceived: count, itemsAccepted: accepted, errors: [] }));
  }

  const server = createServer(trustedCertificate(), (request, response) => {
    take(request, response).catch((error: unknown) => response.writeHead(400).end(String(error)));
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const url = `https://localhost:${port}`;
  return {
    url,
    connectionString: connectionStringTo(url),
    envelopes,
    requests,
    answerWith: (...next) => (answers = next),
  };
}

/** With an instrumentation key of its own. */
export function connectionStringTo(url: string): string {
  return `InstrumentationKey=${crypto.randomUUID()};IngestionEndpoint=${url}/;LiveEndpoint=${url}/`;
}

/** The sum of all values of a metric, of one with these dimensions where some are asked for. */
export function sumOf(
  envelopes: readonly Envelope[],
  name: string,
  dimensions: Readonly<Record<string, string>> = {},
): number {
  return pointsOf(envelopes, name, dimensions).reduce((sum, { value }) => sum + value, 0);
}

export function pointsOf(
  envelopes: readonly Envelope[],
  name: string,
  dimensions: Readonly<Record<string, string>> = {},
): SentMetric[] {
  return envelopes.flatMap(({ data: { baseData } }) => {
    const asked = Object.entries(dimensions).every(([key, value]) => baseData.properties[key] === value);
    return asked ? (baseData.metrics ?? []).filter((metric) => metric.name === name) : [];
  });
}

export function tracesIn(envelopes: readonly Envelope[]): Envelope[] {
  return envelopes.filter(({ data }) => data.baseType === 'MessageData');
}
