import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { categoryRecord } from '../../shared/category-record.ts';
import type { CategoryRecord } from '../../shared/category-record.ts';
import { FailedRecords } from '../../shared/category-functions/failed-records.ts';
import { split } from '../../shared/take-apart/split.ts';
import { ACKNOWLEDGEMENT_WAITS, splunkCollector, WAITS } from '../../shared/splunk/collector.ts';
import type { SplunkConfig } from '../../shared/splunk/config.ts';
import { MOST_BATCH_BYTES, splunkForwarder } from '../../shared/splunk/forwarder.ts';
import { tableState } from '../../shared/category-functions/state.ts';
import { memoryTable } from '../../local/memory-sinks.ts';
import { CERTIFICATE, startHttpSite } from '../support/http-site.ts';
import type { HttpSite, Received, Reply } from '../support/http-site.ts';

const SUCCESS: Reply = { body: '{"text":"Success","code":0}' };

function recordOf(text: string, n = 0, category = 'github/audit'): CategoryRecord {
  return categoryRecord({ id: `id/${n}`, key: undefined, category, valid: true, bytes: Buffer.from(text) });
}

function recordsOf(count: number, filler = ''): CategoryRecord[] {
  return Array.from({ length: count }, (_, n) => recordOf(`{"n":${n},"filler":"${filler}"}`, n));
}

/** What a request holds, event by event, as text. */
function eventsIn({ body }: Received): string[] {
  const members = split(gunzipSync(body));
  if ('reason' in members) throw new Error(members.detail);
  return members.map(({ bytes }) => bytes.toString());
}

function numbersIn(request: Received): number[] {
  return eventsIn(request).map((text) => (JSON.parse(text) as { event: { n: number } }).event.n);
}

/** A forwarder to a server; the function answers what it threw. */
function forwarderTo({ url }: HttpSite, options: Partial<SplunkConfig> = {}) {
  const slept: number[] = [];
  const config: SplunkConfig = {
    url,
    token: 's3cret',
    index: undefined,
    categories: ['github/*'],
    acknowledge: false,
    checkCertificate: true,
    ...options,
  };
  const handler = splunkForwarder(
    splunkCollector(config, async (wait) => slept.push(wait)),
    config.index,
  );
  const state = tableState(memoryTable(), 'splunk', Date.now);
  const context = { name: 'splunk', log: () => {}, state, alert: async () => {} };
  const forward = async (records: readonly CategoryRecord[]): Promise<unknown> => {
    try {
      return await handler(records, context);
    } catch (error) {
      return error;
    }
  };
  return { forward, slept };
}

function failedIn(error: unknown): string[] {
  if (!(error instanceof FailedRecords)) throw new Error(`No FailedRecords: ${String(error)}`);
  return [...error.records].map(({ id }) => id);
}

test("a record's bytes are the event, unchanged, with its time and category around", async () => {
  const site = await startHttpSite(() => SUCCESS);
  const text = '{ "@timestamp":1795169940123, "ReportId": 639199803770463703,"é" : 1.50 }';

  expect(
    await forwarderTo(site, { index: 'security' }).forward([recordOf(text), recordOf('{}', 1)]),
  ).toBeUndefined();

  const [request] = site.received;
  expect(request?.path).toBe('/services/collector/event');
  expect(request?.headers).toMatchObject({ authorization: 'Splunk s3cret', 'content-encoding': 'gzip' });
  expect(request && eventsIn(request)).toEqual([
    `{"time":1795169940.123,"source":"github/audit","sourcetype":"sluice:github:audit","index":"security","fields":{"record_id":"id/0"},"event":${text}}`,
    '{"source":"github/audit","sourcetype":"sluice:github:audit","index":"security","fields":{"record_id":"id/1"},"event":{}}',
  ]);
});

test('batches are bounded in bytes, in order, and a record larger than that goes alone', async () => {
  const site = await startHttpSite(() => SUCCESS);
  const large = recordOf(`{"n":99,"filler":"${'x'.repeat(MOST_BATCH_BYTES)}"}`, 99);
  const records = [...recordsOf(10, 'x'.repeat(150_000)), large];

  expect(await forwarderTo(site).forward(records)).toBeUndefined();

  expect(site.received.map(numbersIn)).toEqual([[0, 1, 2], [3, 4, 5], [6, 7, 8], [9], [99]]);
});

test('a server that is busy is waited for', async () => {
  const busy = { status: 503, body: '{"text":"Server is busy","code":9}' };
  const replies = [busy, { ...busy, status: 429, headers: { 'retry-after': '9' } }, undefined, SUCCESS];
  const site = await startHttpSite(() => replies.shift());
  const { forward, slept } = forwarderTo(site);

  expect(await forward(recordsOf(2))).toBeUndefined();

  expect(site.received.map(numbersIn)).toEqual([
    [0, 1],
    [0, 1],
    [0, 1],
    [0, 1],
  ]);
  expect(slept).toEqual([WAITS[0], 9_000, WAITS[2]]);
});

test('where it stays busy its records are failed, and the next get one try until it is back', async () => {
  let isBusy = true;
  const site = await startHttpSite(() => (isBusy ? { status: 503 } : SUCCESS));
  const { forward, slept } = forwarderTo(site);

  expect(failedIn(await forward(recordsOf(2)))).toEqual(['id/0', 'id/1']);
  expect(slept).toEqual(WAITS);
  expect(failedIn(await forward(recordsOf(1)))).toEqual(['id/0']);
  isBusy = false;
  expect(await forward(recordsOf(1))).toBeUndefined();
  isBusy = true;
  expect(failedIn(await forward(recordsOf(1)))).toEqual(['id/0']);

  expect(slept).toEqual([...WAITS, ...WAITS]);
});

test('what it takes for invalid is failed, and holds up no other', async () => {
  const bad = [2, 3];
  const indexed: number[] = [];
  const site = await startHttpSite((request) => {
    const numbers = numbersIn(request);
    const invalid = numbers.findIndex((n) => bad.includes(n));
    if (invalid === -1) indexed.push(...numbers);
    return invalid === -1
      ? SUCCESS
      : { status: 400, body: `{"text":"Invalid data format","code":6,"invalid-event-number":${invalid}}` };
  });

  const error = await forwarderTo(site).forward(recordsOf(6));

  expect(failedIn(error)).toEqual(['id/2', 'id/3']);
  expect(String(error)).toContain('Splunk answered 400: Invalid data format (code 6).');
  expect(indexed).toEqual([0, 1, 4, 5]);
});

test('a batch that is too large for it is halved', async () => {
  const site = await startHttpSite((request) => (numbersIn(request).length > 2 ? { status: 413 } : SUCCESS));

  expect(await forwarderTo(site).forward(recordsOf(5))).toBeUndefined();

  expect(site.received.map(numbersIn)).toEqual([[0, 1, 2, 3, 4], [0, 1, 2], [0, 1], [2], [3, 4]]);
});

test.each([
  [403, '{"text":"Invalid token","code":4}', 'Splunk answered 403: Invalid token (code 4).'],
  [400, '{"text":"Incorrect index","code":7,"invalid-event-number":9}', 'Incorrect index (code 7).'],
  [404, '<html>', 'Splunk answered 404: no reason (code none).'],
  [302, '', 'Splunk answered 302'],
])('what it refuses altogether with %i is failed at once, with the reason', async (status, body, reason) => {
  const site = await startHttpSite(() => ({ status, body }));
  const { forward, slept } = forwarderTo(site);

  const error = await forward(recordsOf(2));

  expect(failedIn(error)).toEqual(['id/0', 'id/1']);
  expect(String(error)).toContain(reason);
  expect(String(error)).not.toContain('s3cret');
  expect(slept).toEqual([]);
});

test('with acknowledgement it is asked until all is indexed, on the channel of the events', async () => {
  let ackId = 0;
  let asked = 0;
  const site = await startHttpSite(({ path, body }) => {
    if (path === '/services/collector/event')
      return { body: `{"text":"Success","code":0,"ackId":${ackId++}}` };
    const { acks } = JSON.parse(body.toString()) as { acks: number[] };
    asked++;
    return { body: JSON.stringify({ acks: Object.fromEntries(acks.map((id) => [id, id < asked])) }) };
  });
  const { forward, slept } = forwarderTo(site, { acknowledge: true });

  expect(await forward(recordsOf(4, 'x'.repeat(300_000)))).toBeUndefined();

  const asks = site.received.filter(({ path }) => path === '/services/collector/ack');
  expect(asks.map(({ body }) => body.toString())).toEqual([
    '{"acks":[0,1,2,3]}',
    '{"acks":[1,2,3]}',
    '{"acks":[2,3]}',
    '{"acks":[3]}',
  ]);
  expect(slept).toEqual(ACKNOWLEDGEMENT_WAITS.slice(0, 4));
  const channels = site.received.map(({ headers }) => headers['x-splunk-request-channel']);
  expect(new Set(channels)).toEqual(new Set([expect.stringMatching(/^[\da-f-]{36}$/)]));
});

test('what is not acknowledged in time is failed; the others are done', async () => {
  let ackId = 0;
  const site = await startHttpSite(({ path }) =>
    path === '/services/collector/event'
      ? { body: `{"code":0,"ackId":${ackId++}}` }
      : { body: '{"acks":{"0":true,"1":false}}' },
  );
  const { forward, slept } = forwarderTo(site, { acknowledge: true });

  expect(failedIn(await forward(recordsOf(2, 'x'.repeat(300_000))))).toEqual(['id/1']);

  expect(slept).toEqual(ACKNOWLEDGEMENT_WAITS);
});

test('a token without acknowledgement is said to have none, at once', async () => {
  const site = await startHttpSite(() => SUCCESS);
  const { forward, slept } = forwarderTo(site, { acknowledge: true });

  const error = await forward(recordsOf(1));

  expect(failedIn(error)).toEqual(['id/0']);
  expect(String(error)).toContain('enable the indexer acknowledgement of the token');
  expect(slept).toEqual([]);
});

test('a certificate that nobody vouches for is not taken, unless told so', async () => {
  const site = await startHttpSite(() => SUCCESS, { tls: true });

  const error = await forwarderTo(site).forward(recordsOf(1));

  expect(failedIn(error)).toEqual(['id/0']);
  expect(String(error)).toContain('self-signed certificate');
  expect(site.received).toEqual([]);
  expect(await forwarderTo(site, { checkCertificate: false }).forward(recordsOf(1))).toBeUndefined();
  expect(site.received).toHaveLength(1);
});

test('one of an authority that is trusted is', async () => {
  const trusted = getCACertificates();
  onTestFinished(() => setDefaultCACertificates(trusted));
  setDefaultCACertificates([...trusted, CERTIFICATE]);
  const site = await startHttpSite(() => SUCCESS, { tls: true });

  expect(await forwarderTo(site).forward(recordsOf(1))).toBeUndefined();
});
