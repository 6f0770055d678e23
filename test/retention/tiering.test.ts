import { expect, test } from 'vitest';
import { createBlobChains } from '../../shared/blocks/blob-chains.ts';
import { backlogWrite } from '../../shared/pass-on/backlog.ts';
import { HEAD_KEY, headValues } from '../../shared/ledger/ledger-rows.ts';
import type { PlanBlock } from '../../shared/ledger/ledger-rows.ts';
import { blobPrefix, partitionKeyOf } from '../../shared/names.ts';
import { HOUR, startOf } from '../../shared/time.ts';
import { runTiering } from '../../shared/retention/tiering.ts';
import type { TieringReport } from '../../shared/retention/tiering.ts';
import type { BlobOptions } from '../support/archive-blobs.ts';
import { putBlob } from '../support/archive-blobs.ts';
import { PARTITION } from '../support/messages.ts';
import { retentionSite, useAzurite } from '../support/retention-site.ts';
import type { RetentionSite } from '../support/retention-site.ts';

useAzurite();

const TIERS = [
  {
    pattern: undefined,
    steps: [
      { tier: 'Cool', days: 7 },
      { tier: 'Archive', days: 30 },
    ],
  },
  { pattern: 'entra/*', steps: [{ tier: 'Cold', days: 1 }] },
] as const;

function run({ tiering }: RetentionSite, today: string, daysBack?: number): Promise<TieringReport> {
  return runTiering(tiering, { today, ...(daysBack !== undefined && { daysBack }) });
}

/** The tiers of blobs, by the day or the category that tells them apart. */
async function tiersIn(site: RetentionSite): Promise<Record<string, string>> {
  const tiers: Record<string, string> = {};
  const container = site.service.getContainerClient('archive');
  for await (const { name, properties } of container.listBlobsFlat()) {
    const [source = '', , , , day = ''] = name.split('/');
    tiers[`${source} ${day}`] = String(properties.accessTier);
  }
  return tiers;
}

const DAYS = ['2026-11-11', '2026-11-12', '2026-11-13'];

async function putDays(site: RetentionSite, source: string, days = DAYS): Promise<void> {
  for (const day of days) await putBlob(site.store, { source, time: `${day}T23:10:00Z`, days: 0 });
}

test('a day moves when so many days have passed since its end, and once', async () => {
  const site = await retentionSite({ tiers: TIERS });
  await putDays(site, 'intune');
  await putDays(site, 'entra');

  const first = await run(site, '2026-11-20');
  const second = await run(site, '2026-11-20');

  expect(await tiersIn(site)).toEqual({
    'intune d=11': 'Cool',
    'intune d=12': 'Cool',
    'intune d=13': 'Hot',
    'entra d=11': 'Cold',
    'entra d=12': 'Cold',
    'entra d=13': 'Cold',
  });
  expect(first).toEqual({ moved: { Hot: 0, Cool: 2, Cold: 3, Archive: 0 }, unfinished: false, failures: [] });
  expect(second.moved).toEqual({ Hot: 0, Cool: 0, Cold: 0, Archive: 0 });
});

test('only the days that have lately become due are listed, or as many as one asks for', async () => {
  const site = await retentionSite({ tiers: TIERS });
  await putDays(site, 'intune', ['2026-10-01', '2026-11-12']);
  site.proxy.requests.length = 0;

  await run(site, '2026-11-20');

  const days = site.proxy.requests.filter(({ path }) => /prefix=intune[^&]*d%3D/.test(path));
  expect(days).toHaveLength(2 * 8);
  expect(await tiersIn(site)).toEqual({ 'intune d=01': 'Hot', 'intune d=12': 'Cool' });
  await run(site, '2026-11-20', 30);
  expect(await tiersIn(site)).toEqual({ 'intune d=01': 'Archive', 'intune d=12': 'Cool' });
});

test('what is in a colder tier stays there', async () => {
  const site = await retentionSite({ tiers: TIERS });
  const { name } = await putBlob(site.store, { source: 'intune', time: '2026-11-12T10:00:00Z' });
  await site.service.getContainerClient('archive').getBlobClient(name).setAccessTier('Archive');

  expect((await run(site, '2026-11-20')).moved.Cool).toBe(0);

  expect(await tiersIn(site)).toEqual({ 'intune d=12': 'Archive' });
});

test('a blob that an open plan or a backlog names is left for later', async () => {
  const site = await retentionSite({ tiers: TIERS });
  const time = '2026-11-12T10:00:00Z';
  const planned = await putBlob(site.store, { source: 'intune', time });
  const waiting = await putBlob(site.store, { source: 'intune', time, no: 2 });
  await putBlob(site.store, { source: 'intune', time, no: 3 });
  const [open, late] = [planned, waiting].map(({ name }): PlanBlock => {
    return { container: 'archive', blob: name, id: '', source: 'intune', category: 'Devices', passOn: true };
  });
  const backlog = { hubs: ['records'], next: 2, since: 0 };
  const head = { runs: [], plan: { id: 'a', blocks: open ? [open] : [] }, keptApart: [], backlog };
  const key = partitionKeyOf(PARTITION);
  const values = headValues(head);
  const [etag] = await site.table.transact(key, [
    { rowKey: HEAD_KEY, ifMatch: undefined, values },
    backlogWrite(1, late ? [late] : []),
  ]);

  expect((await run(site, '2026-11-20')).moved.Cool).toBe(1);
  const done = headValues({ ...head, plan: undefined, backlog: undefined });
  await site.table.transact(key, [{ rowKey: HEAD_KEY, ifMatch: etag, values: done }]);

  expect((await run(site, '2026-11-20')).moved.Cool).toBe(2);
});

test('what storage refuses is said, and the next run tries again', async () => {
  const site = await retentionSite({ tiers: TIERS });
  await putDays(site, 'intune');
  site.proxy.answerInBatch = () => ({ status: 409, code: 'BlobBeingRehydrated' });

  const { moved, failures, unfinished } = await run(site, '2026-11-20');

  expect([moved.Cool, failures.length, unfinished]).toEqual([0, 2, true]);
  expect(failures[0]?.message).toMatch(/^Moving a blob to its tier failed \(409 BlobBeingRehydrated\)/);
  site.proxy.answerInBatch = undefined;
  expect((await run(site, '2026-11-20')).moved.Cool).toBe(2);
});

const LATE: BlobOptions = { source: 'intune', time: '2026-11-12T10:00:00Z' };

test('a commit that comes late leaves a blob in its tier', async () => {
  const site = await retentionSite({ tiers: TIERS });
  const blob = await putBlob(site.store, LATE);
  await run(site, '2026-11-20');

  await putBlob(site.store, LATE);

  expect((await site.store.state(blob)).blocks).toHaveLength(2);
  expect(await tiersIn(site)).toEqual({ 'intune d=12': 'Cool' });
});

test.each(['as Azurite answers', 'as Azure does'])(
  'what comes late for a blob in the archive tier begins the next one, %s',
  async (as) => {
    const site = await retentionSite();
    const blob = await putBlob(site.store, LATE);
    await site.service.getContainerClient('archive').getBlobClient(blob.name).setAccessTier('Archive');
    const { store, metadata } = {
      store: site.throughProxy(),
      metadata: (await site.store.state(blob)).metadata,
    };
    if (as === 'as Azure does')
      site.proxy.answer = ({ path }) =>
        path.includes('comp=blocklist') && path.includes('-1.ndjson')
          ? { status: 409, code: 'BlobArchived' }
          : undefined;

    const hour = startOf(HOUR, Date.parse(LATE.time ?? ''));
    const prefix = blobPrefix('intune', 'SignInLogs', hour, PARTITION);
    const chains = createBlobChains({ store, blocksPerBlob: 256 });
    const next = await chains.open({ container: 'archive', hour, prefix, extension: '.ndjson' });

    expect(next.name).toBe(blob.name.replace('-1.', '-2.'));
    expect(await chains.state(blob)).toMatchObject({ sealed: true, tier: 'Archive', metadata });
    await expect(putBlob(store, LATE)).rejects.toMatchObject({ code: 'storage-refused', retriable: true });
  },
);
