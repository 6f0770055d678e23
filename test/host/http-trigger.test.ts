import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startHostProcess } from '../../local/host/host-process.ts';
import type { HostProcess } from '../../local/host/host-process.ts';
import { createKeys } from '../../local/host/http-keys.ts';
import { describeFunctions } from '../../local/host/host.ts';
import type { InvocationEnd, LogEntry } from '../../local/host/host.ts';
import { appFolder, eventually, recordingHost } from './stack.ts';

const KEYS = { function: 'function key', admin: 'admin key' };

const logs: LogEntry[] = [];
const ends: InvocationEnd[] = [];
let host: HostProcess;
let base: string;

beforeAll(async () => {
  host = await startHostProcess({
    appFolder: appFolder('http'),
    settings: {},
    http: { keys: KEYS },
    log: (entry) => logs.push(entry),
    onInvocation: (end) => ends.push(end),
  });
  base = host.http?.url ?? '';
});
afterAll(() => host.close());

test('a request reaches the function whole, and so does its answer', async () => {
  const response = await fetch(`${base}/v1/Echo/a%20b%2Fc/7?x=1&y=2&x=3`, {
    method: 'POST',
    headers: { 'x-ask': 'why' },
    body: Buffer.from([0, 255, 10]),
  });

  expect(response.status).toBe(201);
  expect(response.headers.get('x-told')).toBe('yes');
  expect(response.headers.getSetCookie()).toEqual(['a=b%20c; max-age=60; path=/; samesite=strict; httponly']);
  expect(await response.json()).toEqual({
    method: 'POST',
    url: `${base}/v1/Echo/a%20b%2Fc/7?x=1&y=2&x=3`,
    params: { name: 'a b/c', number: '7' },
    query: { x: '1,3', y: '2' },
    header: 'why',
    body: '00ff0a',
  });
  await eventually(() => ends).toContainEqual(expect.objectContaining({ functionName: 'echo', ok: true }));
});

test('bytes and an answer of nothing', async () => {
  const bytes = await fetch(`${base}/v1/bytes`);
  const nothing = await fetch(`${base}/v1/silent`, { method: 'DELETE' });

  expect(Buffer.from(await bytes.arrayBuffer()).toString('hex')).toBe('00ff0a');
  expect(bytes.headers.get('content-type')).toBe('application/octet-stream');
  expect(nothing.status).toBe(204);
});

test('routes: literal parts first, optional and catch-all parameters, constraints', async () => {
  expect(await bodyOf('echo/known')).toBe('known');
  expect(await bodyOf('echo/else/')).toContain('"params":{"name":"else"}');
  expect(await bodyOf('files/a/b.txt')).toBe('{"path":"a/b.txt"}');
  expect(await bodyOf('files')).toBe('{}');
});

test.each([
  ['another prefix', 'GET', '/api/kept'],
  ['no such route', 'GET', '/v1/none'],
  ['a constraint that is not met', 'GET', '/v1/echo/a/seven'],
  ['too long a path', 'GET', '/v1/echo/a/7/8'],
  // https://github.com/Azure/azure-functions-host/issues/10098
  ['a method that the route does not have', 'PUT', '/v1/kept'],
])('404 for %s', async (_, method, path) => {
  expect((await fetch(base + path, { method })).status).toBe(404);
});

test('400 for a path that cannot be decoded', async () => {
  const response = await fetch(`${base}/v1/echo/%ff`);

  expect(response.status).toBe(400);
});

describe('keys', () => {
  test.each([
    ['function', 'kept', { 'function key': 200, 'admin key': 200, wrong: 401, '': 401 }],
    ['admin', 'master', { 'function key': 401, 'admin key': 200, wrong: 401, '': 401 }],
    ['anonymous', 'echo/known', { 'function key': 200, wrong: 200, '': 200 }],
  ])('auth level %s', async (_, path, expected) => {
    for (const [key, status] of Object.entries(expected)) {
      const byHeader = await fetch(`${base}/v1/${path}`, { headers: { 'x-functions-key': key } });
      const byQuery = await fetch(`${base}/v1/${path}?code=${encodeURIComponent(key)}`);
      expect([key, byHeader.status, byQuery.status]).toEqual([key, status, status]);
    }
  });

  test('are made at start, and others each time', async () => {
    const keys = [createKeys(), createKeys()].flatMap((pair) => [pair.function, pair.admin]);

    expect(new Set(keys).size).toBe(4);
    expect(keys.filter((key) => /^[\w-]{43}$/.test(key))).toHaveLength(4);
  });
});

test('a function that throws is 500 with nothing in it, and the log says why', async () => {
  const response = await fetch(`${base}/v1/broken`);

  expect(response.status).toBe(500);
  expect(await response.text()).toBe('');
  const failure = { functionName: 'broken', ok: false, error: 'a secret of the app' };
  await eventually(() => ends).toContainEqual(expect.objectContaining(failure));
  expect(logs.some(({ message }) => message.includes('a secret of the app'))).toBe(true);
});

test('says where its functions are, as func start does; one that is disabled is not there', async () => {
  const other = await recordingHost(
    'http',
    { 'AzureWebJobs.kept.Disabled': 'true' },
    { http: { keys: KEYS } },
  );
  const url = other.http?.url ?? '';

  const described = describeFunctions(other);

  expect(described).toContain(`\techo: [GET,POST] ${url}/v1/echo/{name}/{number:int?}\n`);
  expect(described).toContain('\tkept: httpTrigger (disabled)\n');
  expect(other.functions.find(({ name }) => name === 'master')).toMatchObject({
    url: `${url}/v1/master`,
    authLevel: 'admin',
  });
  expect((await fetch(`${url}/v1/kept?code=function%20key`)).status).toBe(404);
});

test('a port that is taken is an Error that says so', async () => {
  const second = recordingHost('http', {}, { http: { port: host.http?.port ?? 0 } });

  await expect(second).rejects.toThrow(/HTTP functions cannot be served: .*EADDRINUSE/);
});

test('a request under way is answered before the host closes', async () => {
  const gate = await openGate();
  const slow = await recordingHost('http', { GATE: gate.url });
  const answer = fetch(`${slow.http?.url}/v1/slow`);
  await eventually(() => slow.said('slow')).toEqual([{ begun: true }]);

  const closing = slow.close();
  gate.open();

  expect(await (await answer).text()).toBe('done');
  await closing;
});

async function bodyOf(path: string): Promise<string> {
  return (await fetch(`${base}/v1/${path}`)).text();
}

/** An address that answers once it is opened. */
async function openGate(): Promise<{ url: string; open: () => void }> {
  const { promise, resolve: open } = Promise.withResolvers<void>();
  const server = createServer((_request, response) => {
    promise.then(
      () => response.end(),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, open };
}
