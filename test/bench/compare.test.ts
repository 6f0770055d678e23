import { expect, test } from 'vitest';
import { compare } from '../../bench/compare.ts';
import type { BenchOutput } from '../../bench/compare.ts';

function output(ratios: Record<string, number>): BenchOutput {
  const stages = Object.fromEntries(Object.entries(ratios).map(([stage, ratio]) => [stage, { ratio }]));
  return { A: { stages } };
}

test('revisions are compared run by run, and by what both have', () => {
  const compared = compare([
    { here: output({ split: 1, pipeline: 2 }), there: output({ split: 2 }) },
    { here: output({ split: 3, pipeline: 2 }), there: output({ split: 2 }) },
    { here: output({ split: 2, pipeline: 2 }), there: output({ split: 5 }) },
  ]);

  expect(compared).toEqual([
    { corpus: 'A', stage: 'split', here: 2, there: 2, ratio: { median: 0.5, least: 0.4, most: 1.5 } },
  ]);
});
