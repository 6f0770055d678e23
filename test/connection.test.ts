import { describe, expect, test } from 'vitest';
import { hostOf, readConnection } from '../shared/settings/connection.ts';
import type { Connection, Service } from '../shared/settings/connection.ts';
import type { Environment, Problems } from '../shared/settings/settings.ts';

function read(
  service: Service,
  env: Environment,
): { connection: Connection | undefined; problems: Problems } {
  const problems: Problems = [];
  return { connection: readConnection(env, 'Some', service, problems), problems };
}

test.each<[Service, string]>([
  ['event-hubs', 'Endpoint=sb://localhost;SharedAccessKeyName=n;UseDevelopmentEmulator=true;'],
  ['event-hubs', 'SharedAccessKeyName=n;Endpoint=sb://contoso.servicebus.windows.net/'],
  ['blobs', 'UseDevelopmentStorage=true'],
  ['blobs', 'BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1;SharedAccessSignature=s'],
  ['tables', 'DefaultEndpointsProtocol=https;AccountName=contosologs;AccountKey=a2V5'],
])('a connection string for %s: %s', (service, connectionString) => {
  expect(read(service, { Some: ` ${connectionString} ` })).toEqual({
    connection: { kind: 'connection-string', setting: 'Some', connectionString },
    problems: [],
  });
});

test.each<[Service, string, string]>([
  ['event-hubs', '__fullyQualifiedNamespace', 'contoso.servicebus.windows.net'],
  ['blobs', '__blobServiceUri', 'https://contosologs.blob.core.windows.net'],
  ['tables', '__tableServiceUri', 'https://contosologs.table.core.windows.net'],
])('an identity for %s', (service, suffix, endpoint) => {
  const Some__clientId = '6f6f2b0c-0000-4000-8000-000000000001';

  expect(read(service, { [`Some${suffix}`]: endpoint, Some__clientId })).toEqual({
    connection: { kind: 'identity', setting: 'Some', endpoint, clientId: Some__clientId },
    problems: [],
  });
});

test.each<[Service, Environment, RegExp]>([
  ['blobs', {}, /^Some is missing: .*Some__blobServiceUri to https:/],
  ['blobs', { Some: '  ' }, /^Some is missing/],
  ['blobs', { Some__tableServiceUri: 'https://x.table.core.windows.net' }, /^Some is missing/],
  ['event-hubs', { Some: 'contoso.servicebus.windows.net' }, /^Some is no Event Hubs connection string/],
  ['tables', { Some: 'Endpoint=sb://contoso' }, /^Some is no storage connection string/],
  ['tables', { Some__tableServiceUri: 'contosologs' }, /^Some__tableServiceUri is "contosologs": expected/],
  [
    'event-hubs',
    { Some__fullyQualifiedNamespace: 'sb://contoso.servicebus.windows.net/' },
    /^Some__fullyQualifiedNamespace is "sb:/,
  ],
  ['blobs', { Some: 'UseDevelopmentStorage=true', Some__blobServiceUri: 'https://x' }, /are both set/],
])('for %s, %j is wrong', (service, env, problem) => {
  expect(read(service, env).problems).toEqual([expect.stringMatching(problem)]);
});

describe('the host behind a connection', () => {
  test.each([
    ['Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKey=k', 'contoso.servicebus.windows.net'],
    ['SharedAccessKey=k;Endpoint=sb://localhost:5672;UseDevelopmentEmulator=true', 'localhost:5672'],
  ])('of a connection string', (connectionString, host) => {
    expect(hostOf({ kind: 'connection-string', setting: 'Some', connectionString })).toBe(host);
  });

  test('of an identity', () => {
    const endpoint = 'contoso.servicebus.windows.net';

    expect(hostOf({ kind: 'identity', setting: 'Some', endpoint, clientId: undefined })).toBe(endpoint);
  });
});
