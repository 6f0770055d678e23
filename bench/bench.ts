import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { coldTable, measureColdStarts } from './cold.ts';
import { compareTable, compareWith } from './compare.ts';
import { CORPORA, corpusOf } from './corpora.ts';
import { measureMemory, memoryTable } from './memory.ts';
import { TELLS_PEAK } from './peak.ts';
import { saveResults } from './results.ts';
import { measureSpeed, speedTable, toJson } from './speed.ts';
import { measureStarts, startTable } from './start.ts';

interface Options {
  readonly corpus?: string;
  readonly json?: true;
  readonly memory?: true;
  readonly start?: true;
  readonly cold?: true;
  readonly hours?: number;
  readonly compare?: string;
  readonly runs: number;
  readonly save?: true;
  readonly rounds: number;
}

const HOURS_RUN = fileURLToPath(new URL('hours-run.ts', import.meta.url));

const options = new Command('bench')
  .description(
    'Measures the stages of the pipeline, sinks in memory, against JSON.parse of the same messages.',
  )
  .option('--corpus <file>', 'messages from a file, one a line, instead of the corpora', (file: string) =>
    path.resolve(file),
  )
  .option('--json', 'figures only, as one JSON object')
  .option('--memory', 'what a large batch takes at the most, instead of times (on Linux)')
  .option(
    '--start',
    'what one file for all code is worth: how long loading takes, and what it leaves in memory, instead',
  )
  .option(
    '--cold',
    'how long a cold start takes, to functions registered and to the first batch, beside an empty app, instead',
  )
  .option('--hours <n>', 'what the pipeline keeps over hours of a steady stream, instead', wholeNumber)
  .option('--compare <revision>', 'the same stages of another git revision, in turn with these')
  .option('--runs <n>', 'with --compare: runs of each', wholeNumber, 5)
  .option('--save', 'leaves the figures in bench/results/, with the machine and the commit')
  .option('--rounds <n>', 'measured passes of each stage', wholeNumber, 11)
  .parse()
  .opts<Options>();

if (options.memory) {
  if (!TELLS_PEAK) throw new Error('Only Linux tells the peak of a stretch of time.');
  console.log(options.json ? JSON.stringify(measureMemory()) : memoryTable());
  process.exit();
}

if (options.start) {
  console.log(options.json ? JSON.stringify(measureStarts(options.rounds)) : startTable(options.rounds));
  process.exit();
}

if (options.cold) {
  const measured = await measureColdStarts(options.rounds);
  console.log(options.json ? JSON.stringify(measured) : coldTable(measured));
  process.exit();
}

if (options.hours !== undefined) {
  execFileSync(process.execPath, ['--expose-gc', HOURS_RUN, String(options.hours)], { stdio: 'inherit' });
  process.exit();
}

if (options.compare !== undefined) {
  const compared = compareWith(options.compare, options.runs, [
    '--rounds',
    String(options.rounds),
    ...(options.corpus === undefined ? [] : ['--corpus', options.corpus]),
  ]);
  console.log(options.json ? JSON.stringify(compared) : compareTable(options.compare, compared));
  process.exit();
}

/** By the name that the figures stand under. */
const corpora: Record<string, string> =
  options.corpus === undefined
    ? Object.fromEntries(Object.keys(CORPORA).map((name) => [name, name]))
    : { corpus: options.corpus };

const results: Record<string, object> = {};
for (const [name, corpus] of Object.entries(corpora)) {
  const bodies = corpusOf(corpus);
  if (!options.json) console.log(describe(name, bodies));
  const speed = await measureSpeed(bodies, options.rounds);
  if (speed.others > 0)
    console.error(
      `${speed.others} of what the corpus holds are no valid records; they slow the stages down.`,
    );
  results[name] = toJson(speed);
  if (!options.json) console.log(`${speedTable(speed, corpus)}\n`);
}
if (options.json) console.log(JSON.stringify(results));
if (options.save) console.error(`Saved as ${saveResults(results)}`);

function describe(name: string, bodies: readonly Buffer[]): string {
  const megabytes = (bodies.reduce((sum, body) => sum + body.length, 0) / 1e6).toFixed(1);
  return `${name}: ${bodies.length} messages, ${megabytes} MB; medians of ${options.rounds} interleaved passes`;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('Expected a whole number from 1.');
  return value;
}
