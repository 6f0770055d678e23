import { expect, test } from 'vitest';
import githubRepositoryExposed from '../../functions/categories/github-repository-exposed.ts';
import { deliveries, deliverTo, judged, ordinaryStream } from '../support/detection-bench.ts';

function event(action: string, facts: object = {}, document = action) {
  const record = {
    '@timestamp': 1795169940123,
    _document_id: document,
    action,
    actor: 'octo-ada',
    repo: 'contoso/payroll',
    ...facts,
  };
  return judged(record, `contoso/logs/0/t/${document}/0`);
}

const SCENARIO = [
  event('repo.access', { visibility: 'public', previous_visibility: 'private', actor_ip: '192.0.2.7' }),
  event('protected_branch.destroy', { name: 'main' }),
  event('repository_ruleset.destroy'),
];

test.each(Object.entries(deliveries(SCENARIO.map((one) => [one]))))(
  'a repository made public and a protection removed are an alert each, delivered %s',
  async (_, instances) => {
    const alerts = await deliverTo(githubRepositoryExposed, instances);

    expect(alerts.size).toBe(3);
    expect(alerts.get('repo.access')).toEqual({
      title: 'Repository made public',
      severity: 'high',
      subject: 'contoso/payroll',
      details: { actor: 'octo-ada', ipAddress: '192.0.2.7', action: 'repo.access', before: 'private' },
      records: ['contoso/logs/0/t/repo.access/0'],
    });
    expect(alerts.get('protected_branch.destroy')).toMatchObject({
      title: 'Branch protection removed',
      details: { branch: 'main' },
    });
    expect(alerts.get('repository_ruleset.destroy')).toMatchObject({
      title: 'Ruleset of a repository removed',
    });
  },
);

test('what closes a repository or protects a branch is none', async () => {
  const records = [
    event('repo.access', { visibility: 'private', previous_visibility: 'public' }),
    event('repo.create', { visibility: 'private' }),
    event('protected_branch.create'),
  ];

  expect((await deliverTo(githubRepositoryExposed, [[records]])).size).toBe(0);
});

test('the ordinary stream raises none', async () => {
  const stream = ordinaryStream();

  expect(stream.flat().filter(({ category }) => category === 'github/audit').length).toBeGreaterThan(10);
  expect((await deliverTo(githubRepositoryExposed, [stream])).size).toBe(0);
});
