import { Command } from 'commander';
import colors from 'picocolors';
import { count, megabytes, number, seconds } from './format.ts';
import { inputMessages, sampleMessages } from './demo/messages.ts';
import type { DemoMessages } from './demo/messages.ts';
import { fileWriter, prepareOutFolder } from './out-folder.ts';
import { createProgress } from './progress.ts';
import { describeEstimate } from './demo/estimate.ts';
import { describeFindings } from './demo/report.ts';
import { runDemo } from './demo/run-demo.ts';
import type { DemoResult } from './demo/run-demo.ts';
import { runCommand, wholeNumber } from './run-command.ts';

const SAMPLE = 300;
const LARGEST_SAMPLE = 10_000;
const LARGEST_SEED = 2 ** 32 - 1;
/** 128 and the number of the signal, as shells have it. */
const INTERRUPTED = 130;

interface Options {
  readonly app?: string;
  readonly input?: readonly string[];
  readonly out?: string;
  readonly json?: true;
  readonly messages: number;
  readonly seed: number;
}

const command = new Command('npm run demo --')
  .description(
    'Starts Sluice with all that it needs on this machine (nothing is installed, nothing leaves it), sends it log messages, ' +
      'and shows what has come of every record: read back from the archive, the dead letters and the records hub.',
  )
  .option('-i, --input <path...>', 'send these files and folders in place of the sample')
  .option(
    '-o, --out <folder>',
    'leave the archive, the dead letters, the salvaged messages and the records hub there as files',
  )
  .option('--app <folder>', 'run the app that is there, as it was built and published, in place of this one')
  .option('--json', 'print one JSON object with the counts and nothing else')
  .option('-m, --messages <n>', 'size of the sample', wholeNumber(1, LARGEST_SAMPLE), SAMPLE)
  .option('-s, --seed <n>', 'another seed, another sample', wholeNumber(0, LARGEST_SEED), 1)
  .addHelpText(
    'after',
    `
Input: a .json file is the body of one message; a line of an .ndjson, .jsonl or .log file is one. The bytes go as they are.
Folders are read with all that is in them.

The exit code is 0 if nothing was lost, doubled or changed, 1 if something was or the demo failed, 2 for wrong options or input.
npm prints a line of its own to standard output before it; for the JSON alone: npm run --silent demo -- --json`,
  )
  .allowExcessArguments(false)
  .action(demo);

async function demo(options: Options): Promise<void> {
  const messages = options.input ? await inputMessages(options.input) : sampleMessages(options);
  if (options.out !== undefined) await prepareOutFolder(options.out);
  const progress = createProgress({ json: options.json === true });
  process.once('exit', () => progress.stop());
  // What has been started ends with this process.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(INTERRUPTED));

  const keep = options.out === undefined ? undefined : fileWriter(options.out);
  const result = await runDemo({
    messages,
    keep,
    estimate: options.json !== true,
    progress,
    appFolder: options.app,
  });
  if (options.json) printJson(result);
  else printReport(result, messages, options);
  if (!result.summary.complete) process.exitCode = 1;
}

function printJson({ summary, problems }: DemoResult): void {
  console.log(JSON.stringify(summary));
  for (const problem of problems) console.error(problem);
}

function printReport(result: DemoResult, { bodies, bytes }: DemoMessages, { out }: Options): void {
  const { read, summary, tookMs, capacity } = result;
  const perSecond = (n: number): number => (n / tookMs) * 1000;
  const rates = [
    `${number(perSecond(bodies.length))} messages/s`,
    `${number(perSecond(summary.records))} records/s`,
    `${megabytes(perSecond(bytes))}/s`,
  ];
  console.log(`\n${describeFindings(result, read)}\n`);
  console.log(`${count(bodies.length, 'message')} in ${seconds(tookMs)}: ${rates.join(', ')}.`);
  console.log(whereItIs(read.blobs, out));
  if (capacity) console.log(`\n${describeEstimate(capacity)}`);
}

function whereItIs([example = 'archive']: readonly string[], out: string | undefined): string {
  const blob = `One of the blobs: ${colors.cyan(example)}`;
  if (out === undefined) return `${blob}\nThey were in memory and are gone; --out <folder> keeps them.`;
  return `${blob}\nAll of it is in ${colors.cyan(out)}, in the folders archive, dead-letter, salvaged and records-hub.`;
}

await runCommand(command);
