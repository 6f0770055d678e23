import { runSeed, shrunk } from './run.ts';
import type { Outcome } from './run.ts';
import type { ScenarioName } from './scenarios.ts';
import type { Problem } from './world.ts';

/** Many seeds of a scenario. */
export interface Campaign {
  readonly scenario: ScenarioName;
  readonly firstSeed: number;
  readonly seeds: number;
}

export interface Failure {
  readonly seed: number;
  readonly problems: readonly Problem[];
  readonly outcome: Outcome;
}

export interface CampaignResult extends Campaign {
  readonly failures: readonly Failure[];
  /** How often each thing happened, over all seeds. */
  readonly happened: ReadonlyMap<string, number>;
}

export async function runCampaign(
  campaign: Campaign,
  onProgress: (done: number, failures: number) => void = () => undefined,
): Promise<CampaignResult> {
  const { scenario, firstSeed, seeds } = campaign;
  const failures: Failure[] = [];
  const happened = new Map<string, number>();
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const outcome = await runSeed(scenario, seed);
    const { problems } = outcome;
    if (problems.length > 0) failures.push({ seed, problems, outcome });
    for (const [name, n] of outcome.happened) happened.set(name, (happened.get(name) ?? 0) + n);
    onProgress(seed - firstSeed + 1, failures.length);
  }
  return { ...campaign, failures, happened };
}

/** What went wrong in the first seed that failed, as little as possible around it, and how to see all of it. */
export async function report({ scenario, failures, seeds }: CampaignResult): Promise<string> {
  const [first] = failures;
  if (!first) return '';
  const { lines, problems } = await shrunk(scenario, first.outcome);
  return [
    `${failures.length} of ${seeds} seeds of the scenario ${scenario} fail; the first is ${first.seed}:`,
    ...first.problems.slice(0, 5).map(describe),
    `npm run model -- --scenario ${scenario} --seed ${first.seed} --seeds 1 --trace`,
    'With as little as possible around it:',
    ...(problems.length > 0 ? lines : ['  (not to be had)']),
  ].join('\n');
}

export function describe({ kind, detail }: Problem): string {
  return `  ${kind}: ${detail}`;
}
