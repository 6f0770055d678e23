import { expect, test } from 'vitest';
import { leastDaysIn } from '../shared/retention/least-days.ts';
import { draftDays, readRetention, retentionDaysOf } from '../shared/retention.ts';
import type { Problems } from '../shared/settings/settings.ts';

function read(days: string) {
  const problems: Problems = [];
  return { retention: readRetention({ SLUICE_RETENTION_DAYS: days }, problems), problems };
}

test('the first exception that fits, else the schema, else the setting', () => {
  const { retention } = read('365, entra/SignInLogs=90, entra/*=30, defender/*=0');

  expect(retentionDaysOf('entra', 'SignInLogs', 7, retention)).toBe(90);
  expect(retentionDaysOf('entra', 'AuditLogs', 7, retention)).toBe(30);
  expect(retentionDaysOf('defender', 'DeviceInfo', 7, retention)).toBe(0);
  expect(retentionDaysOf('github', 'audit', 7, retention)).toBe(7);
  expect(retentionDaysOf('github', 'audit', 0, retention)).toBe(0);
  expect(retentionDaysOf('github', 'audit', undefined, retention)).toBe(365);
});

test('an unset one is the default', () => {
  expect(read('')).toEqual({ retention: { days: 365, exceptions: [] }, problems: [] });
});

test('a category may hold any character but those of the list itself', () => {
  const { retention, problems } = read('1, unknown/Some Name/v2=2');

  expect(problems).toEqual([]);
  expect(retentionDaysOf('unknown', 'Some Name/v2', undefined, retention)).toBe(2);
});

test.each([
  'a year',
  '-1',
  '1.5',
  '146001',
  'entra/SignInLogs=90',
  '365, 90',
  '365, SignInLogs=90',
  '365, entre/SignInLogs=90',
  '365, entra/SignInLogs',
  '365, entra/SignInLogs=',
  '365, entra/SignInLogs=90=5',
  '365, entra/=90',
])('%s is wrong', (days) => {
  expect(read(days).problems).toEqual([
    `SLUICE_RETENTION_DAYS is ${JSON.stringify(days)}: expected days, then exceptions such as entra/SignInLogs=90 or defender/*=30; days from 0 (for ever) to 146000.`,
  ]);
});

test('dead letters and the originals of salvaged messages have days of their own', () => {
  const { retention } = read('365, entra/*=30');
  const policy = { retention, deadLetterRetentionDays: 90 };
  const draft = { source: 'entra', category: 'SignInLogs', retentionDays: 7 };

  expect(draftDays({ ...draft, container: 'archive' }, policy)).toBe(30);
  expect(draftDays({ ...draft, container: 'dead-letter' }, policy)).toBe(90);
  expect(draftDays({ ...draft, container: 'salvaged' }, policy)).toBe(90);
});

test.each([
  ['365, entra/*=30', [], 30],
  ['365, entra/*=0', [{ retentionDays: 7 }], 7],
  ['0', [{ retentionDays: 0 }], undefined],
])('the shortest of %s with rules %j is %s', (days, rules, least) => {
  const { retention } = read(days);

  expect(leastDaysIn('archive', { retention, rules, deadLetterRetentionDays: 0 })).toBe(least);
  expect(leastDaysIn('salvaged', { retention, rules, deadLetterRetentionDays: 0 })).toBeUndefined();
  expect(leastDaysIn('dead-letter', { retention, rules, deadLetterRetentionDays: 5 })).toBe(5);
  expect(leastDaysIn('pass-on', { retention, rules, deadLetterRetentionDays: 5 })).toBe(7);
});
