import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinJson, splitJson } from '../shared/json/row-json.ts';

describe('a value in the properties of a row', () => {
  test('takes one property where it fits', () => {
    expect(splitJson('plan', { a: [1, 'é'] })).toEqual({ plan: '{"a":[1,"é"]}' });
    expect(splitJson('plan', null)).toEqual({ plan: 'null' });
  });

  test('takes more where it does not, each below the limit of 32,768 characters', () => {
    const value = Array.from({ length: 20_000 }, (_, n) => n);

    const parts = splitJson('plan', value);

    expect(Object.keys(parts)).toEqual(['plan', 'plan1', 'plan2', 'plan3']);
    expect(Math.max(...Object.values(parts).map(({ length }) => length))).toBeLessThanOrEqual(32_768);
    expect(joinJson('plan', { ...parts, planOpen: true, other: 'x' })).toEqual(value);
  });

  test('is never cut within a character', () => {
    const lengths = fc.integer({ min: 31_990, max: 32_005 });

    fc.assert(
      fc.property(lengths, (length) => {
        const value = `${'x'.repeat(length)}🦉${'🦉'.repeat(20_000)}`;
        const parts = splitJson('p', value);
        expect(Object.values(parts).every((part) => part.isWellFormed())).toBe(true);
        expect(joinJson('p', parts)).toBe(value);
      }),
      { numRuns: 20 },
    );
  });

  test('is undefined where there is none', () => {
    expect(joinJson('plan', { runs: '[]', planOpen: false })).toBeUndefined();
  });
});
