import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { measure, ratiosTo, ratioTo } from './interleave.ts';
import type { Timing } from './interleave.ts';
import { TELLS_PEAK } from './peak.ts';
import { contentsOf, INVALID_STAGES, STAGE_NAMES, stagesOf } from './stages.ts';
import type { StageName } from './stages.ts';

export interface Speed {
  readonly records: number;
  /** Of all messages. */
  readonly bytes: number;
  /** What is no valid record: the figures are about others. */
  readonly others: number;
  readonly timings: Record<StageName, Timing>;
  /** Times as multiples of that of `JSON.parse`. */
  readonly ratios: Record<StageName, number>;
  /** By stage, how many times as long it takes where 1% of the records are invalid. */
  readonly invalid: Readonly<Record<string, number>>;
}

const PEAK_RUN = fileURLToPath(new URL('peak-run.ts', import.meta.url));

/** Passes before the clock counts: the yardstick is compiled already, and it takes some hundred batches until all else is. */
const WARMUPS = 10;

export async function measureSpeed(bodies: readonly Buffer[], rounds: number): Promise<Speed> {
  const { records, others } = contentsOf(bodies);
  const timings = await measure(stagesOf(bodies), { rounds, warmups: WARMUPS });
  const bytes = bodies.reduce((sum, body) => sum + body.length, 0);
  const invalid = Object.fromEntries(
    INVALID_STAGES.map(([stage, valid]) => [valid, ratioTo(timings[stage], timings[valid])]),
  );
  return { records, bytes, others, timings, ratios: ratiosTo(timings, 'jsonParse'), invalid };
}

/** @param corpus what `peak-run.ts` knows the messages by */
export function speedTable({ records, bytes, timings, ratios, invalid }: Speed, corpus: string): string {
  const table = new Table({
    head: ['stage', 'ms', 'fastest-slowest', 'records/s', 'MB/s', 'peak above, MB', 'ratio to JSON.parse'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
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
      TELLS_PEAK ? (peakOf(corpus, name) / 1e6).toFixed(0) : '-',
      ratios[name].toFixed(2),
    ]);
  }
  const slower = Object.entries(invalid).map(([stage, ratio]) => `${stage} ${percent(ratio)}`);
  return `${table.toString()}\n1% of the records invalid: ${slower.join(', ')}`;
}

/** How much more than 1 a ratio is. */
function percent(ratio: number): string {
  return (ratio - 1).toLocaleString('en', { style: 'percent', signDisplay: 'always' });
}

export function toJson({ records, timings, ratios, invalid }: Speed): object {
  const stages: Record<string, { ms: number; ratio: number }> = {};
  for (const name of STAGE_NAMES) {
    if (name !== 'jsonParse') stages[name] = { ms: round(timings[name].ms), ratio: round(ratios[name]) };
  }
  const slower = Object.fromEntries(Object.entries(invalid).map(([stage, ratio]) => [stage, round(ratio)]));
  return { records, jsonParseMs: round(timings.jsonParse.ms), stages, invalid: slower };
}

/** Bytes that a pass takes at the most, beyond what its process held before it. */
function peakOf(corpus: string, stage: StageName): number {
  const args = ['--expose-gc', PEAK_RUN, corpus, stage];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
