import { describe, expect, test } from 'vitest';
import changeBySomeoneNew from '../../functions/categories/change-by-someone-new.ts';
import type { CategoryRecord } from '../../shared/category-record.ts';
import { DAY, MINUTE } from '../../shared/time.ts';
import { deliveries, deliverTo, detectionBench, judged, ordinaryStream } from '../support/detection-bench.ts';
import { START } from '../support/messages.ts';

let made = 0;

interface Change {
  readonly at: number;
  readonly actor?: string;
  readonly activity?: string;
  readonly category?: string;
  readonly result?: string;
}

function change(facts: Change): CategoryRecord {
  const {
    at,
    actor = 'ada',
    activity = 'Add member to role',
    category = 'RoleManagement',
    result = 'success',
  } = facts;
  const record = {
    category: 'AuditLogs',
    operationName: activity,
    tenantId: 'contoso',
    properties: {
      id: `Directory_${++made}`,
      category,
      activityDisplayName: activity,
      activityDateTime: new Date(START + at).toISOString(),
      result,
      initiatedBy: { user: { id: actor, userPrincipalName: `${actor}@example.com`, ipAddress: '192.0.2.7' } },
      targetResources: [{ userPrincipalName: 'zoe@example.com' }],
    },
  };
  return judged(record, `contoso/logs/0/t/${made}/0`);
}

/** The first day: somebody is known to do it, and learning begins. */
const LEARNT = [
  change({ at: 0, actor: 'bob' }),
  change({ at: MINUTE, activity: 'Update user', category: 'User' }),
];

async function alertsAfterLearning(...changes: CategoryRecord[]) {
  const bench = detectionBench(changeBySomeoneNew);
  await bench.deliver(LEARNT);
  for (const one of changes) await bench.deliver([one]);
  return [...bench.alerts.values()];
}

test('a role that somebody assigns for the first time is an alert', async () => {
  const record = change({ at: 20 * DAY });

  expect(await alertsAfterLearning(record)).toEqual([
    {
      title: 'Role assignment by someone new',
      severity: 'medium',
      subject: 'ada@example.com',
      details: { activity: 'Add member to role', target: 'zoe@example.com', ipAddress: '192.0.2.7' },
      records: [record.id],
    },
  ]);
});

test.each([
  [
    'a policy',
    { activity: 'Update conditional access policy', category: 'Policy' },
    'Policy change by someone new',
  ],
  [
    'the authorization policy',
    { activity: 'Update authorization policy', category: 'AuthorizationPolicy' },
    'Policy change by someone new',
  ],
  [
    'a role that one may ask for',
    { activity: 'Add eligible member to role' },
    'Role assignment by someone new',
  ],
  [
    'a role of an app',
    { activity: 'Add app role assignment to service principal', category: 'ApplicationManagement' },
    'Role assignment by someone new',
  ],
  [
    'the other kind by one who is known',
    { actor: 'bob', category: 'Policy', activity: 'Delete policy' },
    'Policy change by someone new',
  ],
])('so is %s', async (_, facts, title) => {
  expect(await alertsAfterLearning(change({ at: 20 * DAY, ...facts }))).toMatchObject([{ title }]);
});

test.each([
  ['in the time of learning', { at: 3 * DAY }],
  ['by who has done it within a month', { at: 20 * DAY, actor: 'bob' }],
  ['that failed', { at: 20 * DAY, result: 'failure' }],
  ['of another kind', { at: 20 * DAY, activity: 'Update user', category: 'UserManagement' }],
])('a change %s is none', async (_, facts) => {
  expect(await alertsAfterLearning(change(facts))).toEqual([]);
});

test('who goes on is not new; who comes back after a month is', async () => {
  const often = [20, 40, 60].map((days) => change({ at: days * DAY }));

  expect(await alertsAfterLearning(...often)).toHaveLength(1);
  expect(await alertsAfterLearning(...often, change({ at: 95 * DAY }))).toHaveLength(2);
});

describe('there is one alert, delivered', () => {
  const changes = [20, 20.1, 20.2, 25].map((days) => change({ at: days * DAY }));

  test.each(Object.entries(deliveries(changes.map((one) => [one]))))('%s', async (_, instances) => {
    const alerts = await deliverTo(
      changeBySomeoneNew,
      instances.map((batches) => [LEARNT, ...batches]),
    );

    expect(alerts.size).toBe(1);
  });
});

test('the ordinary stream raises none: not on its first day, and not of the same people later', async () => {
  const firstDay = ordinaryStream();
  const later = ordinaryStream({ start: START + 20 * DAY });

  const alerts = await deliverTo(changeBySomeoneNew, [[...firstDay, ...later]]);

  expect(firstDay.flat().filter(({ category }) => category === 'entra/AuditLogs').length).toBeGreaterThan(50);
  expect(alerts.size).toBe(0);
});
