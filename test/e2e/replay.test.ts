import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { TableClient } from '@azure/data-tables';
import { readHub } from '../../cli/read-back/read-hub.ts';
import { rowsOf } from '../../cli/read-back/rows.ts';
import { LEDGER_TABLE } from '../../shared/azure/ledger-table.ts';
import { minuteFrom } from '../../shared/ledger/ledger-rows.ts';
import { runCli, startCli } from '../cli/run-cli.ts';
import type { Outcome } from '../cli/run-cli.ts';
import { temporaryFolder } from '../cli/temporary-folder.ts';
import { envelopeOf, recordOf } from '../support/messages.ts';
import { drained, eventually, readComplete, sendTo, startApp, startSite } from '../support/site.ts';
import type { Site } from '../support/site.ts';

/** An app to which these messages are too large, and whose operator mends that. */
const TOO_SMALL = { SLUICE_MAX_UNPACKED_BYTES: '1024' };

/** Packed messages of more than so many bytes, numbered. */
function packed(count: number, first = 0): { bodies: Buffer[]; records: string[] } {
  const records = Array.from({ length: count }, (_, i) =>
    recordOf('Packed', { n: first + i, padding: 'x'.repeat(2_000) }),
  );
  return { bodies: records.map((record) => gzipSync(envelopeOf(record))), records };
}

async function quarantined(site: Site, partitions: readonly (readonly Buffer[])[]): Promise<void> {
  const app = await startApp({ settings: { ...site.settings, ...TOO_SMALL } });
  for (const [id, bodies] of partitions.entries()) await sendTo(site, String(id), bodies);
  await drained(site);
  await app.kill();
}

async function replay({ settings }: Site, ...args: readonly string[]): Promise<Outcome> {
  return runCli('sluice', ['replay', ...args], { cwd: await temporaryFolder(), env: settings });
}

const LOOK = ['--consumer-group', 'onlookers'];

async function replayedIn({ settings }: Site): Promise<number> {
  let replayed = 0;
  const filter = "RowKey ge 'minute-' and RowKey lt 'minute.'";
  for await (const row of rowsOf(settings['LedgerStorage'] ?? '', LEDGER_TABLE, filter))
    replayed += minuteFrom(row).replayed;
  return replayed;
}

/** What each dead letter was marked as. */
async function marksIn({ settings }: Site): Promise<string[]> {
  const states: string[] = [];
  const filter = "PartitionKey eq 'replays' and RowKey ne 'run'";
  for await (const { values } of rowsOf(settings['LedgerStorage'] ?? '', LEDGER_TABLE, filter))
    states.push(String(values['state']));
  return states;
}

function sentTo({ hubs }: Site, hub: string): number {
  return hubs.hub(hub).partitions.reduce((sum, { lastSequenceNumber }) => sum + lastSequenceNumber + 1, 0);
}

test('what was too large comes in once the limit is raised: once, in order, counted; and a second replay sends nothing', async () => {
  const site = await startSite();
  const [zero, one] = [packed(30), packed(20, 30)];
  await quarantined(site, [zero.bodies, one.bodies]);
  const dry = await replay(site, '--dry-run', '--json');
  expect(sentTo(site, 'logs')).toBe(50);
  await startApp(site);

  const filtered = await replay(site, '--reason', 'not-*');
  const outcome = await replay(site, '--reason', 'unpack-too-large', '--rate', '1000');
  const again = await replay(site, '--json');
  await drained(site);

  expect(JSON.parse(dry.stdout)).toMatchObject({ dryRun: true, found: 50, sent: 50, before: 0 });
  expect(filtered.stdout).toContain('Sent 0 of 0 dead letters.');
  expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
  expect(outcome.stdout).toContain('Sent 50 of 50 dead letters.');
  expect(JSON.parse(again.stdout)).toMatchObject({ dryRun: false, found: 50, sent: 0, before: 50 });
  const { archived, summary } = await readComplete(site);
  const found = archived.get('unknown/Packed') ?? [];
  expect(found.toSorted()).toEqual([...zero.records, ...one.records].toSorted());
  expect(found.filter((record) => zero.records.includes(record))).toEqual(zero.records);
  expect(found.filter((record) => one.records.includes(record))).toEqual(one.records);
  expect(summary).toMatchObject({ messages: 100, records: 100, archived: 50, deadLettered: 50 });
  expect(await replayedIn(site)).toBe(50);
  expect(await marksIn(site)).toEqual(Array.from({ length: 50 }, () => 'sent'));
});

test('what fails again is a dead letter that names the one before, and is replayed in its place', async () => {
  const site = await startSite({ partitions: 1 });
  const { bodies, records } = packed(2);
  await quarantined(site, [bodies]);
  const still = await startApp({ settings: { ...site.settings, ...TOO_SMALL } });

  await replay(site);
  await drained(site);
  await still.kill();
  await startApp(site);
  const second = await replay(site, '--json');
  await drained(site);

  const { deadLetters, archived } = await readComplete(site);
  const links = new Map(deadLetters.map(({ recordId, replayOf }) => [replayOf, recordId]));
  expect(deadLetters).toHaveLength(4);
  expect([...links.keys()]).toEqual([undefined, ...deadLetters.slice(0, 2).map(({ recordId }) => recordId)]);
  expect(JSON.parse(second.stdout)).toMatchObject({ found: 4, sent: 2, before: 2 });
  expect(archived.get('unknown/Packed')).toEqual(records);
});

describe('a replay that dies', () => {
  test.each([
    ['before a batch has arrived', { delayMs: 600_000 }, { arrived: 0, sent: 51 }],
    ['after it has arrived, without knowing', { loseAnswer: true }, { arrived: 51, sent: 0 }],
  ] as const)('%s is gone on with, and nothing is sent twice', async (_, fault, expected) => {
    const site = await startSite({ partitions: 1 });
    const { bodies, records } = packed(150);
    await quarantined(site, [bodies]);
    let batches = 0;
    site.hubs.onOperation = ({ kind, hub }) =>
      kind === 'send' && hub === 'logs' && ++batches === 2 ? fault : undefined;

    const dying = startCli('sluice', ['replay', '--rate', '10000'], {
      cwd: await temporaryFolder(),
      env: site.settings,
    });
    await eventually(() => batches).toBe(2);
    dying.kill('SIGKILL');
    await eventually(() => dying.signalCode ?? dying.exitCode).not.toBe(null);
    site.hubs.onOperation = undefined;
    const blind = await replay(site, '--json');
    const resumed = await replay(site, ...LOOK, '--json');
    const third = await replay(site, '--json');
    await startApp(site);
    await drained(site);

    expect((await marksIn(site)).toSorted()).toEqual(Array.from({ length: 150 }, () => 'sent'));
    expect(blind.exitCode).not.toBe(0);
    expect(blind.stderr).toContain('--consumer-group <name>');
    expect(JSON.parse(resumed.stdout)).toMatchObject({ found: 150, before: 99, ...expected });
    expect(JSON.parse(third.stdout)).toMatchObject({ sent: 0, before: 150 });
    const { archived } = await readComplete(site);
    expect(archived.get('unknown/Packed')).toEqual(records);
    expect(await replayedIn(site)).toBe(150);
  });

  test('is looked for no more where the hub is another one by now, and --again sends it', async () => {
    const site = await startSite({ partitions: 1 });
    const { bodies } = packed(3);
    await quarantined(site, [bodies]);
    site.hubs.onOperation = ({ kind, hub }) =>
      kind === 'send' && hub === 'logs' ? { error: 'refuse' } : undefined;
    const failed = await replay(site);
    site.hubs.onOperation = undefined;
    const table = TableClient.fromConnectionString(site.storage.connectionString, LEDGER_TABLE, {
      allowInsecureConnection: true,
    });
    for await (const row of table.listEntities<{ position?: string }>()) {
      if (row.position === undefined) continue;
      const position = JSON.stringify({ ...(JSON.parse(row.position) as object), createdOn: 0 });
      await table.updateEntity({ partitionKey: 'replays', rowKey: row.rowKey ?? '', position });
    }

    const unsure = await replay(site, ...LOOK);
    const again = await replay(site, ...LOOK, '--again');

    expect(failed).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('The same command goes on') as string,
    });
    expect(unsure).toMatchObject({ exitCode: 0 });
    expect(unsure.stdout).toContain(
      '3 were being sent when an earlier run died, and the hub no longer tells',
    );
    expect(again.stdout).toContain('Sent 3 of 3 dead letters.');
    expect(sentTo(site, 'logs')).toBe(6);
  });
});

test('an answer that is lost makes nothing come twice: the next run looks', async () => {
  const site = await startSite({ partitions: 1 });
  await quarantined(site, [packed(5).bodies]);
  let lost = 0;
  site.hubs.onOperation = ({ kind, hub }) =>
    kind === 'send' && hub === 'logs' && lost++ === 0 ? { loseAnswer: true } : undefined;

  const failed = await replay(site);
  const next = await replay(site, ...LOOK);

  expect(failed).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Sent 0 of 5') as string });
  expect(next.stdout).toContain('5 had arrived before the run that sent them died');
  expect(sentTo(site, 'logs')).toBe(10);
});

/** Messages of the records hub that are for one function alone. */
async function replaysOn({ hubs }: Site): Promise<number> {
  let found = 0;
  await readHub(hubs.connectionString, 'records', async ({ properties }) => {
    if (properties['replayFor'] === 'mendable') found++;
  });
  return found;
}

test('one replay at a time', async () => {
  const site = await startSite({ partitions: 1 });
  await quarantined(site, [packed(1).bodies]);
  const table = TableClient.fromConnectionString(site.storage.connectionString, LEDGER_TABLE, {
    allowInsecureConnection: true,
  });
  const held = { state: 'held', host: 'elsewhere', pid: 1, since: '2026-11-20T10:00:00.000Z' };
  await table.createEntity({ partitionKey: 'replays', rowKey: 'run', ...held });

  const refused = await replay(site);
  const takenOver = await replay(site, '--take-over');

  expect(refused).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('process 1 on elsewhere') as string,
  });
  expect(takenOver.stdout).toContain('Sent 1 of 1 dead letter.');
});

test('what a function failed on goes to it alone once it is mended', async () => {
  const site = await startSite();
  const appFolder = path.join(import.meta.dirname, 'apps', 'mendable');
  const app = await startApp({ settings: { ...site.settings, TEST_BROKEN: 'true' } }, { appFolder });
  const shared = Array.from({ length: 20 }, (_, n) => recordOf('Shared', { n }));
  await sendTo(
    site,
    '0',
    shared.map((record) => envelopeOf(record)),
  );
  await drained(site);
  await app.kill();
  const archivedBefore = (await readComplete(site)).archived.get('unknown/Shared');
  const before = sentTo(site, 'records');
  await startApp(site, { appFolder });

  const dry = await replay(site, '--handler', 'mendable', '--dry-run', '--json');
  const outcome = await replay(site, '--handler', 'mend*', '--json');
  const again = await replay(site, '--json');
  await drained(site);

  expect(JSON.parse(dry.stdout)).toMatchObject({ found: 20, sent: 20 });
  expect(JSON.parse(outcome.stdout)).toMatchObject({ found: 20, sent: 20 });
  expect(JSON.parse(again.stdout)).toMatchObject({ found: 20, sent: 0, before: 20 });
  const { read, archived, summary, deadLetters } = await readComplete(site);
  const alerted = read.alerts.filter(({ functionName }) => functionName === 'mendable');
  expect(alerted.map(({ subject }) => subject).toSorted()).toEqual(shared.toSorted());
  expect(new Set(deadLetters.map(({ handler }) => handler))).toEqual(new Set(['mendable']));
  expect(deadLetters).toHaveLength(20);
  expect(archived.get('unknown/Shared')).toEqual(archivedBefore);
  expect(summary).toMatchObject({ messages: 20, archived: 20 });
  expect(await replaysOn(site)).toBe(sentTo(site, 'records') - before);
});

test('a replay for a function that dies as it is sent is looked for on the records hub', async () => {
  const site = await startSite({ partitions: 2 });
  const appFolder = path.join(import.meta.dirname, 'apps', 'mendable');
  const app = await startApp({ settings: { ...site.settings, TEST_BROKEN: 'true' } }, { appFolder });
  await sendTo(site, '0', [envelopeOf(recordOf('Shared', { n: 0 }), recordOf('Shared', { n: 1 }))]);
  await drained(site);
  await app.kill();
  const before = sentTo(site, 'records');
  let sends = 0;
  site.hubs.onOperation = ({ kind, hub }) => {
    if (kind !== 'send' || hub !== 'records') return undefined;
    sends++;
    return { loseAnswer: true };
  };
  const dying = startCli('sluice', ['replay'], { cwd: await temporaryFolder(), env: site.settings });
  await eventually(() => sends).toBe(1);
  dying.kill('SIGKILL');
  await eventually(() => dying.signalCode).toBe('SIGKILL');
  site.hubs.onOperation = undefined;

  const next = await replay(site, ...LOOK, '--json');

  expect(JSON.parse(next.stdout)).toMatchObject({ found: 2, arrived: 2, sent: 0 });
  expect(sentTo(site, 'records')).toBe(before + 1);
});
