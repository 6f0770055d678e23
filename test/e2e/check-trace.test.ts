import { expect, test } from 'vitest';
import type { TraceReport } from '../../cli/check/trace.ts';
import { runCli } from '../cli/run-cli.ts';
import { temporaryFolder } from '../cli/temporary-folder.ts';
import { envelopeOf, recordOf } from '../support/messages.ts';
import { drained, eventually, readComplete, sendTo, startApp, startSite } from '../support/site.ts';

interface Traced extends TraceReport {
  readonly exitCode: unknown;
  readonly ok: boolean;
}

async function trace(settings: Readonly<Record<string, string>>, ...args: string[]): Promise<Traced> {
  const { exitCode, stdout, stderr } = await runCli('sluice', ['check', '--trace', '--json', ...args], {
    cwd: await temporaryFolder(),
    env: settings,
  });
  if (stdout === '') throw new Error(stderr);
  return { exitCode, ...(JSON.parse(stdout) as Omit<Traced, 'exitCode'>) };
}

const namesOf = ({ legs }: TraceReport): string[] => legs.map(({ name }) => name);

test('a record is followed through the app: accepted, archived, passed on, and counted like any other', async () => {
  const site = await startSite();
  await startApp(site);
  await sendTo(site, '0', [envelopeOf(recordOf('Before', {}))]);
  await drained(site);

  const { exitCode, ok, ...report } = await trace(site.settings);

  expect([exitCode, ok, namesOf(report)]).toEqual([0, true, ['accepted', 'archived', 'passed on']]);
  expect(report.legs.map(({ where }) => where)).toEqual([
    'hub logs, partition 0, message 1',
    expect.stringMatching(/^archive\/unknown\/sluice-probe\/y=.*\/localhost-logs-p0-1\.ndjson\.gz$/),
    expect.stringMatching(/^hub records, partition [01], message \d$/),
  ]);
  expect(report.kept?.expires).toMatch(/^\d{4}-\d\d-\d\d$/);
  await drained(site);
  const { archived, passedOn } = await readComplete(site);
  expect(archived.get('unknown/sluice-probe')?.join()).toContain(report.probe);
  expect(passedOn.join()).toContain(report.probe);
});

test('rules are minded: what they leave out is decided on, and goes nowhere', async () => {
  const site = await startSite();
  const rules = '[{ "name": "known-only", "source": "unknown", "archive": false, "forward": false }]';
  const settings = { ...site.settings, SLUICE_RULES: rules };
  await startApp({ settings });

  const report = await trace(settings);

  expect([report.ok, namesOf(report)]).toEqual([true, ['accepted', 'decided']]);
  expect(report.legs[1]?.where).toBe('left out by the rule known-only');
  expect([report.rule, report.kept]).toEqual(['known-only', undefined]);
});

test('without an app it says that nobody reads, and with a disabled one, which setting does that', async () => {
  const site = await startSite();

  const absent = await trace(site.settings, '--timeout', '3s');
  const disabled = await trace(
    { ...site.settings, 'AzureWebJobs.ingest.Disabled': 'true' },
    '--timeout',
    '3s',
  );

  expect([absent.exitCode, namesOf(absent)]).toEqual([1, ['accepted']]);
  expect(absent.stopped).toMatchObject({
    before: 'archived',
    problem: 'No host holds the partition in the consumer group $Default.',
    remedy: expect.stringContaining('The app is not deployed, is stopped, or does not start') as string,
  });
  expect(disabled.stopped?.problem).toBe('The function ingest is disabled.');
});

test('with a records hub that takes nothing it says where the record waits', async () => {
  const site = await startSite();
  site.hubs.onOperation = ({ kind, hub }) =>
    kind === 'send' && hub === 'records' ? { error: 'refuse' } : undefined;
  await startApp(site);

  const report = await trace(site.settings, '--timeout', '20s');

  expect([report.exitCode, namesOf(report)]).toEqual([1, ['accepted', 'archived']]);
  expect(report.stopped).toMatchObject({
    before: 'passed on',
    problem: expect.stringContaining('The records hub takes nothing: records is behind') as string,
  });
});

test('an app that holds the partition and gets nowhere is told from one that is not there', async () => {
  const site = await startSite();
  const nowhere = site.settings['LedgerStorage']?.replace(
    /TableEndpoint=[^;]+/,
    'TableEndpoint=http://127.0.0.1:1/x',
  );
  const app = await startApp({ settings: { ...site.settings, LedgerStorage: nowhere ?? '' } });
  await sendTo(site, '0', [envelopeOf(recordOf('Stuck', {}))]);
  await eventually(() => app.ends.length).toBeGreaterThan(0);

  const report = await trace(site.settings, '--timeout', '3s');

  expect(report.stopped?.problem).toBe(
    'A host holds the partition, and has decided nothing since the record was sent; 1 message come before it.',
  );
});

test('nothing is sent where its arrival cannot be seen', async () => {
  const site = await startSite();

  const { exitCode, stderr } = await runCli('sluice', ['check', '--trace', '--consumer-group', 'nobody'], {
    cwd: await temporaryFolder(),
    env: site.settings,
  });

  expect(exitCode).toBe(2);
  expect(stderr).toContain('The hub records has no consumer group nobody.');
  expect(stderr).toContain('Nothing has been sent.');
  expect(site.hubs.hub('logs').partitions.map(({ count }) => count)).toEqual([0, 0]);
});
