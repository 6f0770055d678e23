import { BlobServiceClient } from '@azure/storage-blob';
import { expect, test } from 'vitest';
import { envelopeOf, recordOf } from '../support/messages.ts';
import { drained, eventually, readComplete, sendTo, startApp, startSite } from '../support/site.ts';
import type { Site } from '../support/site.ts';

const BATCH_SIZE = 'AzureFunctionsJobHost__extensions__eventHubs__maxEventBatchSize';
const PREFETCH = 'AzureFunctionsJobHost__extensions__eventHubs__prefetchCount';

/** As if the app had never read anything. */
async function forgetCheckpoints({ storage }: Site): Promise<void> {
  const service = BlobServiceClient.fromConnectionString(storage.connectionString);
  const container = service.getContainerClient('azure-webjobs-eventhub');
  for await (const { name } of container.listBlobsFlat()) await container.deleteBlob(name);
}

function numbered(count: number, first = 0): string[] {
  return Array.from({ length: count }, (_, i) => {
    const n = first + i;
    return envelopeOf(recordOf('Even', { n }), recordOf('Odd', { n }));
  });
}

test('messages that are delivered three times, with other boundaries, are in the archive once', async () => {
  const site = await startSite();
  await sendTo(site, '0', numbered(40));
  await sendTo(site, '1', [...numbered(20, 40), 'garbage']);

  for (const size of ['7', '40', '3']) {
    const app = await startApp({ settings: { ...site.settings, [BATCH_SIZE]: size, [PREFETCH]: size } });
    await drained(site);
    // More between deliveries: a batch may hold what is decided and what is not.
    await sendTo(site, '0', [envelopeOf(recordOf('Late', { size }))]);
    await drained(site);
    await app.kill();
    expect(app.ends.filter(({ ok }) => !ok)).toEqual([]);
    expect(Math.max(...app.ends.map(({ events = 0 }) => events))).toBeLessThanOrEqual(Number(size));
    await forgetCheckpoints(site);
  }

  const { archived, summary, deadLetters } = await readComplete(site);
  expect(archived.get('unknown/Even')).toHaveLength(60);
  expect(new Set(archived.get('unknown/Even')).size).toBe(60);
  expect(archived.get('unknown/Late')).toHaveLength(3);
  expect(deadLetters).toHaveLength(1);
  expect(summary).toMatchObject({ messages: 64, records: 124, archived: 123, passedOn: 123 });
});

test('two hosts on the same partitions, one of them killed in mid-stream: nothing lost, nothing doubled', async () => {
  const site = await startSite({ partitions: 4 });
  const small = { settings: { ...site.settings, [BATCH_SIZE]: '5', [PREFETCH]: '10' } };
  let sent = 0;
  const sendRound = async (): Promise<void> => {
    for (const id of ['0', '1', '2', '3']) {
      await sendTo(site, id, numbered(10, sent));
      sent += 10;
    }
  };
  const first = await startApp(small);
  await sendRound();
  await eventually(() => first.ends.length).toBeGreaterThan(4);
  const second = await startApp(small);
  while (!second.ends.some(({ functionName }) => functionName === 'ingest')) await sendRound();

  // What is killed then has decided and committed, and passed nothing on.
  let cut = 0;
  site.hubs.onOperation = ({ kind, hub }) => {
    if (kind !== 'send' || hub !== 'records') return undefined;
    cut++;
    return { error: 'disconnect' };
  };
  await sendRound();
  await eventually(() => cut).toBeGreaterThan(4);
  await first.kill();
  site.hubs.onOperation = undefined;
  await sendRound();
  await drained(site);

  const { archived, summary } = await readComplete(site);
  const even = archived.get('unknown/Even') ?? [];
  expect(even).toHaveLength(sent);
  expect(new Set(even).size).toBe(sent);
  expect(summary).toMatchObject({ messages: sent, records: 2 * sent, passedOn: 2 * sent });
});
