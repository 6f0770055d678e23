import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import colors from 'picocolors';
import { createProgress } from '../cli/progress.ts';
import { runCommand, wholeNumber } from '../cli/run-command.ts';
import { planOf } from './chaos/plan.ts';
import { describeFailure, describeKinds, describeResult, neverHappened } from './chaos/report.ts';
import type { Round } from './chaos/round.ts';
import { runChaos } from './chaos/run.ts';
import type { ChaosResult } from './chaos/run.ts';

interface Options {
  readonly seeds: number;
  readonly seed?: number;
  readonly first: number;
  readonly lanes: number;
  readonly json?: boolean;
}

const command = new Command('npm run chaos --')
  .description(
    'Runs the whole app, as it was built, against the embedded stack while its processes are killed, its requests fail and others take its ' +
      'partitions; then holds the archive, the dead letters, the second hub and the ledger against what was sent.',
  )
  .option('-n, --seeds <n>', 'how many rounds, each with a seed of its own', wholeNumber(1, 100_000), 20)
  .option('-f, --first <n>', 'the first seed', wholeNumber(0, 2 ** 31), 0)
  .option('-s, --seed <n>', 'only this one', wholeNumber(0, 2 ** 31))
  .option(
    '-l, --lanes <n>',
    'rounds at a time: most of one is waiting',
    wholeNumber(1, 64),
    2 * availableParallelism(),
  )
  .option('--json', 'print the result as JSON')
  .allowExcessArguments(false)
  .addHelpText(
    'after',
    `
Examples:
  npm run chaos -- --seeds 200
  npm run chaos -- --seed 17

Fails when a record is not where it has to be, and, after enough rounds, when a kind of fault has never happened.
docs/chaos.md tells what is thrown and what is held against it.`,
  )
  .action(run);

async function run({ seeds, seed, first, lanes, json = false }: Options): Promise<void> {
  const wanted = seed === undefined ? Array.from({ length: seeds }, (_, i) => first + i) : [seed];
  const progress = createProgress({ json });
  progress.begin(`Rounds of chaos: ${wanted.length}`);
  let done = 0;
  let failed = 0;
  const onRound = (round: Round): void => {
    done++;
    if (round.problems.length > 0) {
      failed++;
      progress.note(describeFailure(round));
    }
    progress.update(`${done} of ${wanted.length} rounds, ${failed} failed`);
  };
  try {
    const result = await runChaos({ plans: wanted.map(planOf), lanes, onRound });
    progress.stop();
    report(result, json);
  } finally {
    progress.stop();
  }
}

function report(result: ChaosResult, json: boolean): void {
  const never = neverHappened(result);
  if (json) {
    const happened = Object.fromEntries(result.happened);
    console.log(JSON.stringify({ ...result, happened, neverHappened: never }, null, 2));
  } else {
    console.log(describeKinds(result.happened));
    console.log(describeResult(result));
    if (never.length > 0) console.log(colors.red(`Never happened: ${never.join(', ')}.`));
  }
  if (never.length > 0 || result.rounds.some(({ problems }) => problems.length > 0)) process.exitCode = 1;
}

await runCommand(command);
