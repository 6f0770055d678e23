import { expect, test } from 'vitest';
import { dayOf } from '../../shared/blocks/expiry.ts';
import { DAY } from '../../shared/time.ts';
import { putBlob } from '../support/archive-blobs.ts';
import { retentionSite, useAzurite } from '../support/retention-site.ts';
import type { RetentionSite } from '../support/retention-site.ts';
import { runCli } from './run-cli.ts';
import type { Outcome } from './run-cli.ts';
import { temporaryFolder } from './temporary-folder.ts';

useAzurite();
interface Result {
  readonly today: string;
  readonly deleted: readonly object[];
  readonly left: readonly object[];
  readonly tiers: object;
  readonly upcoming: readonly object[];
  readonly unfinished: boolean;
}

async function sluice(site: RetentionSite, args: readonly string[], env = {}): Promise<Outcome> {
  const { retentionStorage } = site.config;
  const storage = retentionStorage.kind === 'connection-string' ? retentionStorage.connectionString : '';
  const settings = { ArchiveStorage: storage, LedgerStorage: storage };
  return runCli('sluice', ['retention', ...args], {
    env: { ...settings, ...env },
    cwd: await temporaryFolder(),
  });
}

/** What is due today, in two categories, and more on days to come. */
async function siteWithBlobs(): Promise<RetentionSite> {
  const site = await retentionSite();
  await putBlob(site.store, { blocks: 2 });
  await putBlob(site.store, { container: 'dead-letter', no: 2 });
  await putBlob(site.store, { no: 3, days: 32 });
  await putBlob(site.store, { no: 4, days: 37 });
  await putBlob(site.store, { no: 5, days: 365 });
  return site;
}

test('a dry run says what would go, when, and how much that is, and nothing goes', async () => {
  const site = await siteWithBlobs();

  const { exitCode, stdout, stderr } = await sluice(site, ['--dry-run', '--as-of', '2026-12-21']);

  expect([exitCode, stderr]).toEqual([0, '']);
  const lines = stdout.split('\n').map((line) => line.trim().replaceAll(/\s+/g, ' '));
  expect(lines).toEqual(
    expect.arrayContaining([
      'Due on 2026-12-21, by the settings of the environment',
      'archive entra/SignInLogs 1 4 32 B',
      'dead-letter entra/SignInLogs 1 2 16 B',
      'All 2 6 48 B',
      'Due after it',
      '2026-12-23 in 2 days ████████████████████████ 1 2 16 B',
      '2026-12-28 in 7 days ████████████████████████ 1 2 16 B',
    ]),
  );
  expect(await site.names()).toHaveLength(5);
  expect(await site.tombstones()).toEqual([]);
});

test('as JSON, the same for machines, with what is left alone and why, and what moves', async () => {
  const site = await siteWithBlobs();
  const edited = await putBlob(site.store, { no: 6, days: 0, category: 'AuditLogs' });
  await site.service
    .getContainerClient('archive')
    .getBlobClient(edited.name)
    .setTags({ expires: '2026-12-01' });
  const args = ['--dry-run', '--as-of', '2026-12-21', '--ahead', '2', '--tiers-back', '60', '--json'];

  const { exitCode, stdout } = await sluice(site, args, { SLUICE_TIERS: 'cool=7' });

  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout) as Result).toEqual({
    today: '2026-12-21',
    deleted: [
      { container: 'archive', source: 'entra', category: 'SignInLogs', blobs: 1, records: 4, bytes: 32 },
      { container: 'dead-letter', source: 'entra', category: 'SignInLogs', blobs: 1, records: 2, bytes: 16 },
    ],
    left: [{ reason: 'kept-longer', count: 1, examples: [edited] }],
    tiers: { Hot: 0, Cool: 5, Cold: 0, Archive: 0 },
    upcoming: [{ day: '2026-12-23', inDays: 2, blobs: 1, records: 2, bytes: 16 }],
    unfinished: false,
    failures: [],
  });
});

test('with --yes it deletes what is due today', async () => {
  const site = await retentionSite();
  const hour = new Date(Date.now() - 3 * DAY).toISOString();
  await putBlob(site.store, { time: hour, days: 1 });
  const kept = await putBlob(site.store, { time: hour, days: 9, no: 2 });

  const { exitCode, stdout } = await sluice(site, ['--yes']);

  expect(exitCode).toBe(0);
  expect(stdout).toContain('Deleted 1 blob (16 B)');
  expect(await site.names()).toEqual([`archive/${kept.name}`]);
  expect(await site.tombstones()).toHaveLength(1);
});

test('with nothing to delete it says so', async () => {
  const site = await retentionSite();

  const { exitCode, stdout } = await sluice(site, ['--dry-run']);

  expect(exitCode).toBe(0);
  expect(stdout).toMatch(new RegExp(`Due on ${dayOf(Date.now()).slice(0, 7)}.*\nNothing\\.`));
});

test.each([
  [[], 'Nobody is there to be asked: see what would go with --dry-run, then say --yes.'],
  [['--json'], 'Nobody is there to be asked'],
  [['--yes', '--as-of', '2026-12-21'], '--as-of goes with --dry-run'],
  [['--dry-run', '--as-of', '2026-02-30'], 'It must be a day such as 2027-01-31.'],
  [['--dry-run', '--ahead', '-1'], 'It must be a whole number from 0 to 3650.'],
])('%j is wrong usage', async (args, message) => {
  const { exitCode, stderr } = await runCli('sluice', ['retention', ...args], {
    cwd: await temporaryFolder(),
  });

  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
});

test('without settings it says which are missing', async () => {
  const { exitCode, stderr } = await runCli('sluice', ['retention', '--dry-run'], {
    cwd: await temporaryFolder(),
  });

  expect(exitCode).toBe(2);
  expect(stderr).toContain('There is no archive to look at.');
  expect(stderr).toContain('ArchiveStorage is missing');
  expect(stderr).toContain('LedgerStorage is missing');
});
