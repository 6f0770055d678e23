import { describe, expect, test } from 'vitest';
import passwordGuessed from '../../functions/categories/password-guessed.ts';
import { memoryTable } from '../../local/memory-sinks.ts';
import type { CategoryRecord } from '../../shared/category-record.ts';
import { LONGEST_VALUE } from '../../shared/category-functions/state.ts';
import { MINUTE, SECOND } from '../../shared/time.ts';
import { deliveries, deliverTo, detectionBench, judged, ordinaryStream } from '../support/detection-bench.ts';
import { START } from '../support/messages.ts';

let made = 0;

function signIn(
  resultType: string,
  at: number,
  user = 'mia@example.com',
  ipAddress = '192.0.2.7',
): CategoryRecord {
  const id = `${resultType}-${at}-${++made}`;
  const record = {
    category: 'SignInLogs',
    operationName: 'Sign-in activity',
    tenantId: 'contoso',
    resultType,
    properties: {
      id,
      createdDateTime: new Date(START + at).toISOString(),
      userPrincipalName: user,
      ipAddress,
      appDisplayName: 'Payroll',
    },
  };
  return judged(record, `contoso/logs/0/t/${made}/0`);
}

/** Every ten seconds one. */
function failures(count: number, from = 0, user?: string): CategoryRecord[] {
  return Array.from({ length: count }, (_, i) => signIn('50126', from + i * 10 * SECOND, user));
}

function eachAlone(records: readonly CategoryRecord[]): CategoryRecord[][] {
  return records.map((record) => [record]);
}

test('ten failed sign-ins and one that succeeds are an alert, which names all of them', async () => {
  const scenario = [...failures(10), signIn('0', 3 * MINUTE)];
  const bench = detectionBench(passwordGuessed);

  await bench.deliver(scenario);

  expect([...bench.alerts.values()]).toEqual([
    {
      cause: expect.stringContaining('contoso mia@example.com ') as string,
      title: 'Sign-in after a burst of failed ones',
      severity: 'high',
      subject: 'mia@example.com',
      details: {
        from: new Date(START).toISOString(),
        to: new Date(START + 3 * MINUTE).toISOString(),
        ipAddress: '192.0.2.7',
        app: 'Payroll',
      },
      records: scenario.map(({ id }) => id),
    },
  ]);
});

test('the alert says where the success came from, whatever comes after it', async () => {
  const later = signIn('50126', 4 * MINUTE, 'mia@example.com', '203.0.113.9');
  const scenario = [...failures(10), signIn('0', 3 * MINUTE), later];

  const alerts = await deliverTo(passwordGuessed, [[scenario, [later]]]);

  expect([...alerts.values()]).toMatchObject([{ details: { ipAddress: '192.0.2.7' } }]);
});

test.each([
  ['nine failed ones', [...failures(9), signIn('0', 3 * MINUTE)]],
  ['no success', failures(40)],
  ['a success before them', [signIn('0', -SECOND), ...failures(10)]],
  ['a success long after', [...failures(10), signIn('0', 12 * MINUTE)]],
  [
    'failures of several users',
    [...failures(9), ...failures(9, 0, 'zoe@example.com'), signIn('0', 3 * MINUTE)],
  ],
  [
    'interruptions that are none',
    [...Array.from({ length: 20 }, (_, i) => signIn('50076', i)), signIn('0', MINUTE)],
  ],
])('%s is none', async (_, records) => {
  expect((await deliverTo(passwordGuessed, [eachAlone(records)])).size).toBe(0);
});

describe('there is one alert, with all of the sign-ins, delivered', () => {
  // Over the edge of a window, where they are kept in two rows.
  const edge = 8 * MINUTE;
  const scenario = [...failures(14, edge), signIn('0', edge + 4 * MINUTE), signIn('0', edge + 5 * MINUTE)];
  const other = signIn('0', edge, 'zoe@example.com');

  test.each(Object.entries(deliveries(eachAlone([...scenario, other]))))('%s', async (_, instances) => {
    const alerts = await deliverTo(passwordGuessed, instances);

    expect(alerts.size).toBe(1);
    expect([...alerts.values()][0]?.records).toEqual(scenario.map(({ id }) => id));
  });
});

test.each(Array.from({ length: 10 }, (_, minutes) => minutes))(
  'a success that comes before its failures is found by them, %i minutes into a window',
  async (minutes) => {
    const from = minutes * MINUTE;
    const batches = [[signIn('0', from + 3 * MINUTE)], ...eachAlone(failures(10, from))];

    expect((await deliverTo(passwordGuessed, [batches])).size).toBe(1);
  },
);

test("a product's own copies count once", async () => {
  const nine = failures(9);
  const copies = nine.map((record, i) => judged(record.bytes, `contoso/logs/1/t/${i}/0`));

  const alerts = await deliverTo(passwordGuessed, [[nine, copies, [signIn('0', 3 * MINUTE)]]]);

  expect(alerts.size).toBe(0);
});

test('a burst the day after is an alert of its own', async () => {
  const day = [...failures(10), signIn('0', 3 * MINUTE)];
  const next = [...failures(10, 24 * 60 * MINUTE), signIn('0', 24 * 60 * MINUTE + 3 * MINUTE)];

  expect((await deliverTo(passwordGuessed, [[day, next]])).size).toBe(2);
});

test.each(['forwards', 'backwards'])('a flood hides no success, %s, and grows no row', async (way) => {
  const table = memoryTable();
  const user = `${'é'.repeat(10_000)}@example.com`;
  const flood = Array.from({ length: 600 }, (_, i) => signIn('50126', i * SECOND, user));
  const batches = [flood.slice(0, 300), [signIn('0', 5 * MINUTE, user)], flood.slice(300)];

  const alerts = await deliverTo(
    passwordGuessed,
    [way === 'forwards' ? batches : batches.toReversed()],
    table,
  );

  expect(alerts.size).toBe(1);
  const rows = [...table.rows.values()].flat();
  expect(rows.length).toBeLessThan(5);
  expect(Math.max(...rows.map(({ values }) => String(values['value']).length))).toBeLessThan(LONGEST_VALUE);
});

test('the ordinary stream raises none', async () => {
  expect((await deliverTo(passwordGuessed, [ordinaryStream()])).size).toBe(0);
});
