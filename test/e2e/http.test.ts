import { expect, test } from 'vitest';
import type { Health } from '../../shared/health.ts';
import type { Report } from '../../shared/report/report.ts';
import { envelopeOf, recordOf } from '../support/messages.ts';
import { drained, eventually, sendTo, startApp, startSite } from '../support/site.ts';
import type { RunningApp } from '../support/site.ts';

interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

async function get<T>({ http }: RunningApp, path: string, key?: string): Promise<Answer<T>> {
  const headers: Record<string, string> = key === undefined ? {} : { 'x-functions-key': key };
  const response = await fetch(`${http?.url}/api/${path}`, { headers });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
}

test('the report: what was sent, and the capacity report once its timer has run; with the key alone', async () => {
  const site = await startSite();
  const app = await startApp(site);
  const key = app.http?.keys.function;
  await sendTo(site, '0', [envelopeOf(recordOf('A'), recordOf('B')), 'not json']);
  await drained(site);

  const stranger = await get(app, 'report.json');
  const before = await get<Report>(app, 'report.json?minutes=15', key);
  await app.runTimer('capacity');
  const after = await get<Report>(app, 'report.json?minutes=60', key);

  expect(stranger).toEqual({ status: 401, body: undefined });
  expect(before.body.live.proof).toMatchObject({
    messages: 2,
    records: 3,
    archived: 2,
    deadLettered: 1,
    balanced: true,
  });
  expect(before.body).toMatchObject({ capacity: null, capacityMissing: 'none-yet' });
  expect(after.body.live.proof).toEqual(before.body.live.proof);
  expect(after.body.capacity?.lag.partitions.map(({ id, events }) => [id, events])).toEqual([
    ['0', 0],
    ['1', 0],
  ]);
});

test('health: well or not for everybody, why for whoever has a key', async () => {
  const site = await startSite();
  const app = await startApp(site);
  const key = app.http?.keys.function;
  await sendTo(site, '0', [envelopeOf(recordOf('A'))]);
  await drained(site);

  const brief = await get(app, 'health');
  const stranger = await get(app, 'health/details');
  const details = await get<Health>(app, 'health/details', key);
  await site.storage.close();

  expect(brief).toEqual({ status: 200, body: { ok: true } });
  expect(stranger.status).toBe(401);
  expect(details.body.checks).toMatchObject([
    { name: 'source hub logs', ok: true, facts: { partitions: 2 } },
    { name: 'records hub records', ok: true, facts: { partitions: 2 } },
    { name: 'archive storage', ok: true },
    {
      name: 'ledger table',
      ok: true,
      facts: { partitions: 1, lastBatchAgeSeconds: expect.any(Number) as number },
    },
  ]);
  // What was read is kept for ten seconds, and a check may take five.
  await eventually(() => get(app, 'health')).toEqual({ status: 503, body: { ok: false } });
  const { body } = await get<Health>(app, 'health/details', key);
  expect(body.checks.map(({ name, ok }) => [name, ok])).toEqual([
    ['source hub logs', true],
    ['records hub records', true],
    ['archive storage', false],
    ['ledger table', false],
  ]);
  expect(JSON.stringify(body)).not.toMatch(/AccountKey|127\.0\.0\.1/);
});
