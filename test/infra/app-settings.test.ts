import { fileURLToPath } from 'node:url';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../shared/settings/config.ts';
import { SETTINGS } from '../../shared/settings/settings.ts';
import { parsed, propertiesOf, templatesIn } from './bicep.ts';
import type { BicepFile } from './bicep.ts';
import { evaluate } from './evaluate.ts';
import type { Value } from './evaluate.ts';

const templates = parsed(templatesIn(fileURLToPath(new URL('../../infra', import.meta.url))));

function template(name: string): BicepFile {
  const file = templates.get(name);
  if (!file) throw new Error(`There is no ${name}.`);
  return file;
}

/** What other modules put out, as Azure would. */
const OUTPUTS: Readonly<Record<string, Value>> = {
  ingestClientId: '11111111-1111-1111-1111-111111111111',
  retentionClientId: '22222222-2222-2222-2222-222222222222',
  hostBlobUri: 'https://sthost.blob.core.windows.net',
  archiveBlobUri: 'https://starch.blob.core.windows.net',
  ledgerTableUri: 'https://starch.table.core.windows.net',
  sourceHost: 'evhns-abc123.servicebus.windows.net',
  recordsHost: 'evhns-records-abc123.servicebus.windows.net',
  applicationInsightsConnection:
    'InstrumentationKey=33333333-3333-3333-3333-333333333333;IngestionEndpoint=https://westeurope.in.applicationinsights.azure.com/',
};

const REQUIRED = { environmentName: 'test', location: 'westeurope' };

/** The settings of the app, as the templates make them of the parameters. */
function settingsOf(params: Record<string, Value> = {}): Record<string, string> {
  const main = template('main.bicep');
  const settings = main.modules.find(({ symbol }) => symbol === 'app')?.params.get('settings');
  const app = template('modules/app.bicep');
  const made = app.resources.find(({ symbol }) => symbol === 'appSettings');
  const properties = made && propertiesOf(made.body).get('properties');
  if (!settings || !properties) throw new Error('The app has no settings.');
  const own = evaluate(main, settings, { ...REQUIRED, ...params });
  return evaluate(app, properties, { ...OUTPUTS, settings: own }) as Record<string, string>;
}

/** Endings with which a connection is set by identity, and what the platform reads itself. */
const ENDINGS = /__(fullyQualifiedNamespace|blobServiceUri|tableServiceUri|credential|clientId)$/;
const OF_THE_PLATFORM = [
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'FUNCTIONS_NODE_BLOCK_ON_ENTRY_POINT_ERROR',
];

/** Names of connections, from the page that a test holds against the code. */
const CONNECTIONS = [
  ...readFileSync(new URL('../../docs/settings.md', import.meta.url), 'utf8').matchAll(/^\| `([A-Z]\w+)` /gm),
]
  .map(([, name = '']) => name)
  .filter((name) => !name.startsWith('SLUICE_'));

test('every setting is one that somebody reads', () => {
  const sluices = Object.values(SETTINGS).map(({ name }) => name);
  const known = new Set<string>([...sluices, ...OF_THE_PLATFORM]);
  const settings = Object.keys(settingsOf());

  const strange = settings.filter(
    (name) => !known.has(name) && !CONNECTIONS.includes(name.replace(ENDINGS, '')),
  );

  expect(CONNECTIONS).toContain('LedgerStorage');
  expect(strange).toEqual([]);
});

test('every connection is set, by identity and nothing else', () => {
  const settings = settingsOf();

  // What it is called names an address: with local authentication off, nothing in it opens anything.
  const byIdentity = CONNECTIONS.filter((name) => !name.startsWith('APPLICATIONINSIGHTS_'));
  expect(settings['APPLICATIONINSIGHTS_AUTHENTICATION_STRING']).toMatch(/Authorization=AAD/);
  expect(byIdentity).toHaveLength(CONNECTIONS.length - 2);
  for (const connection of byIdentity) {
    const parts = Object.keys(settings).filter((name) => name.startsWith(connection));
    expect(parts).toEqual([
      expect.stringMatching(/__(fullyQualifiedNamespace|blobServiceUri|tableServiceUri)$/),
      `${connection}__credential`,
      `${connection}__clientId`,
    ]);
  }
});

test('what deletes is another identity than the rest', () => {
  const { RetentionStorage__clientId: retention, ...others } = settingsOf();
  const ids = Object.entries(others).filter(([name]) => name.endsWith('__clientId'));

  expect(retention).toBe(OUTPUTS['retentionClientId']);
  expect(new Set(ids.map(([, id]) => id))).toEqual(new Set([OUTPUTS['ingestClientId']]));
});

function hub(name: string): Value {
  return { name, partitions: 2, retentionHours: 24, readers: [] };
}

describe('the app starts with them,', () => {
  test('as they are without a choice', () => {
    const config = readConfig(settingsOf());

    expect(config.sourceHubs).toEqual([
      { hub: 'logs', consumerGroup: 'sluice', connection: 'SourceHubConnection' },
    ]);
    expect(config.recordsHub).toMatchObject({
      consumerGroup: 'sluice',
      routes: { hub: 'records', hubs: ['records'], fallbackHub: 'records' },
    });
    expect(config).toMatchObject({
      blocksPerBlob: 256,
      retention: { days: 365 },
      deadLetterRetentionDays: 365,
    });
    expect(config.capacity.consumerGroups).toMatchObject({ exceptions: expect.anything() as unknown });
    expect(settingsOf()).toMatchObject({
      SLUICE_PROVISIONED: 'evhns-abc123=standard:4, evhns-records-abc123=standard:4',
      SLUICE_CONSUMER_GROUPS: '1, records=2',
      SLUICE_HUB_RETENTION_HOURS: '24, logs=168, records=72',
    });
  });

  test('with one namespace, Premium', () => {
    const one = { namespaces: 'one', eventHubsTier: 'Premium', eventHubsUnits: 2 };

    const settings = settingsOf(one);

    expect(readConfig(settings).recordsHub).toBeDefined();
    expect(settings['SLUICE_PROVISIONED']).toBe('evhns-abc123=premium:2');
  });

  test('without fan-out', () => {
    expect(readConfig(settingsOf({ fanOut: false })).recordsHub).toBeUndefined();
  });

  test('with a hub for each product, on both sides', () => {
    const params = {
      sourceHubs: ['azure', 'github'].map(hub),
      recordsHubs: ['rest', 'entra', 'github-records'].map(hub),
      recordsHubName: '{source}',
    };

    const config = readConfig(settingsOf(params));

    expect(config.sourceHubs.map((source) => source.hub)).toEqual(['azure', 'github']);
    expect(config.recordsHub?.routes).toEqual({
      hub: '{source}',
      hubs: ['rest', 'entra', 'github-records'],
      fallbackHub: 'rest',
    });
  });

  test('with an immutable archive, where a blob is written once', () => {
    expect(readConfig(settingsOf({ immutableDays: 365 })).blocksPerBlob).toBe(1);
  });

  test("with settings of one's own, which win", () => {
    const settings = { SLUICE_COMPRESSION: 'zstd', SLUICE_CONSUMER_GROUPS: '3' };

    expect(readConfig(settingsOf({ settings })).compression).toBe('zstd');
    expect(settingsOf({ settings })['SLUICE_CONSUMER_GROUPS']).toBe('3');
  });
});
