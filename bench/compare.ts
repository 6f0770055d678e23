import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { median } from '../shared/capacity/trend.ts';
import { ratiosByRound } from './interleave.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What `bench --json` prints, as far as it is looked at: by corpus. */
export type BenchOutput = Record<string, { readonly stages: Record<string, { readonly ratio: number }> }>;

export interface Compared {
  readonly corpus: string;
  readonly stage: string;
  /** Times as multiples of `JSON.parse` in the same process: medians of the runs. */
  readonly here: number;
  readonly there: number;
  /** `here / there`, run by run: below 1 is faster than the other revision. */
  readonly ratio: { readonly median: number; readonly least: number; readonly most: number };
}

/**
 * Runs the bench of this tree and of another git revision in turn, each time in a process of its own. The other one is checked out beside
 * the build's other leavings, and stays there for the next time. Throws where there is no such revision.
 */
export function compareWith(revision: string, runs: number, args: readonly string[]): Compared[] {
  const folder = checkOut(revision);
  const pairs = Array.from({ length: runs }, (_, i) => {
    // Whoever is first has the cooler machine: they take turns at that, too.
    const first = benchIn(i % 2 === 0 ? ROOT : folder, args);
    const second = benchIn(i % 2 === 0 ? folder : ROOT, args);
    return i % 2 === 0 ? { here: first, there: second } : { here: second, there: first };
  });
  return compare(pairs);
}

export function compare(pairs: readonly { here: BenchOutput; there: BenchOutput }[]): Compared[] {
  const [sample] = pairs;
  return Object.entries(sample?.here ?? {}).flatMap(([corpus, { stages }]) =>
    Object.keys(stages).flatMap((stage) => {
      const ratioIn = (output: BenchOutput) => output[corpus]?.stages[stage]?.ratio ?? Number.NaN;
      const here = pairs.map((pair) => ratioIn(pair.here));
      const there = pairs.map((pair) => ratioIn(pair.there));
      const ratios = ratiosByRound(here, there);
      // A stage that the other revision does not have cannot be compared.
      if (ratios.some(Number.isNaN)) return [];
      const ratio = { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
      return [{ corpus, stage, here: median(here), there: median(there), ratio }];
    }),
  );
}

export function compareTable(revision: string, compared: readonly Compared[]): string {
  const table = new Table({
    head: ['corpus', 'stage', 'here', revision, 'here / there', 'least-most'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const { corpus, stage, here, there, ratio } of compared)
    table.push([
      corpus,
      stage,
      ...[here, there, ratio.median].map((n) => n.toFixed(2)),
      `${ratio.least.toFixed(2)}-${ratio.most.toFixed(2)}`,
    ]);
  return table.toString();
}

function checkOut(revision: string): string {
  const commit = git('rev-parse', '--verify', `${revision}^{commit}`);
  const folder = path.join(ROOT, '.sluice', 'compare', commit);
  if (!existsSync(folder)) git('worktree', 'add', '--detach', folder, commit);
  if (!existsSync(path.join(folder, 'node_modules'))) install(folder);
  run(folder, 'scripts/build.ts');
  return folder;
}

/** The same packages need not be fetched again. */
function install(folder: string): void {
  if (lockIn(folder) === lockIn(ROOT))
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
  else execFileSync('npm', ['ci'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], shell: true });
}

function lockIn(folder: string): string {
  return readFileSync(path.join(folder, 'package-lock.json'), 'utf8');
}

function benchIn(folder: string, args: readonly string[]): BenchOutput {
  return JSON.parse(run(folder, 'bench/bench.ts', '--json', ...args)) as BenchOutput;
}

function run(folder: string, script: string, ...args: string[]): string {
  return execFileSync(process.execPath, [script, ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

function git(...args: string[]): string {
  return execFileSync('git', args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();
}
