import { expect, test } from 'vitest';
import { expiryDate } from '../../shared/blocks/expiry.ts';
import { runRetention } from '../../shared/retention/run.ts';
import type { ExpiringBlobs } from '../../shared/retention/run.ts';
import type { RetentionReport } from '../../shared/retention/report.ts';
import type { BlobAddress } from '../../shared/sinks.ts';
import { BLOCK, putBlob, putBlobs } from '../support/archive-blobs.ts';
import { CONTAINERS } from '../../shared/blocks/draft.ts';
import type { Container } from '../../shared/blocks/draft.ts';
import { runTiering } from '../../shared/retention/tiering.ts';
import { readTiers } from '../../shared/blocks/tiers.ts';
import { allOf, register, retentionSite, useAzurite } from '../support/retention-site.ts';
import type { RetentionSite } from '../support/retention-site.ts';

useAzurite();
/** Of what came in on November 20th and is kept for 30 days. */
const DUE = '2026-12-21';

function run(
  { retention }: Pick<RetentionSite, 'retention'>,
  today = DUE,
  blobs: Partial<ExpiringBlobs> = {},
): Promise<RetentionReport> {
  return runRetention({ ...retention, blobs: { ...retention.blobs, ...blobs } }, { today });
}

function countOf({ deleted }: RetentionReport): number {
  return [...deleted.values()].reduce((sum, { blobs }) => sum + blobs, 0);
}

function leftIn({ left }: RetentionReport): Record<string, number> {
  return Object.fromEntries([...left].map(([reason, { count }]) => [reason, count]));
}

function pathOf({ container, name }: BlobAddress): string {
  return `${container}/${name}`;
}

test('what is due goes, the day it is due and not before, and its end is noted', async () => {
  const site = await retentionSite();
  const due = await putBlob(site.store, { blocks: 3 });
  const later = await putBlob(site.store, { time: '2026-11-21T00:00:00Z' });
  const forEver = await putBlob(site.store, { category: 'AuditLogs', days: 0 });

  expect(countOf(await run(site, '2026-12-20'))).toBe(0);
  expect(await site.names()).toHaveLength(3);
  const report = await run(site);

  expect(Object.fromEntries(report.deleted)).toEqual({
    'archive/entra/SignInLogs': { blobs: 1, records: 6, bytes: 3 * BLOCK.length },
  });
  expect([report.left.size, report.unfinished]).toEqual([0, false]);
  expect(await site.names()).toEqual([later, forEver].map(pathOf).toSorted());
  const [tombstone, ...others] = await site.tombstones();
  expect(others).toEqual([]);
  expect(tombstone?.rowKey).toMatch(/^gone-2026-11-20T10:00-[0-9a-f]{32}$/);
  expect(tombstone?.values).toEqual({
    container: 'archive',
    blob: due.name,
    source: 'entra',
    category: 'SignInLogs',
    hour: '2026-11-20T10:00:00.000Z',
    blocks: 3,
    records: 6,
    bytes: 3 * BLOCK.length,
    expires: DUE,
    deletedAt: expect.stringMatching(/^\d{4}-/) as string,
  });
});

test('of every container, whatever the partition, and a category of any name', async () => {
  const site = await retentionSite();
  const other = { namespace: 'a-b', hub: 'c-d', id: '12' };
  await register(site.table, other);
  for (const container of ['archive', 'dead-letter', 'pass-on', 'salvaged'] as const)
    await putBlob(site.store, { container, source: 'unknown', category: 'a b/c', partition: other });

  const report = await run(site);

  expect([...report.deleted.keys()].toSorted()).toEqual([
    'archive/unknown/a+20b+2fc',
    'dead-letter/unknown/a+20b+2fc',
    'pass-on/unknown/a+20b+2fc',
    'salvaged/unknown/a+20b+2fc',
  ]);
  expect(await site.names()).toEqual([]);
  expect(await site.tombstones(other)).toHaveLength(4);
  expect(await site.tombstones()).toEqual([]);
});

test('the dead letters of handlers go without a tombstone: the ledger has never counted them', async () => {
  const site = await retentionSite();
  const partition = { namespace: 'siem', hub: 'records', id: '3' };
  await putBlob(site.store, { container: 'dead-letter', source: 'handlers', category: 'risky', partition });

  expect(countOf(await run(site))).toBe(1);

  expect(await site.names()).toEqual([]);
  expect(await site.tombstones()).toEqual([]);
});

test.each([
  ['an earlier day', 365, '2026-11-22'],
  ['a day, though it is kept for ever', 0, '2026-11-22'],
])('a tag that somebody has edited to %s deletes nothing', async (_, days, expires) => {
  const site = await retentionSite();
  const blob = await putBlob(site.store, { days });
  await site.service.getContainerClient('archive').getBlobClient(blob.name).setTags({ expires });

  const report = await run(site);

  expect(leftIn(report)).toEqual({ 'kept-longer': 1 });
  expect(report.left.get('kept-longer')?.examples).toEqual([blob]);
  expect(await site.names()).toEqual([pathOf(blob)]);
  expect(await site.tombstones()).toEqual([]);
});

test("what is not Sluice's is left alone: by its name, its blocks, its container", async () => {
  const site = await retentionSite();
  const own = await putBlob(site.store);
  const tags = { expires: '2026-01-01' };
  const put = async (container: string, name: string): Promise<void> => {
    const client = site.service.getContainerClient(container);
    await client.createIfNotExists();
    await client.getBlockBlobClient(name).upload('x', 1, { tags });
  };
  await put('archive', 'entra/notes.txt');
  await put('archive', own.name.replace('d=20', 'd=19'));
  await put('archive', own.name.replace('d=20', 'd=32'));
  await put('others', own.name);

  const report = await run(site);

  expect(leftIn(report)).toEqual({ 'not-ours': 3 });
  expect(countOf(report)).toBe(1);
  expect(await site.names()).toHaveLength(4);
});

test('a blob under another hour than its blocks are of is left alone', async () => {
  const site = await retentionSite();
  const late = await putBlob(site.store, { time: '2026-11-20T10:00:00Z' });
  const archive = site.service.getContainerClient('archive');
  const { name } = late;
  const id = (await site.store.state(late)).blocks[0]?.id ?? '';
  const early = archive.getBlockBlobClient(name.replace('d=20', 'd=01'));
  await early.stageBlock(id, BLOCK, BLOCK.length);
  await early.commitBlockList([id], { tags: { expires: '2026-12-02' } });

  expect(leftIn(await run(site, '2026-12-05'))).toEqual({ 'not-ours': 1 });
});

test('a blob whose partition the ledger does not know is left alone', async () => {
  const site = await retentionSite();
  await putBlob(site.store, { partition: { namespace: 'fabrikam', hub: 'logs', id: '0' } });

  expect(leftIn(await run(site))).toEqual({ 'partition-unknown': 1 });
  expect(await site.names()).toHaveLength(1);
});

test("a blob that changes between the look and the delete is the next run's, whole", async () => {
  const site = await retentionSite();
  const blob = await putBlob(site.store);
  let added = false;
  const look: ExpiringBlobs['look'] = async (address) => {
    const found = await site.retention.blobs.look(address);
    if (!added) await putBlob(site.store);
    added = true;
    return found;
  };

  expect(leftIn(await run(site, DUE, { look }))).toEqual({ changed: 1 });
  expect(await site.names()).toEqual([pathOf(blob)]);
  expect(countOf(await run(site))).toBe(1);

  const [tombstone, ...others] = await site.tombstones();
  expect(others).toEqual([]);
  expect(tombstone?.values).toMatchObject({ blocks: 2, records: 4 });
});

test('a blob that begins anew after it was deleted has a tombstone of its own', async () => {
  const site = await retentionSite();
  await putBlob(site.store, { blocks: 2 });
  await run(site);
  await putBlob(site.store);

  expect(countOf(await run(site))).toBe(1);

  const blocks = (await site.tombstones()).map(({ values }) => Number(values['blocks']));
  expect(blocks.toSorted((a, b) => a - b)).toEqual([1, 2]);
});

test('the tombstone is there before the delete, and a run that ends between them is taken up', async () => {
  const site = await retentionSite();
  await putBlobs(site.store, 150);
  const before: number[] = [];
  const deleteBatch: ExpiringBlobs['deleteBatch'] = async () => {
    before.push((await site.tombstones()).length);
    throw new Error('ended');
  };

  const cut = await run(site, DUE, { deleteBatch });
  await putBlob(site.store, { no: 151 });
  const after = await run(site);

  expect([before, cut.unfinished, cut.failures.map(String)]).toEqual([[150], true, ['Error: ended']]);
  expect(countOf(after)).toBe(151);
  expect(await site.tombstones()).toHaveLength(151);
  expect(await site.names()).toEqual([]);
});

test('two instances at once delete each blob once', async () => {
  const site = await retentionSite();
  await putBlobs(site.store, 60);
  // Neither begins before both have found everything.
  const both = Promise.withResolvers<void>();
  let ready = 0;
  async function* findExpired(today: string) {
    const found = await allOf(site.retention.blobs.findExpired(today));
    if (++ready === 2) both.resolve();
    await both.promise;
    yield* found;
  }

  const reports = await Promise.all([run(site, DUE, { findExpired }), run(site, DUE, { findExpired })]);

  expect(reports.map(({ failures, left }) => [failures.length, left.size])).toEqual([
    [0, 0],
    [0, 0],
  ]);
  expect(countOf(reports[0]) + countOf(reports[1])).toBe(60);
  expect(await site.names()).toEqual([]);
  expect(await site.tombstones()).toHaveLength(60);
  const again = await run(site);
  expect([countOf(again), again.left.size]).toEqual([0, 0]);
});

test('when the time is up no batch begins, and the next run goes on', async () => {
  const site = await retentionSite();
  await putBlobs(site.store, 300);
  let asked = 0;

  const first = await runRetention(site.retention, { today: DUE, mayGoOn: () => ++asked === 1 });
  const second = await run(site);

  expect([countOf(first), first.unfinished]).toEqual([256, true]);
  expect([countOf(second), second.unfinished]).toEqual([44, false]);
  expect(await site.tombstones()).toHaveLength(300);
});

test('a dry run says the same, and changes nothing', async () => {
  const site = await retentionSite();
  await putBlob(site.store, { blocks: 2 });
  await site.service
    .getContainerClient('archive')
    .getBlobClient((await putBlob(site.store, { no: 2, days: 90 })).name)
    .setTags({ expires: '2026-01-01' });
  const options = { today: DUE, dryRun: true };

  const dry = await runRetention(site.retention, options);
  const names = await site.names();
  const tombstones = await site.tombstones();
  const real = await run(site);

  expect([names.length, tombstones.length]).toEqual([2, 0]);
  expect(dry).toEqual(real);
});

test("today is storage's own, not this machine's", async () => {
  const site = await retentionSite();
  site.proxy.addHeaders = () => ({ date: 'Mon, 02 Jan 2040 03:04:05 GMT' });

  expect(new Date(await site.retention.blobs.now()).toISOString()).toBe('2040-01-02T03:04:05.000Z');
});

test('before there is a container, storage still tells the time', async () => {
  const site = await retentionSite();
  const began = Date.now();

  expect(Math.abs((await site.retention.blobs.now()) - began)).toBeLessThan(60_000);
});

test('it asks nothing of the account, so that rights on the containers are enough', async () => {
  const site = await retentionSite({ tiers: readTiers({ SLUICE_TIERS: 'cool=7' }, []) });
  await putBlob(site.store);
  await putBlob(site.store, { container: 'dead-letter' });
  await putBlob(site.store, { time: '2026-12-10T10:00:00Z' });

  const report = await run(site);
  const tiered = await runTiering(site.tiering, { today: DUE, mayGoOn: () => true });

  expect([countOf(report), tiered.moved.Cool]).toEqual([2, 1]);
  const asked = site.proxy.requests.map(({ path }) => path.split(/[/?]/)[2]);
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter((container) => !CONTAINERS.includes(container as Container))).toEqual([]);
});

test('nothing is deleted early, over every hour of two days and some retentions', async () => {
  const site = await retentionSite();
  const due: [name: string, expires: string][] = [];
  for (let hour = 0; hour < 48; hour += 5) {
    for (const days of [1, 2, 7]) {
      const time = new Date(Date.parse('2026-11-20T00:59:59Z') + hour * 3_600_000).toISOString();
      const blob = await putBlob(site.store, { time, days, no: days });
      due.push([pathOf(blob), expiryDate(Date.parse(time), days)]);
    }
  }
  for (let day = Date.parse('2026-11-20'); day <= Date.parse('2026-12-01'); day += 86_400_000) {
    const today = new Date(day).toISOString().slice(0, 10);

    await run(site, today);

    const kept = due.filter(([, expires]) => expires > today).map(([name]) => name);
    expect(await site.names()).toEqual(kept.toSorted());
  }
});
