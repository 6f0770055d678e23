import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { TableClient } from '@azure/data-tables';
import { EventHubConsumerClient, latestEventPosition } from '@azure/event-hubs';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Checked, Step } from '../../cli/check/target.ts';
import { appSettings } from '../../local/app-settings.ts';
import { startEventHubs } from '../../local/event-hubs/emulator.ts';
import type { EventHubsEmulator } from '../../local/event-hubs/emulator.ts';
import { startStorage } from '../../local/storage/azurite.ts';
import type { Storage } from '../../local/storage/azurite.ts';
import { startFaultyStorage } from '../../local/storage/fault-proxy.ts';
import type { FaultyStorage, StorageFault, StorageOperation } from '../../local/storage/fault-proxy.ts';
import { runCli } from './run-cli.ts';
import type { Outcome } from './run-cli.ts';
import { temporaryFolder } from './temporary-folder.ts';

const HUB = { partitionCount: 2 };
const POLICIES = [
  { name: 'all', key: 'right', claims: ['Manage'] },
  { name: 'listens', key: 'right', claims: ['Listen'] },
] as const;

let hubs: EventHubsEmulator;
let storage: Storage;
let faulty: FaultyStorage;

beforeAll(async () => {
  hubs = await startEventHubs({
    hubs: { logs: HUB, others: HUB, more: HUB, records: HUB },
    policies: POLICIES,
  });
  storage = await startStorage();
  faulty = await startFaultyStorage(storage);
});

afterAll(async () => {
  await faulty.close();
  await storage.close();
  await hubs.close();
});

function namespaceAs(name: string, key: string, port = hubs.port): string {
  return `Endpoint=sb://localhost:${port};SharedAccessKeyName=${name};SharedAccessKey=${key};UseDevelopmentEmulator=true`;
}

function settings(): Record<string, string> {
  const connections = { hubs: namespaceAs('all', 'right'), storage: faulty.connectionString };
  return appSettings(['logs'], ['records'], connections);
}

async function check(args: readonly string[], env: Record<string, string>): Promise<Outcome> {
  return runCli('sluice', ['check', ...args], { cwd: await temporaryFolder(), env });
}

interface Report {
  readonly ok: boolean;
  readonly checks: readonly Checked[];
}

async function report(
  env: Record<string, string>,
  args: readonly string[] = [],
): Promise<Report & { exitCode: unknown }> {
  const { exitCode, stdout, stderr } = await check([...args, '--json'], env);
  if (stdout === '') throw new Error(stderr);
  return { exitCode, ...(JSON.parse(stdout) as Report) };
}

/** `thing: step kind`, of all that failed. */
function failures({ checks }: Report): string[] {
  return checks.flatMap(({ name, steps }) =>
    steps.flatMap(({ name: step, failure }) => (failure ? [`${name}: ${step} ${failure.kind}`] : [])),
  );
}

function stepOf({ checks }: Report, name: string, step: string): Step | undefined {
  return checks.find((checked) => checked.name === name)?.steps.find((one) => one.name === step);
}

/** Spoils the requests that are meant for as long as the test goes on. */
function spoil(fault: StorageFault, isMeant: (operation: StorageOperation) => boolean): void {
  faulty.onOperation = (operation) => (isMeant(operation) ? fault : undefined);
  onTestFinished(() => {
    faulty.onOperation = undefined;
  });
}

const NO_ROLE = { status: 403, code: 'AuthorizationPermissionMismatch' };
const isDelete = ({ kind, path }: StorageOperation): boolean =>
  kind === 'write' && path.split('?')[0]?.endsWith('/blob.txt') === true && !path.includes('comp=');

async function blobsLeft(): Promise<string[]> {
  const service = BlobServiceClient.fromConnectionString(storage.connectionString);
  const left: string[] = [];
  for await (const { name } of service.listContainers())
    for await (const blob of service.getContainerClient(name).listBlobsFlat())
      left.push(`${name}/${blob.name}`);
  return left;
}

async function rowsLeft(table: string): Promise<number> {
  const client = TableClient.fromConnectionString(storage.connectionString, table, {
    allowInsecureConnection: true,
  });
  let rows = 0;
  for await (const _ of client.listEntities()) rows += 1;
  return rows;
}

const messagesIn = (hub: string): number =>
  hubs.hub(hub).partitions.reduce((sum, { count }) => sum + count, 0);

test('where all is well it makes what the app would make, says so, and leaves nothing behind', async () => {
  const { exitCode, stdout } = await check([], settings());

  expect(exitCode).toBe(0);
  expect(stdout).toContain('all well, by the settings of the environment');
  expect(stdout).toMatch(/✔ +source hub logs +SourceHubConnection +partitions, consumer group \$Default/);
  expect(stdout).toMatch(/✔ +records hub records .* partitions, may send, consumer group \$Default/);
  expect(stdout).toMatch(/✔ +container archive +ArchiveStorage +write, tag, read, delete/);
  expect(stdout).toMatch(/✔ +table ledger +LedgerStorage +write, read, delete/);
  expect(stdout).toContain('table ledger, write: it was missing, and has been made, as the app would have');
  expect(stdout).toContain('source hub logs, partitions: 2 partitions, no message');
  expect(await blobsLeft()).toEqual([]);
  expect([await rowsLeft('ledger'), await rowsLeft('alerts')]).toEqual([0, 0]);
  expect([messagesIn('logs'), messagesIn('records')]).toEqual([0, 0]);
});

test('an app that reads is told of, and not disturbed', async () => {
  const app = new EventHubConsumerClient('$Default', namespaceAs('all', 'right'), 'logs');
  onTestFinished(() => app.close());
  const errors: Error[] = [];
  const reading = Promise.withResolvers<void>();
  const handlers = {
    processEvents: async () => reading.resolve(),
    processError: async (error: Error) => {
      errors.push(error);
    },
  };
  app.subscribe('0', handlers, {
    startPosition: latestEventPosition,
    maxWaitTimeInSeconds: 1,
    ownerLevel: 1,
  });
  await reading.promise;

  const found = await report(settings());

  expect(stepOf(found, 'source hub logs', 'consumer group $Default')?.found).toBe('the app is reading it');
  expect(errors).toEqual([]);
});

test('a message is sent when asked for alone, and holds no records', async () => {
  const { exitCode, ...found } = await report(settings(), ['--send']);

  expect([exitCode, found.ok]).toEqual([0, true]);
  expect(stepOf(found, 'records hub records', 'send')?.ok).toBe(true);
  const sent = hubs.hub('records').partitions.flatMap((partition) => partition.events());
  expect(sent.map(({ body }) => String(body))).toEqual(['{"records":[]}']);
});

test('hubs: a wrong name, a wrong key, a missing claim, a missing consumer group, and nobody there', async () => {
  const nobody = createServer();
  nobody.listen(0, '127.0.0.1');
  await once(nobody, 'listening');
  const { port } = nobody.address() as AddressInfo;
  nobody.close();

  const { exitCode, ...found } = await report({
    ...settings(),
    SLUICE_SOURCE_HUBS: 'nope, logs/missing, others@WrongKey, more@Gone',
    WrongKey: namespaceAs('all', 'wrong'),
    Gone: namespaceAs('all', 'right', port).replace('localhost', '127.0.0.1'),
    RecordsHubConnection: namespaceAs('listens', 'right'),
  });

  expect(exitCode).toBe(1);
  expect(failures(found)).toEqual([
    'source hub nope: partitions wrong-hub',
    'source hub logs: consumer group missing missing-consumer-group',
    'source hub others: partitions wrong-key',
    'source hub more: partitions unreachable',
    'records hub records: may send missing-role',
  ]);
  const texts = found.checks.flatMap(({ steps }) =>
    steps.flatMap(({ failure }) => (failure ? [`${failure.problem} ${failure.remedy}`] : [])),
  );
  expect(texts[0]).toContain(
    `There is no hub nope in localhost:${hubs.port}. Correct its name in SLUICE_SOURCE_HUBS`,
  );
  expect(texts[1]).toContain('The hub logs has no consumer group missing. Make it (az eventhubs');
  expect(texts[2]).toContain('The key in WrongKey is not taken (InvalidSignature');
  expect(texts[3]).toContain(`127.0.0.1:${port} cannot be reached (connect ECONNREFUSED`);
  expect(texts[4]).toContain('Use the connection string of a policy with the claim Send.');
  expect(texts.join('\n')).not.toContain('SharedAccessKey=');
});

test('storage that cannot be reached, and a key that is none of it', async () => {
  const wrongKey = faulty.connectionString.replace(/AccountKey=[^;]+/, `AccountKey=${btoa('x'.repeat(64))}`);
  const nowhere = faulty.connectionString.replace(
    /TableEndpoint=[^;]+/,
    'TableEndpoint=http://127.0.0.1:1/x',
  );

  const found = await report({ ...settings(), ArchiveStorage: wrongKey, LedgerStorage: nowhere });

  expect(failures(found)).toEqual([
    'container archive: write wrong-key',
    'container dead-letter: write wrong-key',
    'container pass-on: write wrong-key',
    'container salvaged: write wrong-key',
    'container capacity: write wrong-key',
    'retention: find by tags wrong-key',
    'table ledger: write unreachable',
    'table alerts: write unreachable',
  ]);
  expect(stepOf(found, 'table ledger', 'write')?.failure?.problem).toBe(
    'The account in LedgerStorage cannot be reached (connect ECONNREFUSED 127.0.0.1:1).',
  );
});

test('roles that are missing: each right is told apart, and the others are tried all the same', async () => {
  spoil(
    NO_ROLE,
    ({ kind, path }) => (kind === 'stage' && path.includes('/salvaged/')) || path.includes('comp=tags'),
  );

  const { exitCode, ...found } = await report(settings());

  expect(exitCode).toBe(1);
  expect(failures(found)).toEqual([
    'container archive: tag missing-role',
    'container dead-letter: tag missing-role',
    'container pass-on: tag missing-role',
    'container salvaged: write missing-role',
  ]);
  expect(stepOf(found, 'container archive', 'delete')?.ok).toBe(true);
  expect(await blobsLeft()).toEqual([]);
});

test('a table that is missing is made; where that is not allowed, it is a failure with a remedy', async () => {
  const tables = TableClient.fromConnectionString(storage.connectionString, 'alerts', {
    allowInsecureConnection: true,
  });
  await tables.createTable();
  await tables.deleteTable();
  spoil(NO_ROLE, ({ service, path }) => service === 'table' && /\/Tables(\?|$)/.test(path));

  const refused = await report(settings());
  faulty.onOperation = undefined;
  const made = await report(settings());

  expect(failures(refused)).toEqual(['table alerts: write missing-table']);
  expect(stepOf(refused, 'table alerts', 'write')?.failure).toMatchObject({
    problem: expect.stringContaining(
      'There is no table alerts, and the key in LedgerStorage may not make it',
    ) as string,
    remedy: expect.stringContaining('Make it (az storage table create)') as string,
  });
  expect(made.ok).toBe(true);
  expect(stepOf(made, 'table alerts', 'write')?.found).toContain('it was missing, and has been made');
});

test('who ingests need not be allowed to delete, and that is no failure', async () => {
  spoil(NO_ROLE, isDelete);

  const { exitCode, ...found } = await report(settings());

  expect([exitCode, failures(found)]).toEqual([0, []]);
  expect(stepOf(found, 'container archive', 'delete')?.found).toContain(
    'not allowed: sluice-check/probe/blob.txt stays',
  );
});

test('with RetentionStorage, that is who must be able to delete', async () => {
  spoil(NO_ROLE, isDelete);
  const withRetention = { ...settings(), RetentionStorage: storage.connectionString };
  const asBefore = { ...settings(), RetentionStorage: faulty.connectionString };

  const well = await report(withRetention);
  const ill = await report(asBefore);

  expect(failures(well)).toEqual([]);
  expect(stepOf(well, 'container archive', 'delete')?.found).toBe('not allowed, as it should be');
  expect(stepOf(well, 'container archive', 'delete by RetentionStorage')?.ok).toBe(true);
  expect((await blobsLeft()).filter((blob) => !blob.startsWith('capacity/'))).toHaveLength(4);
  expect(failures(ill)).toContain('container archive: delete by RetentionStorage missing-role');
});

test('an immutability policy is a failure where blobs grow, and none where they are written once', async () => {
  spoil(
    { status: 409, code: 'BlobImmutableDueToPolicy' },
    (operation) =>
      operation.path.includes('/archive/') && (operation.kind === 'commit' || isDelete(operation)),
  );

  const growing = await report(settings());
  const once_ = await report({ ...settings(), SLUICE_BLOCKS_PER_BLOB: '1' });

  expect(failures(growing)).toEqual(['container archive: write protected']);
  expect(failures(once_)).toEqual([]);
  expect(stepOf(once_, 'container archive', 'write')?.found).toContain('an immutability policy keeps');
});

test('what does not answer is given up in time, and the rest is told', async () => {
  const silent = createServer();
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => {
    silent.close();
  });
  const { port } = silent.address() as AddressInfo;
  spoil({ silentMs: 20_000 }, ({ service }) => service === 'table');
  const began = performance.now();

  const { exitCode, ...found } = await report(
    {
      ...settings(),
      SourceHubConnection: namespaceAs('all', 'right', port).replace('localhost', '127.0.0.1'),
    },
    ['--timeout', '5s'],
  );

  expect(exitCode).toBe(1);
  expect(performance.now() - began).toBeLessThan(40_000);
  expect(failures(found)).toEqual([
    'source hub logs: partitions no-answer',
    'table ledger: write no-answer',
    'table alerts: write no-answer',
  ]);
  expect(stepOf(found, 'source hub logs', 'partitions')?.failure).toMatchObject({
    problem: `127.0.0.1:${port} has not answered (no answer within 5 seconds).`,
    remedy: expect.stringContaining('a firewall that lets port 5671 not through') as string,
  });
});

test.each([
  [['--hub', 'logs'], '--hub and --consumer-group go with --trace'],
  [['--trace', '--send'], '--send does not go with --trace'],
  [[], 'There is nothing to check. npm start leaves its settings in'],
])('%j without settings is wrong usage', async (args, message) => {
  const { exitCode, stderr } = await check(args, {});

  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
});
