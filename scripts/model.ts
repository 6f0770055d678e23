import { Command, Option } from 'commander';
import colors from 'picocolors';
import { number, seconds } from '../cli/format.ts';
import { runCommand, wholeNumber } from '../cli/run-command.ts';
import { describe, report, runCampaign } from '../test/model/campaign.ts';
import type { CampaignResult } from '../test/model/campaign.ts';
import { runSeed } from '../test/model/run.ts';
import { SCENARIOS } from '../test/model/scenarios.ts';
import type { ScenarioName } from '../test/model/scenarios.ts';

const NAMES = Object.keys(SCENARIOS) as ScenarioName[];

const command = new Command('npm run model --')
  .description(
    'Drives the pipeline over simulated hubs, storage and processes, in an order and with faults that a seed decides, and checks that ' +
      'nothing is lost, doubled, changed or counted wrongly. docs/testing.md says what that promises and what not.',
  )
  .addOption(new Option('-c, --scenario <name>', 'one alone').choices(NAMES))
  .option('-n, --seeds <n>', 'how many, of each scenario', wholeNumber(1, 100_000_000), 1_000)
  .option('-s, --seed <n>', 'the first', wholeNumber(0, 2 ** 31), 1)
  .option('-t, --trace', 'print all that happens with the first seed, instead')
  .allowExcessArguments(false)
  .addHelpText(
    'after',
    `
Examples:
  npm run model -- --seeds 100000                           a night's work
  npm run model -- --scenario deployment --seed 17 --seeds 1
  npm run model -- --scenario deployment --seed 17 --trace  what happens, request by request`,
  )
  .action(run);

interface Options {
  readonly scenario?: ScenarioName;
  readonly seeds: number;
  readonly seed: number;
  readonly trace?: true;
}

async function run({ scenario, seeds, seed, trace }: Options): Promise<void> {
  const scenarios = scenario === undefined ? NAMES : [scenario];
  for (const name of scenarios) await (trace ? printTrace(name, seed) : runScenario(name, seed, seeds));
}

async function printTrace(scenario: ScenarioName, seed: number): Promise<void> {
  const { lines, problems } = await runSeed(scenario, seed, true);
  console.log([`${scenario}, seed ${seed}`, ...lines, ...problems.map(describe)].join('\n'));
  if (problems.length > 0) process.exitCode = 1;
}

async function runScenario(scenario: ScenarioName, firstSeed: number, seeds: number): Promise<void> {
  const begin = performance.now();
  const result = await runCampaign({ scenario, firstSeed, seeds }, (done, failures) => {
    if (done % 1_000 === 0) console.error(`${scenario}: ${number(done)} seeds, ${number(failures)} failures`);
  });
  console.log(summary(result, performance.now() - begin));
  if (result.failures.length === 0) return;
  process.exitCode = 1;
  console.log(await report(result));
}

function summary({ scenario, seeds, failures, happened }: CampaignResult, ms: number): string {
  const verdict =
    failures.length === 0 ? colors.green('holds') : colors.red(`${number(failures.length)} fail`);
  const counts = [...happened].map(([name, n]) => `${name} ${number(n)}`).join(', ');
  return `${scenario}: ${number(seeds)} seeds in ${seconds(ms)}: ${verdict}. Happened: ${counts}`;
}

await runCommand(command);
