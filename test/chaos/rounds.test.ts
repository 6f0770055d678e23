import { expect, test } from 'vitest';
import { KILL_POINTS } from '../../scripts/chaos/kinds.ts';
import type { KillPoint, Rivalry } from '../../scripts/chaos/kinds.ts';
import { planOf } from '../../scripts/chaos/plan.ts';
import type { Plan } from '../../scripts/chaos/plan.ts';
import { describeFailure } from '../../scripts/chaos/report.ts';
import { runChaos } from '../../scripts/chaos/run.ts';

/** A round costs most by the hosts that it starts: with more of them killed one after the other, there are fewer. */
function planWith(seed: number, events: readonly (KillPoint | Rivalry)[]): Plan {
  return { ...planOf(seed), acts: events.map((event) => ({ event, skip: 0, messages: 8, mishaps: [] })) };
}

const HALF = KILL_POINTS.length / 2;
const RIVALRIES = ['late commit', 'overtaken commit', 'second host', 'checkpoints forgotten'] as const;
const THROWN_OUT = 'reader thrown out';

test('hosts killed at every point, and rivals: nothing is lost, doubled or changed', async () => {
  const plans = [
    planWith(1, KILL_POINTS.slice(0, HALF)),
    planWith(2, KILL_POINTS.slice(HALF)),
    planWith(8, RIVALRIES),
    // The seed is one whose hosts wait for messages, which this takes.
    planWith(5, [THROWN_OUT]),
  ];

  const { rounds, happened } = await runChaos({ plans, lanes: plans.length });

  const failures = rounds.filter(({ problems }) => problems.length > 0);
  expect(failures.map(describeFailure)).toEqual([]);
  const due = [...KILL_POINTS, ...RIVALRIES, THROWN_OUT] as const;
  expect(due.filter((kind) => happened.get(kind) === 0)).toEqual([]);
}, 600_000);
