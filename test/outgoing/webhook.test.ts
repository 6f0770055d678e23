import { expect, test } from 'vitest';
import type { RaisedAlert } from '../../shared/category-functions/alert.ts';
import { webhookTo } from '../../shared/category-functions/webhook.ts';
import { startHttpSite } from '../support/http-site.ts';
import type { Reply } from '../support/http-site.ts';

const ALERT: RaisedAlert = {
  id: 'watchful/1f',
  function: 'watchful',
  title: 'Sign-in of high risk',
  severity: 'high',
  subject: 'mia@example.com',
  category: 'entra/SignInLogs',
  records: ['a/0', 'a/1'],
  details: { tries: 3 },
};

/** Tells of the alert at a server that gives these answers in turn. */
async function tell(replies: readonly (Reply | undefined)[]) {
  let asked = 0;
  const site = await startHttpSite(() => replies[asked++]);
  const slept: number[] = [];
  const webhook = webhookTo(`${site.url}/hook/s3cret?code=s3cret`, async (wait) => slept.push(wait));
  const told = await webhook(ALERT).catch((error: unknown) => error);
  return { site, slept, told };
}

test('an alert is posted as JSON', async () => {
  const { site, slept, told } = await tell([{ status: 204 }]);

  expect(told).toBeUndefined();
  expect(site.received.map(({ path }) => path)).toEqual(['/hook/s3cret?code=s3cret']);
  expect(site.received[0]?.headers['content-type']).toBe('application/json');
  expect(JSON.parse(String(site.received[0]?.body))).toEqual(ALERT);
  expect(slept).toEqual([]);
});

test('what is busy, broken or hangs up is tried again, after the wait that it asks for', async () => {
  const busy = { status: 429, headers: { 'retry-after': '7' } };

  const { site, slept, told } = await tell([busy, undefined, {}]);

  expect(told).toBeUndefined();
  expect(site.received).toHaveLength(3);
  expect(slept).toEqual([7_000, 4_000]);
});

test.each([
  ['refuses it', [{ status: 404 }], 'It answered 404.'],
  ['sends elsewhere', [{ status: 302, headers: { location: 'http://localhost:1/' } }], 'It answered 302.'],
  ['stays busy', [{ status: 503 }, { status: 503 }, { status: 503 }], 'It answered 503 at every try.'],
  ['hangs up', [], 'No answer from localhost:'],
])('a webhook that %s is an error, which does not tell the address', async (_, replies, message) => {
  const { told } = await tell(replies);

  expect(told).toMatchObject({
    code: 'webhook-refused',
    message: expect.stringContaining(message) as string,
  });
  expect(JSON.stringify(told) + String((told as Error).stack) + String((told as Error).cause)).not.toContain(
    's3cret',
  );
});

test('a certificate that nobody vouches for is not taken', async () => {
  const site = await startHttpSite(() => ({}), { tls: true });

  await expect(webhookTo(site.url, async () => {})(ALERT)).rejects.toThrow(/self-signed certificate/);

  expect(site.received).toEqual([]);
});
