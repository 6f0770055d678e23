import path from 'node:path';
import Table from 'cli-table3';
import { Command, InvalidArgumentError } from 'commander';
import { coldTable, measureColdStarts } from './cold.ts';
import { compareTable, compareWith } from './compare.ts';
import { corpusA, corpusB, corpusFromFile } from './corpora.ts';
import { measure, ratiosTo } from './interleave.ts';
import type { Timing } from './interleave.ts';
import { measureMemory, memoryTable } from './memory.ts';
import { measureStarts, startTable } from './start.ts';
import { STAGE_NAMES, stagesOf, contentsOf } from './stages.ts';
import type { StageName } from './stages.ts';

interface Options {
  readonly corpus?: string;
  readonly json?: true;
  readonly memory?: true;
  readonly start?: true;
  readonly cold?: true;
  readonly compare?: string;
  readonly runs: number;
  readonly rounds: number;
}

interface Figures {
  readonly records: number;
  readonly bytes: number;
  readonly timings: Record<StageName, Timing>;
  readonly ratios: Record<StageName, number>;
}

const WARMUPS = 3;

const options = new Command('bench')
  .description(
    'Measures the stages of the pipeline, sinks in memory, against JSON.parse of the same messages.',
  )
  .option('--corpus <file>', 'messages from a file, one a line, instead of the two corpora')
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
  .option('--compare <revision>', 'the same stages of another git revision, in turn with these')
  .option('--runs <n>', 'with --compare: runs of each', wholeNumber, 5)
  .option('--rounds <n>', 'measured passes of each stage', wholeNumber, 11)
  .parse()
  .opts<Options>();

if (options.memory) {
  if (process.platform !== 'linux') throw new Error('Only Linux tells the peak of a stretch of time.');
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

if (options.compare !== undefined) {
  const compared = compareWith(options.compare, options.runs, [
    '--rounds',
    String(options.rounds),
    ...(options.corpus === undefined ? [] : ['--corpus', path.resolve(options.corpus)]),
  ]);
  console.log(options.json ? JSON.stringify(compared) : compareTable(options.compare, compared));
  process.exit();
}

const corpora: Record<string, () => Buffer[]> =
  options.corpus === undefined
    ? { A: corpusA, B: corpusB }
    : { corpus: () => corpusFromFile(options.corpus ?? '') };

const results: Record<string, object> = {};
for (const [name, load] of Object.entries(corpora)) {
  const bodies = load();
  if (!options.json) console.log(describe(name, bodies));
  const figures = await run(bodies);
  results[name] = toJson(figures);
  if (!options.json) console.log(`${toTable(figures)}\n`);
}
if (options.json) console.log(JSON.stringify(results));

async function run(bodies: readonly Buffer[]): Promise<Figures> {
  const { records, others } = contentsOf(bodies);
  if (others > 0)
    console.error(`${others} of what the corpus holds are no valid records; they slow the stages down.`);
  const timings = await measure(stagesOf(bodies), { rounds: options.rounds, warmups: WARMUPS });
  return { records, bytes: bytesIn(bodies), timings, ratios: ratiosTo(timings, 'jsonParse') };
}

function describe(name: string, bodies: readonly Buffer[]): string {
  const megabytes = (bytesIn(bodies) / 1e6).toFixed(1);
  return `${name}: ${bodies.length} messages, ${megabytes} MB; medians of ${options.rounds} interleaved passes`;
}

function toTable({ records, bytes, timings, ratios }: Figures): string {
  const table = new Table({
    head: ['stage', 'ms', 'fastest-slowest', 'records/s', 'MB/s', 'ratio to JSON.parse'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const name of STAGE_NAMES) {
    const { ms, spread } = timings[name];
    const perSecond = 1_000 / ms;
    table.push([
      name,
      ms.toFixed(1),
      `${spread.least.toFixed(0)}-${spread.most.toFixed(0)}`,
      Math.round(records * perSecond).toLocaleString('en'),
      ((bytes / 1e6) * perSecond).toFixed(0),
      ratios[name].toFixed(2),
    ]);
  }
  return table.toString();
}

function toJson({ records, timings, ratios }: Figures): object {
  const stages: Record<string, { ms: number; ratio: number }> = {};
  for (const name of STAGE_NAMES) {
    if (name !== 'jsonParse') stages[name] = { ms: round(timings[name].ms), ratio: round(ratios[name]) };
  }
  return { records, jsonParseMs: round(timings.jsonParse.ms), stages };
}

function bytesIn(bodies: readonly Buffer[]): number {
  return bodies.reduce((sum, body) => sum + body.length, 0);
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('Expected a whole number from 1.');
  return value;
}
