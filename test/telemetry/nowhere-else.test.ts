import { channel } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { expect, onTestFinished, test, vi } from 'vitest';
import { applicationInsights } from '../../shared/azure/application-insights.ts';
import { startIngestionEndpoint, sumOf } from '../support/ingestion-endpoint.ts';

// In a file of its own: what an exporter does beside its work, it begins once in a process.

test('nothing is sent to any other place, for a day', async () => {
  const endpoint = await startIngestionEndpoint();
  const hosts = watchRequests();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const { connectionString } = endpoint;
  const sink = applicationInsights({ connectionString, identity: undefined, role: 'sluice' });
  sink.measure({ metric: 'recordsIn', value: 1, dimensions: {} });
  await sink.flush();

  await vi.advanceTimersByTimeAsync(86_400_000);

  expect(hosts).toEqual(new Set(['localhost']));
  expect(sumOf(endpoint.envelopes, 'sluice.records.in')).toBe(1);
  expect(endpoint.requests).toHaveLength(1);
});

/** The hosts that requests are made to from now on, whoever makes them. */
function watchRequests(): ReadonlySet<string> {
  const hosts = new Set<string>();
  const watch = (message: unknown): void => {
    hosts.add((message as { request: ClientRequest }).request.host);
  };
  const started = channel('http.client.request.start');
  started.subscribe(watch);
  onTestFinished(() => {
    started.unsubscribe(watch);
  });
  return hosts;
}
