import { describe, expect, test } from 'vitest';
import { readConfig } from '../shared/settings/config.ts';
import { PRICES } from '../shared/capacity/prices.ts';
import { SluiceError } from '../shared/errors.ts';
import { SETTINGS } from '../shared/settings/settings.ts';
import type { Environment } from '../shared/settings/settings.ts';

const HUBS = 'Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccessKey=k';
const STORAGE = 'DefaultEndpointsProtocol=https;AccountName=contosologs;AccountKey=a2V5';

const GOOD: Environment = {
  AzureWebJobsStorage: STORAGE,
  SourceHubConnection: HUBS,
  RecordsHubConnection: HUBS,
  ArchiveStorage: STORAGE,
  LedgerStorage: STORAGE,
  SLUICE_SOURCE_HUBS: 'logs',
};

/** The problems that are named, a line each. */
function problemsOf(env: Environment): string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== 'settings-invalid') throw error;
    return error.message.split('\n  - ').slice(1);
  }
  return [];
}

describe('good settings', () => {
  test('by connection string, with the defaults', () => {
    const config = readConfig(GOOD);

    expect(config).toEqual({
      sourceHubs: [{ hub: 'logs', consumerGroup: '$Default', connection: 'SourceHubConnection' }],
      recordsHub: {
        connection: { kind: 'connection-string', setting: 'RecordsHubConnection', connectionString: HUBS },
        consumerGroup: '$Default',
        routes: { hub: 'records', hubs: ['records'], fallbackHub: 'records' },
        messageBytes: 65_536,
      },
      archiveStorage: { kind: 'connection-string', setting: 'ArchiveStorage', connectionString: STORAGE },
      ledgerStorage: { kind: 'connection-string', setting: 'LedgerStorage', connectionString: STORAGE },
      retentionStorage: { kind: 'connection-string', setting: 'ArchiveStorage', connectionString: STORAGE },
      retention: { days: 365, exceptions: [] },
      deadLetterRetentionDays: 365,
      tiers: [],
      compression: 'gzip',
      compressionLevel: 1,
      blocksPerBlob: 256,
      maxUnpackedBytes: 67_108_864,
      maxUnpackedRatio: 250,
      rules: [],
      settleSchedule: '0 */5 * * * *',
      catchUpSchedule: '0 * * * * *',
      catchUpBytesPerSecond: 10_000_000,
      retentionSchedule: '0 17 2 * * *',
      hostStorage: { kind: 'connection-string', setting: 'AzureWebJobsStorage', connectionString: STORAGE },
      capacity: {
        schedule: '0 */15 * * * *',
        plans: {},
        consumerGroups: { value: 1, exceptions: {} },
        hubRetentionHours: { value: 24, exceptions: {} },
        prices: PRICES,
      },
      reportAccess: 'key',
      telemetry: undefined,
    });
  });

  test.each([
    [{ AzureWebJobsStorage__accountName: 'contosohost' }, 'https://contosohost.blob.core.windows.net'],
    [
      { AzureWebJobsStorage__blobServiceUri: 'https://host.blob.core.chinacloudapi.cn' },
      'https://host.blob.core.chinacloudapi.cn',
    ],
  ])('the storage of the host by identity: %j', (env, endpoint) => {
    const config = readConfig({
      ...GOOD,
      AzureWebJobsStorage: '',
      AzureWebJobsStorage__clientId: 'id',
      ...env,
    });

    expect(config.hostStorage).toEqual({
      kind: 'identity',
      setting: 'AzureWebJobsStorage',
      endpoint,
      clientId: 'id',
    });
  });

  test('by identity', () => {
    const config = readConfig({
      AzureWebJobsStorage__accountName: 'contosohost',
      SourceHubConnection__fullyQualifiedNamespace: 'contoso.servicebus.windows.net',
      RecordsHubConnection__fullyQualifiedNamespace: 'contoso-siem.servicebus.windows.net',
      ArchiveStorage__blobServiceUri: 'https://contosologs.blob.core.windows.net',
      ArchiveStorage__clientId: '6f6f2b0c-0000-4000-8000-000000000001',
      LedgerStorage__tableServiceUri: 'https://contosologs.table.core.windows.net',
      SLUICE_SOURCE_HUBS: 'logs',
    });

    expect(config.recordsHub?.connection).toEqual({
      kind: 'identity',
      setting: 'RecordsHubConnection',
      endpoint: 'contoso-siem.servicebus.windows.net',
      clientId: undefined,
    });
    expect(config.archiveStorage).toMatchObject({ clientId: '6f6f2b0c-0000-4000-8000-000000000001' });
    expect(config.ledgerStorage).toMatchObject({ endpoint: 'https://contosologs.table.core.windows.net' });
  });

  test('cannot be changed afterwards, at any depth', () => {
    const { sourceHubs, recordsHub, ...config } = readConfig(GOOD);

    for (const part of [
      readConfig(GOOD),
      sourceHubs,
      sourceHubs[0],
      recordsHub?.routes.hubs,
      config.retention,
    ])
      expect(Object.isFrozen(part)).toBe(true);
  });

  test('with spaces around them, and empty ones, are those without', () => {
    const spaced = Object.fromEntries(Object.entries(GOOD).map(([name, text]) => [name, ` ${text} `]));
    const empty = Object.fromEntries(Object.values(SETTINGS).map(({ name }) => [name, '']));

    expect(readConfig({ ...empty, ...spaced })).toEqual(readConfig(GOOD));
  });
});

describe('source hubs', () => {
  test('several, each with its own consumer group and connection', () => {
    const { sourceHubs } = readConfig({
      ...GOOD,
      Tables: HUBS.replace('contoso', 'tables'),
      SLUICE_SOURCE_HUBS: 'Activity, defender/sluice , logs@Tables,entra/sluice@Tables',
    });

    expect(sourceHubs).toEqual([
      { hub: 'activity', consumerGroup: '$Default', connection: 'SourceHubConnection' },
      { hub: 'defender', consumerGroup: 'sluice', connection: 'SourceHubConnection' },
      { hub: 'logs', consumerGroup: '$Default', connection: 'Tables' },
      { hub: 'entra', consumerGroup: 'sluice', connection: 'Tables' },
    ]);
  });

  test('of the same name are told apart by their namespace', () => {
    const Other = HUBS.replace('contoso', 'other');

    expect(problemsOf({ ...GOOD, Other, SLUICE_SOURCE_HUBS: 'logs, logs@Other' })).toEqual([]);
  });

  test.each(['logs, Logs', 'logs, logs/second', 'logs, logs@Same'])('twice: %s', (hubs) => {
    expect(problemsOf({ ...GOOD, Same: HUBS, SLUICE_SOURCE_HUBS: hubs })).toEqual([
      'SLUICE_SOURCE_HUBS names two hubs that would share the blobs of "contoso-logs": read a hub once.',
    ]);
  });

  test.each(['logs//x', 'lo gs', 'logs@a@b', '-logs', '/group'])('that are none, such as %s', (hubs) => {
    expect(problemsOf({ ...GOOD, SLUICE_SOURCE_HUBS: `good, ${hubs}` })).toEqual([
      `SLUICE_SOURCE_HUBS is "good, ${hubs}": expected hub, hub/consumer-group, hub@Connection or hub/consumer-group@Connection, separated by commas.`,
    ]);
  });

  test('whose connections are both missing are not a doubled hub', () => {
    expect(problemsOf({ ...GOOD, SLUICE_SOURCE_HUBS: 'logs@One, logs@Two' })).toEqual([
      expect.stringMatching(/^One is missing: .*One__fullyQualifiedNamespace/),
      expect.stringMatching(/^Two is missing: .*Two__fullyQualifiedNamespace/),
    ]);
  });

  test('that a connection string does not lead to', () => {
    const SourceHubConnection = `${HUBS};EntityPath=Logs`;

    expect(problemsOf({ ...GOOD, SourceHubConnection })).toEqual([]);
    expect(problemsOf({ ...GOOD, SourceHubConnection, SLUICE_SOURCE_HUBS: 'logs, more' })).toEqual([
      'SourceHubConnection is for the hub "Logs" alone: take its EntityPath away, or use a policy of the namespace.',
    ]);
    expect(problemsOf({ ...GOOD, RecordsHubConnection: SourceHubConnection })).toEqual([
      expect.stringMatching(/^RecordsHubConnection is for the hub "Logs" alone/),
    ]);
  });

  test('that records are passed on to are a loop', () => {
    expect(problemsOf({ ...GOOD, SLUICE_SOURCE_HUBS: 'logs, Records' })).toEqual([
      'SLUICE_SOURCE_HUBS names "records", which records are passed on to: they would go round for ever.',
    ]);
    expect(problemsOf({ ...GOOD, SLUICE_SOURCE_HUBS: 'records', SLUICE_FAN_OUT: 'false' })).toEqual([]);
    const elsewhere = { ...GOOD, RecordsHubConnection: HUBS.replace('contoso', 'siem') };
    expect(problemsOf({ ...elsewhere, SLUICE_SOURCE_HUBS: 'records' })).toEqual([]);
  });
});

describe('the records hub', () => {
  test('may be several, told apart by source and category', () => {
    const { recordsHub } = readConfig({
      ...GOOD,
      SLUICE_RECORDS_HUB: '{source}-{category}',
      SLUICE_RECORDS_HUBS: 'entra-SignInLogs, rest, Rest',
      SLUICE_RECORDS_FALLBACK_HUB: 'REST',
    });

    expect(recordsHub?.routes).toEqual({
      hub: '{source}-{category}',
      hubs: ['entra-signinlogs', 'rest'],
      fallbackHub: 'rest',
    });
  });

  test('falls back to the first that is listed', () => {
    const env = { ...GOOD, SLUICE_RECORDS_HUB: '{source}', SLUICE_RECORDS_HUBS: 'entra, rest' };

    expect(readConfig(env).recordsHub?.routes.fallbackHub).toBe('entra');
  });

  test('is not needed, and not looked at, with fan-out off', () => {
    const { RecordsHubConnection: _, ...without } = GOOD;

    const config = readConfig({ ...without, SLUICE_FAN_OUT: 'False', SLUICE_RECORDS_HUB: 'not a hub' });

    expect(config.recordsHub).toBeUndefined();
  });

  test.each([
    [{ SLUICE_RECORDS_HUB: 'no hub!' }, 'SLUICE_RECORDS_HUB is "no hub!": expected the name of a hub'],
    [{ SLUICE_RECORDS_HUB: '{tenant}' }, 'SLUICE_RECORDS_HUB is "{tenant}": expected the name of a hub'],
    [{ SLUICE_RECORDS_HUB: '{source}' }, 'SLUICE_RECORDS_HUBS is missing: "{source}" needs the list'],
    [
      { SLUICE_RECORDS_HUB: '{source}', SLUICE_RECORDS_HUBS: 'entra, a/b' },
      'SLUICE_RECORDS_HUBS is "entra, a/b": expected names of hubs',
    ],
    [
      { SLUICE_RECORDS_FALLBACK_HUB: 'other' },
      'SLUICE_RECORDS_FALLBACK_HUB is "other": expected one of the records hubs (records)',
    ],
  ])('wrong: %j', (settings, problem) => {
    const listed = { SLUICE_RECORDS_HUBS: 'entra', ...settings };
    const env = problem.includes('missing') ? settings : listed;

    expect(problemsOf({ ...GOOD, ...env })).toEqual([expect.stringContaining(problem)]);
  });
});

describe('what deletes', () => {
  const endpoint = 'https://contosologs.blob.core.windows.net';

  test('may be another identity than what writes', () => {
    const RetentionStorage__clientId = '6f6f2b0c-0000-4000-8000-000000000002';
    const env = { ...GOOD, RetentionStorage__blobServiceUri: endpoint, RetentionStorage__clientId };

    expect(readConfig(env).retentionStorage).toEqual({
      kind: 'identity',
      setting: 'RetentionStorage',
      endpoint,
      clientId: RetentionStorage__clientId,
    });
  });

  test.each([
    [{ RetentionStorage__clientId: 'a' }, 'RetentionStorage is missing: set it to a connection string'],
    [{ RetentionStorage: 'x' }, 'RetentionStorage is no storage connection string'],
    [{ RetentionStorage: STORAGE, RetentionStorage__blobServiceUri: endpoint }, 'are both set'],
  ])('is not half set: %j', (settings, problem) => {
    expect(problemsOf({ ...GOOD, ...settings })).toEqual([expect.stringContaining(problem)]);
  });
});

test('retention has exceptions by category', () => {
  const SLUICE_RETENTION_DAYS = '0, entra/SignInLogs = 90, defender/*=30';

  expect(readConfig({ ...GOOD, SLUICE_RETENTION_DAYS }).retention).toEqual({
    days: 0,
    exceptions: [
      { pattern: 'entra/SignInLogs', days: 90 },
      { pattern: 'defender/*', days: 30 },
    ],
  });
});

test.each([
  ['SLUICE_FAN_OUT', 'yes', 'true or false'],
  ['SLUICE_MESSAGE_BYTES', '4095', 'a whole number from 4096 to 1048576'],
  ['SLUICE_MESSAGE_BYTES', '64k', 'a whole number from 4096 to 1048576'],
  ['SLUICE_COMPRESSION', 'zip', 'gzip or zstd or none'],
  ['SLUICE_COMPRESSION_LEVEL', '0', 'a whole number from 1 to 9'],
  ['SLUICE_COMPRESSION_LEVEL', '10', 'a whole number from 1 to 9'],
  ['SLUICE_BLOCKS_PER_BLOB', '0', 'a whole number from 1 to 50000'],
  ['SLUICE_BLOCKS_PER_BLOB', '1.5', 'a whole number from 1 to 50000'],
  ['SLUICE_MAX_UNPACKED_BYTES', '1e12', 'a whole number from 1024 to 1073741824'],
  ['SLUICE_DEAD_LETTER_RETENTION_DAYS', '-1', 'a whole number from 0 to 146000'],
  ['SLUICE_RETENTION_SCHEDULE', 'daily', 'six fields, with seconds first, such as "0 17 2 * * *"'],
  ['SLUICE_SETTLE_SCHEDULE', '*/5 * * * *', 'six fields, with seconds first, such as "0 */5 * * * *"'],
])('%s is not to be %s', (name, text, expectation) => {
  expect(problemsOf({ ...GOOD, [name]: text })).toEqual([
    `${name} is ${JSON.stringify(text)}: expected ${expectation}.`,
  ]);
});

describe('what may be a secret', () => {
  const reference = '@Microsoft.KeyVault(SecretUri=https://contoso.vault.azure.net/secrets/s3cret)';
  const splunk = { SLUICE_SPLUNK_URL: 'https://splunk.contoso.com:8088', SLUICE_SPLUNK_TOKEN: 's3cret' };

  test.each<[Environment, string]>([
    [
      { SLUICE_ALERT_WEBHOOK: 'http://hooks.contoso.com/s3cret' },
      'SLUICE_ALERT_WEBHOOK is no address that begins with https://.',
    ],
    [{ SLUICE_ALERT_WEBHOOK: 's3cret' }, 'SLUICE_ALERT_WEBHOOK is no address that begins with https://.'],
    [
      { SLUICE_ALERT_WEBHOOK: reference },
      'SLUICE_ALERT_WEBHOOK is a reference that the platform could not resolve',
    ],
    [
      { ...splunk, SLUICE_SPLUNK_TOKEN: reference },
      'SLUICE_SPLUNK_TOKEN is a reference that the platform could not resolve',
    ],
    [
      { ...splunk, SLUICE_SPLUNK_URL: 'http://splunk/s3cret' },
      'SLUICE_SPLUNK_URL is no address that begins with https://.',
    ],
    [
      { ...splunk, SLUICE_SPLUNK_TOKEN: '' },
      'SLUICE_SPLUNK_TOKEN is missing: SLUICE_SPLUNK_URL goes with it.',
    ],
  ])('is not quoted where it is wrong (%#)', (env, problem) => {
    const problems = problemsOf({ ...GOOD, ...env });

    expect(problems).toEqual([expect.stringContaining(problem) as string]);
    expect(problems.join()).not.toContain('s3cret');
  });

  test('may go over HTTP to this machine', () => {
    expect(readConfig({ ...GOOD, SLUICE_ALERT_WEBHOOK: 'http://localhost:8080/' })).toMatchObject({
      alertWebhook: 'http://localhost:8080/',
      splunk: undefined,
    });
  });

  test('Splunk gets all categories, and checks the certificate, unless told otherwise', () => {
    expect(readConfig({ ...GOOD, ...splunk }).splunk).toEqual({
      url: 'https://splunk.contoso.com:8088',
      token: 's3cret',
      index: undefined,
      categories: ['activity/*', 'defender/*', 'github/*', 'entra/*', 'intune/*', 'unknown/*'],
      acknowledge: false,
      checkCertificate: true,
    });
    const env = { ...GOOD, ...splunk, SLUICE_SPLUNK_CATEGORIES: 'entra/SignInLogs, github/*' };
    expect(readConfig(env).splunk?.categories).toEqual(['entra/SignInLogs', 'github/*']);
    expect(problemsOf({ ...env, SLUICE_SPLUNK_CATEGORIES: 'SignInLogs' })).toEqual([
      'SLUICE_SPLUNK_CATEGORIES is "SignInLogs": expected *, or categories such as "entra/SignInLogs, defender/*".',
    ]);
  });
});

test('everything that is wrong is said at once, with the setting and what is expected', () => {
  const problems = problemsOf({
    ArchiveStorage: 'https://contosologs.blob.core.windows.net',
    RecordsHubConnection: HUBS,
    RecordsHubConnection__fullyQualifiedNamespace: 'contoso.servicebus.windows.net',
    SLUICE_RETENTION_DAYS: 'a year',
    SLUICE_COMPRESSION: 'zip',
  });

  expect(problems).toEqual([
    'ArchiveStorage is no storage connection string: it has no "AccountName=...".',
    'LedgerStorage is missing: set it to a connection string, or LedgerStorage__tableServiceUri to https://contosologs.table.core.windows.net.',
    'SLUICE_SOURCE_HUBS is missing: set it to the names of the hubs to read, such as "activity, defender".',
    'SourceHubConnection is missing: set it to a connection string, or SourceHubConnection__fullyQualifiedNamespace to contoso.servicebus.windows.net.',
    'RecordsHubConnection and RecordsHubConnection__fullyQualifiedNamespace are both set: keep the one that is meant.',
    expect.stringMatching(/^SLUICE_RETENTION_DAYS is "a year": expected days, then exceptions/),
    'SLUICE_COMPRESSION is "zip": expected gzip or zstd or none.',
    'AzureWebJobsStorage is missing: set it to a connection string, or AzureWebJobsStorage__blobServiceUri or AzureWebJobsStorage__accountName.',
  ]);
});

test('a single problem is one setting', () => {
  expect(() => readConfig({ ...GOOD, SLUICE_FAN_OUT: 'no' })).toThrow(
    'One setting is missing or wrong (docs/settings.md explains each):\n  - SLUICE_FAN_OUT is "no"',
  );
});
