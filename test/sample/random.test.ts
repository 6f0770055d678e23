import { describe, expect, it } from 'vitest';
import { createRandom } from '../../cli/sample/random.ts';

describe('createRandom', () => {
  it('gives every whole number of a range, both ends included', () => {
    const random = createRandom(1);

    const seen = new Set(Array.from({ length: 200 }, () => random.integer(3, 6)));

    expect(seen).toEqual(new Set([3, 4, 5, 6]));
  });

  it('picks every item, and complains where there is none', () => {
    const random = createRandom(1);

    const seen = new Set(Array.from({ length: 100 }, () => random.pick(['a', 'b', null])));

    expect(seen).toEqual(new Set(['a', 'b', null]));
    expect(() => random.pick([])).toThrow('nothing to pick');
  });

  it('is true about as often as asked', () => {
    const random = createRandom(1);

    const hits = Array.from({ length: 10_000 }, () => random.chance(0.2)).filter(Boolean).length;

    expect(hits / 10_000).toBeCloseTo(0.2, 1);
  });

  it('makes ids of the right shape', () => {
    const random = createRandom(1);

    expect(random.guid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(String(random.bigInteger(18))).toMatch(/^[1-9]\d{17}$/);
  });
});
