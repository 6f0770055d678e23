import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { valueFor } from '../../shared/settings/by-hub.ts';
import { PRICES } from '../../shared/capacity/prices.ts';
import { planFor } from '../../shared/capacity/read-plans.ts';
import { readCapacityConfig } from '../../shared/settings/config.ts';
import type { CapacityConfig } from '../../shared/settings/config.ts';
import type { Environment, Problems } from '../../shared/settings/settings.ts';

function read(env: Environment): CapacityConfig & { readonly problems: Problems } {
  const problems: Problems = [];
  return { ...readCapacityConfig(env, problems), problems };
}

describe('what is provisioned', () => {
  test('is for every namespace, or for some of them', () => {
    const one = read({ SLUICE_PROVISIONED: 'standard:4' });
    const several = read({ SLUICE_PROVISIONED: 'Contoso=Standard:4, fabrikam=premium:2' });

    expect(planFor(one.plans, 'contoso')).toEqual({ tier: 'standard', units: 4 });
    expect(planFor(several.plans, 'contoso')).toEqual({ tier: 'standard', units: 4 });
    expect(planFor(several.plans, 'fabrikam')).toEqual({ tier: 'premium', units: 2 });
    expect(planFor(several.plans, 'other')).toBeUndefined();
    expect([...one.problems, ...several.problems]).toEqual([]);
  });

  test.each(['standard', 'standard:0', 'standard:41', 'premium:17', 'gold:1', '4', 'a=b=standard:1'])(
    'is not "%s"',
    (SLUICE_PROVISIONED) => {
      expect(read({ SLUICE_PROVISIONED }).problems).toEqual([
        `SLUICE_PROVISIONED is "${SLUICE_PROVISIONED}": expected a tier and its units, such as standard:4, or contoso=standard:4, ` +
          'fabrikam=premium:1; at most 40 of basic, 40 of standard, 16 of premium, 10 of dedicated.',
      ]);
    },
  );
});

describe('a number by hub', () => {
  test('has exceptions by the name of a hub, or with its namespace', () => {
    const { hubRetentionHours, problems } = read({
      SLUICE_HUB_RETENTION_HOURS: '24, Logs=168, fabrikam/logs=72',
    });

    expect(valueFor(hubRetentionHours, 'contoso', 'logs')).toBe(168);
    expect(valueFor(hubRetentionHours, 'fabrikam', 'logs')).toBe(72);
    expect(valueFor(hubRetentionHours, 'contoso', 'records')).toBe(24);
    expect(problems).toEqual([]);
  });

  test.each(['0', 'logs=5', '1, logs', '1, logs=', '1, =5', '1001', 'many'])('is not "%s"', (groups) => {
    expect(read({ SLUICE_CONSUMER_GROUPS: groups }).problems).toEqual([
      `SLUICE_CONSUMER_GROUPS is "${groups}": expected a number from 1 to 1000, then exceptions such as logs=1.`,
    ]);
  });
});

describe('prices', () => {
  test('can be given as docs/capacity.md has them', () => {
    const markdown = readFileSync(new URL('../../docs/capacity.md', import.meta.url), 'utf8');
    const [, SLUICE_PRICES = ''] = /```json\n([^`]*)```/.exec(markdown) ?? [];

    const { prices, problems } = read({ SLUICE_PRICES });

    expect(problems).toEqual([]);
    expect(prices).toMatchObject({ region: 'West Europe', storage: { hotGbMonth: 0.0196 } });
  });

  const place = { region: 'West Europe', date: '2026-12-01' };

  test('are those of the file, but for what is given', () => {
    const given = { ...place, currency: 'EUR', eventHubs: { standardUnitHour: 0.031 } };

    const { prices, problems } = read({ SLUICE_PRICES: JSON.stringify(given) });

    expect(prices).toEqual({
      ...PRICES,
      ...given,
      eventHubs: { ...PRICES.eventHubs, standardUnitHour: 0.031 },
    });
    expect(problems).toEqual([]);
  });

  test.each([
    ['{', 'SLUICE_PRICES is no JSON object: see docs/capacity.md for what stands in it.'],
    ['[1]', 'SLUICE_PRICES is no JSON object: see docs/capacity.md for what stands in it.'],
    [JSON.stringify({ region: 'x' }), 'SLUICE_PRICES: date is missing.'],
    [JSON.stringify({ ...place, date: 'today' }), 'SLUICE_PRICES: date must be a day such as 2026-11-20.'],
    [JSON.stringify({ ...place, currency: 5 }), 'SLUICE_PRICES: currency must be a text.'],
    [JSON.stringify({ ...place, storage: 5 }), 'SLUICE_PRICES: storage is no object.'],
    [
      JSON.stringify({ ...place, eventHubs: { standardUnitHour: '0.03' } }),
      'SLUICE_PRICES: eventHubs.standardUnitHour must be a number, 0 or more.',
    ],
    [
      JSON.stringify({ ...place, functions: { secondly: 1 } }),
      'SLUICE_PRICES: there is no functions.secondly; there is millionExecutions, gbSecond, freeExecutions, freeGbSeconds.',
    ],
    [
      `{"region":"x","date":"2026-12-01","__proto__":{"x":1}}`,
      'SLUICE_PRICES: there is no __proto__; there is region, currency, date, source, eventHubs, storage, functions.',
    ],
  ])('are not %s', (SLUICE_PRICES, problem) => {
    const { prices, problems } = read({ SLUICE_PRICES });

    expect(problems).toEqual([problem]);
    expect(prices).toBe(PRICES);
  });
});
