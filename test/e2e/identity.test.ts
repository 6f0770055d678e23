import { TableClient } from '@azure/data-tables';
import { EventHubProducerClient } from '@azure/event-hubs';
import type { TokenCredential } from '@azure/identity';
import { BlobServiceClient } from '@azure/storage-blob';
import { expect, test } from 'vitest';
import { azureBlobStore } from '../../shared/azure/blob-store.ts';
import { namespaceOf } from '../../shared/names.ts';
import { DAY } from '../../shared/time.ts';
import { putBlob } from '../support/archive-blobs.ts';
import { CLIENT_IDS } from '../support/identity-endpoint.ts';
import { startIdentitySite } from '../support/identity-site.ts';
import type { IdentitySite } from '../support/identity-site.ts';
import { startIngestionEndpoint } from '../support/ingestion-endpoint.ts';
import { envelopeOf, validRecord } from '../support/messages.ts';
import { drained, readComplete, sendTo, startApp } from '../support/site.ts';
import type { Site } from '../support/site.ts';
import { HOUR_S, issueToken, keyPair } from '../support/tokens.ts';
import type { KeyPair } from '../support/tokens.ts';

const HUBS = 'https://eventhubs.azure.net/';
const STORAGE = 'https://storage.azure.com';

/** What a setting looks like that lets in whoever reads it. */
const SECRET = /(SharedAccessKey|AccountKey|SharedAccessSignature)=/i;

test('with every connection by identity the app takes in, archives, passes on and deletes, without a key', async () => {
  const { issued, settings: connections, site, accountKey } = await startIdentitySite();
  const telemetry = await startIngestionEndpoint();
  const settings = {
    ...connections,
    APPLICATIONINSIGHTS_CONNECTION_STRING: telemetry.connectionString,
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: `ClientId=${CLIENT_IDS.ingest};Authorization=AAD`,
  };
  const due = await putDueBlob(site);
  const app = await startApp({ settings });
  const signIn = validRecord('entra', 'SignInLogs');
  await sendTo(site, '0', [envelopeOf(signIn, signIn), 'not json']);
  await sendTo(site, '1', [signIn]);
  await drained(site);
  for (const timer of ['settle', 'catch_up', 'capacity', 'retention']) await app.runTimer(timer);
  const health = await fetch(`${app.http?.url}/api/health`);
  await app.close();

  const { archived, deadLetters, passedOn, read } = await readComplete(site);
  expect(archived.get('entra/SignInLogs')).toEqual([signIn, signIn, signIn]);
  expect(deadLetters).toMatchObject([{ reason: 'not-json' }]);
  expect(new Set(passedOn)).toEqual(new Set([envelopeOf(signIn, signIn), envelopeOf(signIn)]));
  expect(read.blobs).not.toContain(`archive/${due}`);
  expect(health.status).toBe(200);
  expect(app.ends.filter(({ error }) => error !== undefined)).toEqual([]);

  const variables = Object.entries({ ...process.env, ...settings });
  const isSecret = (value: string): boolean => SECRET.test(value) || value.includes(accountKey);
  expect(variables.filter(([, value]) => isSecret(value))).toEqual([]);
  expect(Object.keys(settings).filter((name) => /(Storage|Connection)$/.test(name))).toEqual([]);
  const tokens = new Set(issued.map(({ clientId, resource }) => `${clientId} for ${resource}`));
  expect([...tokens].toSorted()).toEqual([
    `${CLIENT_IDS.ingest} for ${HUBS}`,
    `${CLIENT_IDS.ingest} for https://monitor.azure.com`,
    `${CLIENT_IDS.ingest} for ${STORAGE}`,
    `${CLIENT_IDS.retention} for ${STORAGE}`,
  ]);
  expect(telemetry.requests.length).toBeGreaterThan(0);
  for (const { authorization } of telemetry.requests) expect(authorization).toMatch(/^Bearer /);
});

test('tokens of another audience and of the past are refused by every service', async () => {
  const site = await startIdentitySite();
  const forHubs = tokensFor(HUBS, site.keys);
  const forStorage = tokensFor(STORAGE, site.keys);

  await tryHub(site, forHubs(HOUR_S));
  await tryBlobs(site, forStorage(HOUR_S));
  await tryTables(site, forStorage(HOUR_S));

  await expect(tryHub(site, forStorage(HOUR_S))).rejects.toThrow('jwt audience invalid');
  await expect(tryHub(site, forHubs(-1))).rejects.toThrow('jwt expired');
  await expect(tryHub(site, tokensFor(HUBS, keyPair())(HOUR_S))).rejects.toThrow('invalid signature');
  const refused = { statusCode: 403, code: 'AuthenticationFailed' };
  await expect(tryBlobs(site, forHubs(HOUR_S))).rejects.toMatchObject(refused);
  await expect(tryBlobs(site, forStorage(-1))).rejects.toMatchObject(refused);
  await expect(tryTables(site, forHubs(HOUR_S))).rejects.toMatchObject({ statusCode: 403 });
  await expect(tryTables(site, forStorage(-1))).rejects.toMatchObject({ statusCode: 403 });
});

test('with an identity that it does not have, the app does not start', async () => {
  const { settings } = await startIdentitySite();
  const stranger = { ...settings, AzureWebJobsStorage__clientId: '33333333-3333-4333-8333-333333333333' };

  await expect(startApp({ settings: stranger })).rejects.toThrow(/ManagedIdentityCredential/);
});

/** A blob whose time has come. Answers its name. */
async function putDueBlob({ storage }: Site): Promise<string> {
  const store = azureBlobStore(BlobServiceClient.fromConnectionString(storage.connectionString));
  const partition = { namespace: namespaceOf('localhost'), hub: 'logs', id: '0' };
  const time = new Date(Date.now() - 10 * DAY).toISOString();
  const { name } = await putBlob(store, { partition, time, days: 7 });
  return name;
}

/** Credentials with a token that expires in so many seconds, whatever they say themselves. */
function tokensFor(resource: string, keys: KeyPair): (expiresIn: number) => TokenCredential {
  return function credentialWith(expiresIn) {
    const token = issueToken(keys, { clientId: CLIENT_IDS.ingest, resource }, expiresIn);
    return { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + DAY }) };
  };
}

async function tryHub({ addresses }: IdentitySite, credential: TokenCredential): Promise<void> {
  const options = { retryOptions: { maxRetries: 0 } };
  const client = new EventHubProducerClient(addresses.hubs, 'logs', credential, options);
  try {
    await client.sendBatch([{ body: Buffer.from('{}') }]);
  } finally {
    await client.close();
  }
}

async function tryBlobs({ addresses }: IdentitySite, credential: TokenCredential): Promise<void> {
  await new BlobServiceClient(addresses.blobs, credential).getContainerClient('some').createIfNotExists();
}

async function tryTables({ addresses }: IdentitySite, credential: TokenCredential): Promise<void> {
  await new TableClient(addresses.tables, 'some', credential).createTable();
}
