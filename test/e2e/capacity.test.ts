import { BlobServiceClient } from '@azure/storage-blob';
import { expect, test } from 'vitest';
import type { CapacityReport } from '../../shared/capacity.ts';
import { drained, eventually, sendTo, startApp, startSite } from '../support/site.ts';
import { envelopeOf, recordOf, validRecord } from '../support/messages.ts';

test('the timer leaves a report of what has come in, where it lies, and how far the readers are', async () => {
  const site = await startSite({ partitions: 2 });
  const settings = {
    ...site.settings,
    SLUICE_PROVISIONED: 'standard:2',
    SLUICE_CONSUMER_GROUPS: '1, records=3',
  };
  const app = await startApp({ settings });
  const signIn = validRecord('entra', 'SignInLogs');
  await sendTo(site, '0', [envelopeOf(signIn, signIn), 'garbage']);
  await sendTo(site, '1', [recordOf('Hostile <b>', { n: 1 })]);
  await drained(site);

  // The minute that has just passed is not reported yet, so what was sent a moment ago is in none.
  await app.runTimer('capacity');
  const first = await latest();

  expect(first.lag.partitions).toMatchObject([
    { hub: 'logs', id: '0', events: 0, lastEnqueued: 1, lastDecided: 1, checkpoint: 1 },
    { hub: 'logs', id: '1', events: 0, lastEnqueued: 0, lastDecided: 0, checkpoint: 0 },
  ]);
  const [namespace] = first.namespaces;
  expect(namespace).toMatchObject({ provisioned: { tier: 'standard', units: 2 }, recommended: 'standard' });
  expect(namespace?.hubs).toMatchObject([
    { name: 'logs', role: 'source', consumerGroups: 1, partitions: { count: 2 } },
    { name: 'records', role: 'records', consumerGroups: 3, partitions: { count: 2 } },
  ]);
  expect(await names()).toEqual([`history/${first.generatedAt.slice(0, 10)}.json`, 'latest.json']);
  await eventually(() => app.ends.filter(({ functionName }) => functionName === 'capacity').length).toBe(1);

  async function latest(): Promise<CapacityReport> {
    const blob = container().getBlobClient('latest.json');
    return JSON.parse((await blob.downloadToBuffer()).toString()) as CapacityReport;
  }

  async function names(): Promise<string[]> {
    const found: string[] = [];
    for await (const { name } of container().listBlobsFlat()) found.push(name);
    return found;
  }

  function container() {
    return BlobServiceClient.fromConnectionString(site.storage.connectionString).getContainerClient(
      'capacity',
    );
  }
});
