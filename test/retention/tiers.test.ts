import { describe, expect, test } from 'vitest';
import type { Problems } from '../../shared/settings/settings.ts';
import { readTiers, tiersOf } from '../../shared/blocks/tiers.ts';

function read(tiers: string) {
  const problems: Problems = [];
  return { rules: readTiers({ SLUICE_TIERS: tiers }, problems), problems };
}

function described(source: string, category: string, rules: ReturnType<typeof readTiers>, annotations = {}) {
  return tiersOf(source, category, annotations, rules)
    .map(({ tier, days }) => `${tier} ${days}`)
    .join(', ');
}

describe('SLUICE_TIERS', () => {
  test('an exception, else the schema, else the setting, each as a whole', () => {
    const { rules, problems } = read('archive=180, cool=30, entra/SignInLogs : cool = 7, github/*:none');

    expect(problems).toEqual([]);
    expect(described('intune', 'Devices', rules)).toBe('Cool 30, Archive 180');
    expect(described('intune', 'Devices', rules, { coldAfterDays: 90 })).toBe('Cold 90');
    expect(described('entra', 'SignInLogs', rules, { coldAfterDays: 90 })).toBe('Cool 7');
    expect(described('github', 'audit', rules, { coldAfterDays: 90 })).toBe('');
  });

  test('unset, nothing moves but what a schema says', () => {
    const { rules, problems } = read('');

    expect([rules, problems]).toEqual([[], []]);
    expect(described('entra', 'SignInLogs', rules)).toBe('');
    const annotations = { coolAfterDays: 1, coldAfterDays: 2, archiveAfterDays: 3 };
    expect(described('entra', 'SignInLogs', rules, annotations)).toBe('Cool 1, Cold 2, Archive 3');
  });

  test('a category of any name is found by its path', () => {
    const { rules, problems } = read('unknown/a: b/c:cool=2');

    expect(problems).toEqual([]);
    expect(described('unknown', 'a+3a+20b+2fc', rules)).toBe('Cool 2');
  });

  test.each([
    'cool',
    'cool=0',
    'cool=1.5',
    'cool=146001',
    'warm=3',
    'hot=3',
    'none',
    'none=3',
    'cool=30, archive=30',
    'cool=30, cold=20',
    'cool=30, cool=40',
    'entre/SignInLogs:cool=7',
    'SignInLogs:cool=7',
    'entra/SignInLogs:cool=7, entra/SignInLogs:archive=3',
    'entra/SignInLogs:none, entra/SignInLogs:cool=3',
    'entra/SignInLogs=7',
  ])('%s is wrong', (tiers) => {
    expect(read(tiers).problems).toEqual([
      expect.stringContaining(
        `SLUICE_TIERS is ${JSON.stringify(tiers)}: expected tiers with days, such as cool=30, archive=180`,
      ),
    ]);
  });
});
