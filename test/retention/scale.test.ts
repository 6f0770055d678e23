import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { expect, onTestFinished, test } from 'vitest';
import { startStorage } from '../../local/storage/azurite.ts';
import { findExpiring } from '../../shared/azure/find-expiring.ts';
import { blobPrefix } from '../../shared/names.ts';
import { seedAzurite } from '../../scripts/retention-scale/seed.ts';
import { PARTITION } from '../support/messages.ts';
import { allOf } from '../support/retention-site.ts';
import { measureRetention } from '../../scripts/retention-scale/measure.ts';

test('what a run costs follows what expires, not what is kept', async () => {
  const few = await measureRetention({ blobs: 400, due: 300 });
  const many = await measureRetention({ blobs: 6_000, due: 300 });

  expect(many).toMatchObject({ deleted: 300, tombstones: 300, forgotten: 0, early: 0 });
  expect(many.requests).toEqual(few.requests);
  expect(many.requests).toEqual({
    'find by tags, a page': 4,
    'block list of a blob': 300,
    'batch of deletes': 2,
    'transaction of tombstones': 8,
    'containers, partitions': 6,
  });
});

test('more than fit into an answer are found, each once', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'sluice-retention-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const time = Date.parse('2026-11-20T10:00:00Z');
  const name = (no: number): string => `${blobPrefix('entra', 'SignInLogs', time, PARTITION)}${no}.ndjson`;
  await seedAzurite(
    folder,
    Array.from({ length: 7_000 }, (_, no) => ({ name: name(no), time, days: 30 })),
  );
  const storage = await startStorage({ inMemory: false, folder });
  onTestFinished(storage.close);
  const service = BlobServiceClient.fromConnectionString(storage.connectionString);
  const options = { log: () => {}, leastDays: () => undefined };

  const found = await allOf(findExpiring(service, { until: '2026-12-21' }, options));

  expect(found[0]?.expires).toBe('2026-12-21');
  expect(new Set(found.map(({ blob }) => blob.name)).size).toBe(7_000);
  expect(found).toHaveLength(7_000);
});
