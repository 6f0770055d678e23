import { expect, test } from 'vitest';
import { KILL_POINTS, MISHAPS, namesOf, RIVALRIES } from '../../scripts/chaos/kinds.ts';
import { planOf } from '../../scripts/chaos/plan.ts';

/** From a seed that is none of the first, since runs are continued. */
function plansFrom(first: number, count: number) {
  return Array.from({ length: count }, (_, i) => planOf(first + i));
}

test('a seed has the same plan every time, and another one has another', () => {
  expect(planOf(17)).toEqual(planOf(17));
  expect(planOf(17)).not.toEqual(planOf(18));
});

test.each([0, 5, 123])(
  'eight seeds that follow each other have every event in their plans: from %i on',
  (first) => {
    const events = plansFrom(first, 8).flatMap(({ acts }) => acts.map(({ event }) => event));
    const mishaps = plansFrom(first, 8).flatMap(({ acts }) => acts.flatMap((act) => act.mishaps));

    expect(new Set(events)).toEqual(new Set([...KILL_POINTS, ...namesOf(RIVALRIES)]));
    expect(new Set(mishaps.map(({ kind }) => kind))).toEqual(new Set(namesOf(MISHAPS)));
  },
);
