import { TableClient } from '@azure/data-tables';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startEventHubs } from '../../local/event-hubs/emulator.ts';
import { appSettings } from '../../local/app-settings.ts';
import { startStorage } from '../../local/storage/azurite.ts';
import { azureLedgerTable, LEDGER_TABLE } from '../../shared/azure/ledger-table.ts';
import type { CapacityReport } from '../../shared/capacity.ts';
import { HOUR, MINUTE, startOf } from '../../shared/time.ts';
import { minuteOf } from '../support/capacity.ts';
import { writeMinutes } from '../support/capacity-ledger.ts';
import { runCli } from './run-cli.ts';
import { temporaryFolder } from './temporary-folder.ts';

const INTUNE = ['--events-per-second', '18', '--bytes', '2000'];

async function reportOf(...args: string[]): Promise<CapacityReport> {
  const cwd = await temporaryFolder();
  const { stdout, stderr } = await runCli('sluice', ['capacity', '--json', ...args], { cwd });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as CapacityReport;
}

describe('sluice capacity of a stream that is not there yet', () => {
  test('reckons without any ledger', async () => {
    const report = await reportOf(...INTUNE);

    expect(report).toMatchObject({ basis: 'what-if', total: { messageRate: { peak: 18 } }, warnings: [] });
    expect(report.namespaces[0]?.hubs.map(({ name }) => name)).toEqual(['logs', 'records']);
    expect(report.total.byteRate.average).toBeCloseTo(36_000, 6);
    expect(report.storage.bytesPerMonth).toBeCloseTo(36_000 * 730 * 3_600 * 0.135, 0);
  });

  test('has the messages of Intune, where those are as large', async () => {
    const report = await reportOf(...INTUNE, '--message-bytes', '256000', '--no-fan-out', '--tier', 'basic');

    const [namespace] = report.namespaces;
    expect(namespace?.messagesPerFiveMinutes.average).toBeCloseTo(43, 6);
    expect(namespace?.tiers[0]).toMatchObject({ tier: 'basic', units: 1, monthly: { units: 730 * 0.015 } });
  });

  test('is grown, kept and sold as asked', async () => {
    const [once, thrice] = [
      await reportOf(...INTUNE, '--retention', '30'),
      await reportOf(...INTUNE, '--grow', '3x', '--retention', '0', '--tier', 'premium'),
    ];

    expect(thrice.total.byteRate.peak).toBeCloseTo(3 * once.total.byteRate.peak, 6);
    expect(once.categories[0]?.storage).toMatchObject({ retentionDays: 30 });
    expect(thrice.categories[0]?.storage).toMatchObject({ retentionDays: 0 });
    expect(thrice.namespaces[0]).toMatchObject({ recommended: 'premium', because: 'It was asked for.' });
    expect(thrice.cost.items[0]?.name).toBe('Event Hubs units (assumed, Premium)');
  });

  test('is shown to a person with tables', async () => {
    const { stdout } = await runCli('sluice', ['capacity', ...INTUNE], { cwd: await temporaryFolder() });

    expect(stdout).toMatch(/^messages\/s +18 +18 +18$/m);
    expect(stdout).toMatch(/^✔ Basic +1 TU +12\.33/m);
    expect(stdout).toMatch(/^unknown\/assumed +18 +18 +18 +0\.036 +2 KB/m);
    expect(stdout).toMatch(/list prices in East US of \d{4}-\d\d-\d\d/);
  });
});

describe('sluice capacity of a ledger', () => {
  test('reads it, asks the hub, and prints what comes from data as it may be printed', async () => {
    const hubs = await startEventHubs({
      hubs: { logs: { partitionCount: 2 }, records: { partitionCount: 2 } },
    });
    onTestFinished(() => hubs.close());
    const storage = await startStorage();
    onTestFinished(storage.close);
    const connections = { hubs: hubs.connectionString, storage: storage.connectionString };
    const env = appSettings(['logs'], ['records'], connections);
    const client = TableClient.fromConnectionString(storage.connectionString, LEDGER_TABLE, {
      allowInsecureConnection: true,
    });
    const hourAgo = startOf(HOUR, Date.now()) - HOUR;
    const minutes = Array.from({ length: 30 }, (_, i) =>
      minuteOf(hourAgo + i * MINUTE, { messages: 120 }, { category: 'unknown/\u001b[31mred', messages: 60 }),
    );
    await writeMinutes(azureLedgerTable(client), { namespace: 'localhost', hub: 'logs', id: '0' }, minutes);
    const cwd = await temporaryFolder();

    const json = await runCli('sluice', ['capacity', '--json', '--since', '90m'], { cwd, env });
    const text = await runCli('sluice', ['capacity'], { cwd, env });

    expect(json.stderr).toBe('');
    const report = JSON.parse(json.stdout) as CapacityReport;
    expect(report).toMatchObject({ basis: 'ledger', total: { messages: 5_400, messageRate: { peak: 3 } } });
    expect(report.lag.partitions).toMatchObject([
      { id: '0', events: 0, lastDecided: 1_000 },
      { id: '1', events: 0, lastDecided: null },
    ]);
    expect(report.namespaces[0]?.hubs.map(({ partitions }) => partitions.count)).toEqual([2, 2]);
    expect(text.stdout).toContain('unknown/ [31mred');
    expect(text.stdout).not.toContain('\u001b');
    expect(text.stdout).toMatch(/^localhost\/logs\/0 +0 +/m);
  });
});

describe('sluice capacity refuses', () => {
  test.each([
    [['--events-per-second', '18'], 'A stream needs both --events-per-second and --bytes.'],
    [
      ['--message-bytes', '5'],
      '--message-bytes is of a stream that --events-per-second and --bytes describe.',
    ],
    [[...INTUNE, '--message-bytes', '1000'], 'A message of 1000 bytes holds no event of 2000.'],
    [[...INTUNE, '--grow', 'much'], 'It must be a factor such as 3x or 1.5x.'],
    [[...INTUNE, '--tier', 'gold'], 'Allowed choices are basic, standard, premium, dedicated.'],
    [['--since', '90d'], 'It must not be longer than 31d.'],
    [[], 'There is no ledger to read.'],
  ])('%j', async (args, message) => {
    const { exitCode, stdout, stderr } = await runCli('sluice', ['capacity', ...args], {
      cwd: await temporaryFolder(),
    });

    expect(stderr).toContain(message);
    expect(stdout.replace(/^Reading the ledger \.\.\.\n/, '')).toBe('');
    expect(exitCode).toBe(2);
  });
});
