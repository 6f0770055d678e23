import { expect, test } from 'vitest';
import { runRetention } from '../../shared/retention/run.ts';
import type { ProxiedRequest, ServiceAnswer } from '../support/answering-proxy.ts';
import { putBlob } from '../support/archive-blobs.ts';
import { retentionSite, useAzurite } from '../support/retention-site.ts';
import type { RetentionSite } from '../support/retention-site.ts';

useAzurite();

/** As an account with a hierarchical namespace answers: to tags on a blob, and to a question for them. */
function withoutTags({ headers, path }: ProxiedRequest): ServiceAnswer | undefined {
  if (headers['x-ms-tags'] !== undefined)
    return { status: 409, code: 'FeatureNotYetSupportedForHierarchicalNamespaceAccounts' };
  if (/comp=(blobs|tags)/.test(path)) return { status: 400, code: 'InvalidQueryParameterValue' };
  return undefined;
}

async function siteWithoutTags(overrides: Parameters<typeof retentionSite>[0] = {}): Promise<RetentionSite> {
  const site = await retentionSite(overrides);
  site.proxy.answer = withoutTags;
  return { ...site, store: site.throughProxy() };
}

test('the archive is written without them, and asks for them once', async () => {
  const { store, proxy, service } = await siteWithoutTags();

  const { name } = await putBlob(store, { blocks: 3 });

  const blob = service.getContainerClient('archive').getBlobClient(name);
  expect((await blob.getProperties()).metadata).toMatchObject({ expires: '2026-12-21', records: '6' });
  expect((await blob.getTags()).tags).toEqual({});
  expect(proxy.requests.filter(({ headers }) => headers['x-ms-tags'] !== undefined)).toHaveLength(1);
});

test('what is due is found by the date in the path, and the log says so', async () => {
  const site = await siteWithoutTags();
  await putBlob(site.store);
  await putBlob(site.store, { container: 'dead-letter', source: 'unknown', category: 'none' });
  const kept = [
    await putBlob(site.store, { days: 60, no: 2 }),
    await putBlob(site.store, { days: 0, no: 3 }),
    await putBlob(site.store, { time: '2026-11-21T00:00:00Z' }),
  ];

  const early = await runRetention(site.retention, { today: '2026-12-20' });
  const report = await runRetention(site.retention, { today: '2026-12-21' });

  expect(early.deleted.size).toBe(0);
  expect([...report.deleted.keys()].toSorted()).toEqual([
    'archive/entra/SignInLogs',
    'dead-letter/unknown/none',
  ]);
  expect(await site.names()).toEqual(kept.map(({ name }) => `archive/${name}`).toSorted());
  expect(await site.tombstones()).toHaveLength(2);
  expect(site.log[0]).toBe(
    'info: This account has no index tags (InvalidQueryParameterValue): what is due is found by the date in the path.',
  );
});

test('days on which nothing can be due are not listed', async () => {
  const site = await siteWithoutTags({ retention: { days: 30, exceptions: [] } });
  for (const month of ['2026-09', '2026-11', '2026-12', '2027-01'])
    for (const day of ['20', '21']) await putBlob(site.store, { time: `${month}-${day}T10:00:00Z` });
  site.proxy.requests.length = 0;

  await runRetention(site.retention, { today: '2026-12-21' });

  const prefixes = site.proxy.requests.flatMap(({ path }) => {
    const prefix = new URL(path, 'http://localhost').searchParams.get('prefix') ?? '';
    return /d=\d+/.exec(prefix)?.[0] === undefined ? [] : [prefix.slice('entra/SignInLogs/'.length)];
  });
  expect(prefixes.toSorted()).toEqual(['y=2026/m=09/d=20/', 'y=2026/m=09/d=21/', 'y=2026/m=11/d=20/']);
});

test('where all is kept for ever, nothing is listed at all', async () => {
  const forEver = { retention: { days: 0, exceptions: [] }, deadLetterRetentionDays: 0 };
  const site = await siteWithoutTags(forEver);
  await putBlob(site.store, { days: 0 });
  site.proxy.requests.length = 0;

  await runRetention(site.retention, { today: '2099-12-21' });

  const lists = site.proxy.requests.filter(
    ({ path }) => path.includes('/archive?') && path.includes('comp=list'),
  );
  expect(lists).toEqual([]);
  expect(await site.names()).toHaveLength(1);
});

test('metadata that somebody has edited deletes nothing', async () => {
  const site = await siteWithoutTags();
  const { name } = await putBlob(site.store, { days: 60 });
  const blob = site.service.getContainerClient('archive').getBlobClient(name);
  await blob.setMetadata({ expires: '2026-11-22' });

  const report = await runRetention(site.retention, { today: '2026-12-30' });

  expect([...report.left.keys()]).toEqual(['kept-longer']);
  expect(await site.names()).toHaveLength(1);
});
