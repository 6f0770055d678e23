import { expect, test } from 'vitest';
import { checkHealth } from '../shared/health.ts';
import type { HealthCheck } from '../shared/health.ts';

const SECRET = 'Endpoint=sb://contoso/;SharedAccessKey=c2VjcmV0';

async function check(checks: readonly HealthCheck[], timeout = 60_000) {
  const logged: string[] = [];
  const health = await checkHealth({
    checks,
    timeout,
    now: () => Date.parse('2026-11-20T12:00:00.000Z'),
    log: (_, message) => logged.push(message),
  });
  return { health, logged };
}

test('all well', async () => {
  const { health } = await check([
    { name: 'a', run: () => Promise.resolve({}) },
    { name: 'b', run: () => Promise.resolve({ partitions: 4 }) },
  ]);

  expect(health).toMatchObject({
    ok: true,
    checkedAt: '2026-11-20T12:00:00.000Z',
    checks: [
      { name: 'a', ok: true },
      { name: 'b', ok: true, facts: { partitions: 4 } },
    ],
  });
});

test('one that fails is named with the codes of its error, and no word of its message', async () => {
  const cause = Object.assign(new Error(SECRET), {
    name: 'RestError',
    statusCode: 403,
    code: 'AuthorizationFailure',
  });
  const failing = { name: 'a', run: () => Promise.reject(new Error(`no luck with ${SECRET}`, { cause })) };

  const { health, logged } = await check([failing, { name: 'b', run: () => Promise.resolve({}) }]);

  expect(health.ok).toBe(false);
  expect(health.checks).toMatchObject([
    { name: 'a', ok: false, problem: 'RestError 403 AuthorizationFailure' },
    { name: 'b', ok: true },
  ]);
  expect(JSON.stringify(health)).not.toContain('secret');
  expect(JSON.stringify(health)).not.toContain('SharedAccessKey');
  expect(logged).toEqual([`Health: a: no luck with ${SECRET}`]);
});

test('an error without a code has failed, and that is all', async () => {
  const code = { code: SECRET };
  const { health } = await check([
    { name: 'a', run: () => Promise.reject(Object.assign(new Error(SECRET), code)) },
  ]);

  expect(health.checks[0]?.problem).toBe('failed');
});

test('one that does not answer is given up, and told so', async () => {
  let aborted = false;
  const hanging: HealthCheck = {
    name: 'a',
    run: (signal) =>
      new Promise(() => {
        signal.addEventListener('abort', () => {
          aborted = true;
        });
      }),
  };

  const { health } = await check([hanging], 20);

  expect(health.checks).toMatchObject([{ name: 'a', ok: false, problem: 'no answer within 20 ms' }]);
  expect(aborted).toBe(true);
});
