import { expect, test } from 'vitest';
import { report, runCampaign } from './campaign.ts';
import { runSeed } from './run.ts';
import { SCENARIOS } from './scenarios.ts';
import type { ScenarioName } from './scenarios.ts';

/** `npm run model` runs as many as one likes. */
const SEEDS: Readonly<Record<ScenarioName, number>> = {
  base: 300,
  deployment: 300,
  rivals: 200,
  recreation: 200,
  'surviving-checkpoint': 100,
  'let-go': 150,
  'clock-steps': 200,
  retention: 200,
  'foreign-etags': 150,
  vanishing: 150,
  'records-hub-down': 350,
  minutes: 40,
  combined: 300,
};

const FAULTS = [
  'never arrives',
  'answer lost',
  'delayed',
  'sent twice',
  'answer late',
  'arrived late',
  'stall',
];

/** All that can happen in a scenario: seen in every twentieth seed at the least, or the test would be passed by doing nothing. */
function happeningsOf(scenario: ScenarioName): string[] {
  const { crashes, events } = SCENARIOS[scenario];
  return [...FAULTS, ...(crashes > 0 ? ['crash'] : []), ...Object.keys(events)];
}

test.each(Object.entries(SEEDS) as [ScenarioName, number][])(
  'nothing is lost or doubled, and the ledger is right: %s, %i seeds',
  async (scenario, seeds) => {
    const result = await runCampaign({ scenario, firstSeed: 1, seeds });

    expect(await report(result)).toBe('');
    const seldom = happeningsOf(scenario).filter((name) => (result.happened.get(name) ?? 0) < seeds / 20);
    expect(seldom).toEqual([]);
  },
  120_000,
);

test('a seed gives the same run again', async () => {
  const [one, other] = [await runSeed('combined', 3, true), await runSeed('combined', 3, true)];

  expect(one.lines.length).toBeGreaterThan(100);
  expect(other.lines).toEqual(one.lines);
});
