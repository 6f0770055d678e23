import { expect, test } from 'vitest';
import { readRetention, retentionDaysOf } from '../shared/retention.ts';
import type { Problems } from '../shared/settings.ts';

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
