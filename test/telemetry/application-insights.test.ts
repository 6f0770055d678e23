import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { applicationInsights } from '../../shared/azure/application-insights.ts';
import type { TelemetryConfig } from '../../shared/telemetry/config.ts';
import type { TelemetrySink } from '../../shared/telemetry/telemetry.ts';
import { pointsOf, startIngestionEndpoint, tracesIn } from '../support/ingestion-endpoint.ts';

const HUB = { namespace: 'contoso', hub: 'logs' };
const SIGN_INS = { ...HUB, category: 'entra/SignInLogs' };

afterEach(() => {
  vi.unstubAllEnvs();
});

function sinkTo(connectionString: string, changes: Partial<TelemetryConfig> = {}): TelemetrySink {
  return applicationInsights({ connectionString, identity: undefined, role: 'contoso-sluice', ...changes });
}

function countOne(sink: TelemetrySink): void {
  sink.measure({ metric: 'recordsIn', value: 1, dimensions: SIGN_INS });
}

describe('Application Insights gets', () => {
  test('sums of what came since the last time, the last of each gauge, and distributions', async () => {
    const endpoint = await startIngestionEndpoint();
    const sink = sinkTo(endpoint.connectionString);
    for (const value of [3, 4]) {
      sink.measure({ metric: 'recordsIn', value, dimensions: SIGN_INS });
      sink.measure({ metric: 'lagEvents', value, dimensions: HUB });
      sink.measure({ metric: 'batchDuration', value, dimensions: { ...HUB, outcome: 'taken-in' } });
    }
    await sink.flush();
    sink.measure({ metric: 'recordsIn', value: 5, dimensions: SIGN_INS });

    await sink.flush();

    const { envelopes } = endpoint;
    expect(pointsOf(envelopes, 'sluice.records.in', SIGN_INS).map(({ value }) => value)).toEqual([7, 5]);
    expect(pointsOf(envelopes, 'sluice.lag.events', HUB).map(({ value }) => value)).toEqual([4]);
    expect(pointsOf(envelopes, 'sluice.batch.duration')).toMatchObject([
      { value: 7, count: 2, min: 3, max: 4 },
    ]);
    expect(new Set(envelopes.map(({ tags }) => tags['ai.cloud.role']))).toEqual(new Set(['contoso-sluice']));
  });

  test('traces with their level, their time and what they belong to', async () => {
    const endpoint = await startIngestionEndpoint();
    const sink = sinkTo(endpoint.connectionString);
    const time = Date.parse('2026-11-20T10:11:12.345Z');
    const traceParent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';

    sink.trace({ time, level: 'error', message: 'Batch failed', properties: { first: 7 }, traceParent });
    sink.trace({ time, level: 'info', message: 'Batch', properties: {}, traceParent: 'none of these' });
    await sink.flush();

    expect(tracesIn(endpoint.envelopes)).toMatchObject([
      {
        time: '2026-11-20T10:11:12.345Z',
        tags: {
          'ai.operation.id': '0af7651916cd43dd8448eb211c80319c',
          'ai.operation.parentId': 'b7ad6b7169203331',
        },
        data: { baseData: { message: 'Batch failed', severityLevel: 'Error', properties: { first: '7' } } },
      },
      { data: { baseData: { message: 'Batch', severityLevel: 'Information' } } },
    ]);
  });

  test('what an identity signs, where one is set', async () => {
    const endpoint = await startIngestionEndpoint();
    const identity = await startIdentityEndpoint();

    const sink = sinkTo(endpoint.connectionString, { identity: { clientId: 'a-client-id' } });
    countOne(sink);
    await sink.flush();

    expect(endpoint.requests.map(({ authorization }) => authorization)).toEqual(['Bearer a-token']);
    expect(identity.asked[0]?.get('resource')).toBe('https://monitor.azure.com');
    expect(identity.asked[0]?.get('client_id')).toBe('a-client-id');
  });
});

/** Where a function app gets the tokens of its identities: https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference */
async function startIdentityEndpoint(): Promise<{ readonly asked: readonly URLSearchParams[] }> {
  const asked: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    asked.push(new URL(request.url ?? '', 'http://localhost').searchParams);
    const expires_on = Math.floor(Date.now() / 1_000) + 86_400;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ access_token: 'a-token', expires_on, token_type: 'Bearer' }));
  });
  server.listen(0, 'localhost');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  vi.stubEnv('IDENTITY_ENDPOINT', `http://localhost:${port}/msi/token`);
  vi.stubEnv('IDENTITY_HEADER', 'a-secret');
  return { asked };
}

describe('an endpoint that does not take it', () => {
  test.each([400, 403, 500])('%i is said', async (answer) => {
    const endpoint = await startIngestionEndpoint();
    endpoint.answerWith(answer);
    const sink = sinkTo(endpoint.connectionString);
    countOne(sink);

    await expect(sink.flush()).rejects.toThrow(`status ${answer} {"itemsReceived":1`);
    endpoint.answerWith(200);
    countOne(sink);
    await sink.flush();
  });

  test('and takes it a moment later is asked again', async () => {
    const endpoint = await startIngestionEndpoint();
    endpoint.answerWith(503, 200);
    const sink = sinkTo(endpoint.connectionString);
    countOne(sink);

    await sink.flush();

    expect(endpoint.requests).toHaveLength(2);
  });
});
