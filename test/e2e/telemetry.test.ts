import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import {
  connectionStringTo,
  pointsOf,
  startIngestionEndpoint,
  sumOf,
  tracesIn,
} from '../support/ingestion-endpoint.ts';
import { envelopeOf, invalidRecord, recordOf, validRecord } from '../support/messages.ts';
import { setVariable } from '../support/set-variable.ts';
import { drained, eventually, readComplete, sendTo, startApp, startSite } from '../support/site.ts';
import type { Site } from '../support/site.ts';

const RECORDER = fileURLToPath(new URL('../support/record-modules.ts', import.meta.url));

/** What sends telemetry, as the build has made a file of it, or from the packages. */
const EXPORTER =
  /\/(dist\/application-insights\.cjs|@opentelemetry\/|@azure\/monitor-opentelemetry-exporter\/)/;

function withTelemetry(site: Site, connectionString: string) {
  return { settings: { ...site.settings, APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString } };
}

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-telemetry-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('what comes in is measured by hub and category, and each batch is told of', async () => {
  const endpoint = await startIngestionEndpoint();
  const site = await startSite();
  const app = await startApp(withTelemetry(site, endpoint.connectionString));
  const hostile = '<img src=x onerror=alert(1)>';
  await sendTo(site, '0', [
    envelopeOf(validRecord('entra', 'SignInLogs'), invalidRecord('entra', 'SignInLogs')),
    envelopeOf(recordOf(hostile), recordOf(hostile)),
    '{"broken',
  ]);
  await sendTo(site, '1', [envelopeOf(validRecord('entra', 'SignInLogs'))]);
  await drained(site);
  await app.runTimer('capacity');

  await app.close();

  const { envelopes, requests } = endpoint;
  const { summary } = await readComplete(site);
  expect(sumOf(envelopes, 'sluice.records.in')).toBe(summary.records);
  const hub = { namespace: 'localhost', hub: 'logs' };
  const signIns = { ...hub, category: 'entra/SignInLogs' };
  expect(sumOf(envelopes, 'sluice.records.in', signIns)).toBe(3);
  expect(sumOf(envelopes, 'sluice.records.archived', signIns)).toBe(2);
  expect(sumOf(envelopes, 'sluice.records.dead_lettered', { ...signIns, reason: 'invalid' })).toBe(1);
  expect(sumOf(envelopes, 'sluice.records.dead_lettered', { ...hub, reason: 'not-json' })).toBe(1);
  expect(sumOf(envelopes, 'sluice.records.passed_on', signIns)).toBe(2);
  expect(sumOf(envelopes, 'sluice.records.in', { ...hub, category: `unknown/${hostile}` })).toBe(2);
  const bytes = 2 * validRecord('entra', 'SignInLogs').length + invalidRecord('entra', 'SignInLogs').length;
  expect(sumOf(envelopes, 'sluice.bytes.in', signIns)).toBe(bytes);
  const traces = tracesIn(envelopes);
  const durations = pointsOf(envelopes, 'sluice.batch.duration', { ...hub, outcome: 'taken-in' });
  expect(durations.reduce((sum, { count = 0 }) => sum + count, 0)).toBe(traces.length);
  expect(pointsOf(envelopes, 'sluice.lag.events', hub)).toMatchObject([{ value: 0 }]);
  for (const measure of ['average', 'p95', 'peak']) {
    expect(pointsOf(envelopes, 'sluice.units.needed', { namespace: 'localhost', measure })).toHaveLength(1);
    expect(pointsOf(envelopes, 'sluice.units.needed.hub', { ...hub, measure })).toHaveLength(1);
  }
  expect(new Set(requests.map(({ path: requested }) => requested))).toEqual(new Set(['/v2.1/track']));

  expect(traces.length).toBeGreaterThan(1);
  const last = traces.find(({ data }) => data.baseData.properties['partition'] === '1');
  expect(last?.data.baseData).toMatchObject({
    message: 'Batch taken in: 1 messages of localhost/logs/1, 0 to 0',
    severityLevel: 'Information',
    properties: {
      batch: 'localhost/logs/1/0-0',
      invocationId: expect.stringMatching(/^[\da-f-]{36}$/) as string,
      hub: 'logs',
      partition: '1',
      firstSequenceNumber: '0',
      lastSequenceNumber: '0',
      records: '1',
      archived: '1',
      deadLettered: '0',
    },
  });
  expect(last?.tags['ai.operation.id']).toMatch(/^[\da-f]{32}$/);
});

test('without a connection string nothing of it is loaded, and with one not before the first batch has ended', async () => {
  const endpoint = await startIngestionEndpoint();
  const site = await startSite();
  const file = path.join(temporaryFolder(), 'modules');
  setVariable('NODE_OPTIONS', `--import=${pathToFileURL(RECORDER).href}`);
  const loaded = (): string[] => readFileSync(file, 'utf8').split('\n');
  setVariable('RECORD_MODULES', file);

  const without = await startApp(site);
  await sendTo(site, '0', [envelopeOf(recordOf('A'))]);
  await drained(site);
  await without.close();
  expect(loaded().filter((url) => EXPORTER.test(url))).toEqual([]);
  expect(loaded().some((url) => url.endsWith('/dist/main.cjs'))).toBe(true);

  const app = await startApp(withTelemetry(site, endpoint.connectionString));
  expect(loaded().filter((url) => EXPORTER.test(url))).toEqual([]);
  await sendTo(site, '0', [envelopeOf(recordOf('A'))]);
  await drained(site);
  await app.close();
  expect(loaded().some((url) => EXPORTER.test(url))).toBe(true);
  const asked = loaded().filter((line) => line.startsWith('request to '));
  expect(new Set(asked)).toEqual(new Set(['request to localhost', 'request to 127.0.0.1']));
  expect(sumOf(endpoint.envelopes, 'sluice.records.in')).toBe(1);
});

test.each([
  { what: 'takes connections and never answers', answer: 'never' as const },
  { what: 'fails', answer: 500 },
  { what: 'refuses the key', answer: 403 },
  { what: 'is not there', answer: undefined },
])('an endpoint that $what holds up nothing', async ({ answer }) => {
  const endpoint = await startIngestionEndpoint();
  const site = await startSite();
  if (answer !== undefined) endpoint.answerWith(answer);
  const url = answer === undefined ? `https://localhost:${await freePort()}` : endpoint.url;
  const app = await startApp(withTelemetry(site, connectionStringTo(url)));

  await sendTo(site, '0', [envelopeOf(recordOf('A'))]);
  await drained(site);
  // So that there is a flush under way while batches come.
  await eventually(() => answer === undefined || endpoint.requests.length > 0).toBe(true);
  await sendTo(site, '0', [envelopeOf(recordOf('B'))]);
  await drained(site);
  const began = performance.now();
  await app.close();

  expect(performance.now() - began).toBeLessThan(10_000);
  expect(app.ends.filter(({ ok }) => !ok)).toEqual([]);
  const { summary } = await readComplete(site);
  expect(summary).toMatchObject({ records: 2, archived: 2, passedOn: 2, complete: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
