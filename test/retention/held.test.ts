import { expect, test } from 'vitest';
import { runRetention } from '../../shared/retention/run.ts';
import { putBlob } from '../support/archive-blobs.ts';
import { retentionSite, useAzurite } from '../support/retention-site.ts';
import type { RetentionSite } from '../support/retention-site.ts';

useAzurite();

const DUE = '2026-12-21';

async function outcome({ retention }: RetentionSite) {
  const { deleted, left, failures, unfinished } = await runRetention(retention, { today: DUE });
  const counts = [...left].map(([reason, { count }]) => [reason, count]);
  const blobs = [...deleted.values()].reduce((sum, amount) => sum + amount.blobs, 0);
  return { blobs, left: Object.fromEntries(counts) as Record<string, number>, failures, unfinished };
}

test.each([
  ['BlobImmutableDueToLegalHold', 409, 'legal-hold'],
  ['BlobImmutableDueToPolicy', 409, 'immutable'],
  ['LeaseIdMissing', 412, 'in-use'],
  ['SnapshotsPresent', 409, 'in-use'],
])(
  '%s: the blob is left and said to be, its tombstone is taken back, the others go',
  async (code, status, reason) => {
    const site = await retentionSite();
    const [held] = [await putBlob(site.store), await putBlob(site.store, { no: 2 })];
    site.proxy.answerInBatch = (path) => (path.endsWith(held.name) ? { status, code } : undefined);

    expect(await outcome(site)).toEqual({ blobs: 1, left: { [reason]: 1 }, failures: [], unfinished: false });
    expect(await site.names()).toEqual([`archive/${held.name}`]);
    expect(await site.tombstones()).toHaveLength(1);

    site.proxy.answerInBatch = undefined;
    expect(await outcome(site)).toMatchObject({ blobs: 1, left: {} });
    expect(await site.tombstones()).toHaveLength(2);
  },
);

test('under a legal hold of the container nothing of it is asked for or noted, and other containers go', async () => {
  const site = await retentionSite();
  await putBlob(site.store);
  await putBlob(site.store, { container: 'dead-letter' });
  site.proxy.addHeaders = ({ path }) =>
    /\/archive\?restype=container/.test(path) ? { 'x-ms-has-legal-hold': 'true' } : {};

  expect(await outcome(site)).toMatchObject({ blobs: 1, left: { 'legal-hold': 1 } });

  expect(await site.names()).toEqual([expect.stringMatching(/^archive\//)]);
  expect(await site.tombstones()).toHaveLength(1);
  const asked = site.proxy.requests.filter(({ path }) => /\/archive\/.*comp=blocklist/.test(path));
  expect(asked).toEqual([]);
});

test.each(['BlobImmutableDueToPolicy', 'BlobImmutableDueToLegalHold'])(
  '%s: to begin a blob says that it is there, and to let one grow says what stands in the way',
  async (code) => {
    const site = await retentionSite();
    site.proxy.answer = ({ method, path }) =>
      method === 'PUT' && path.includes('comp=blocklist') ? { status: 409, code } : undefined;
    const blob = { container: 'archive', name: 'some' };
    const options = { metadata: {}, tags: {}, contentType: 'application/gzip' };

    const begun = await site.throughProxy().commit(blob, ['id'], { ...options, ifMatch: undefined });
    const grown = site.throughProxy().commit(blob, ['id'], { ...options, ifMatch: '"0x1"' });

    expect(begun).toBe('changed');
    await expect(grown).rejects.toMatchObject({
      code: 'storage-refused',
      message: expect.stringContaining('docs/retention.md') as string,
    });
  },
);

test('without the right to delete it fails, says so, and deletes nothing', async () => {
  const site = await retentionSite();
  await putBlob(site.store);
  site.proxy.answerInBatch = () => ({ status: 403, code: 'AuthorizationPermissionMismatch' });

  const { blobs, failures, unfinished } = await outcome(site);

  expect([blobs, unfinished]).toEqual([0, true]);
  expect(failures).toEqual([
    expect.objectContaining({
      code: 'storage-refused',
      message:
        'Deleting a blob failed (403 AuthorizationPermissionMismatch). Check the key, or the roles that the identity of the app has on the account.',
    }),
  ]);
  expect(await site.names()).toHaveLength(1);
});

test('an account that is down makes the run fail, and the next one finds everything', async () => {
  const site = await retentionSite();
  await putBlob(site.store);
  site.proxy.answer = ({ path }) =>
    path.includes('comp=blobs') ? { status: 403, code: 'AuthorizationFailure' } : undefined;

  await expect(outcome(site)).rejects.toMatchObject({ code: 'storage-refused' });
  site.proxy.answer = undefined;

  expect(await outcome(site)).toMatchObject({ blobs: 1, failures: [] });
});

test('an account that takes no batches has them one by one', async () => {
  const site = await retentionSite();
  const [held] = [await putBlob(site.store), await putBlob(site.store, { no: 2 })];
  site.proxy.answer = ({ method, path }) => {
    if (path.includes('comp=batch')) return { status: 400, code: 'InvalidInput' };
    const isHeld = method === 'DELETE' && path.includes(held.name.slice(-20));
    return isHeld ? { status: 409, code: 'BlobImmutableDueToPolicy' } : undefined;
  };

  expect(await outcome(site)).toMatchObject({ blobs: 1, left: { immutable: 1 }, failures: [] });
  expect(await site.names()).toEqual([`archive/${held.name}`]);
});

test('in the archive tier, where blocks cannot be read, tag and metadata must agree', async () => {
  const site = await retentionSite();
  const archive = site.service.getContainerClient('archive');
  const archived = [
    await putBlob(site.store, { blocks: 3 }),
    await putBlob(site.store, { no: 2, days: 365 }),
  ];
  for (const { name } of archived) await archive.getBlobClient(name).setAccessTier('Archive');
  const [, kept] = archived;
  await archive.getBlobClient(kept?.name ?? '').setTags({ expires: '2026-12-01' });
  site.proxy.answer = ({ path }) =>
    path.includes('comp=blocklist') ? { status: 409, code: 'BlobArchived' } : undefined;

  expect(await outcome(site)).toMatchObject({ blobs: 1, left: { 'kept-longer': 1 } });

  expect(await site.names()).toEqual([`archive/${kept?.name}`]);
  const [tombstone] = await site.tombstones();
  expect(tombstone?.values).toMatchObject({ blocks: 3, records: 6, bytes: 48, expires: DUE });
});
