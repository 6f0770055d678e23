import { median } from '../shared/capacity/trend.ts';

/** What is measured: the same work at every call. */
export type Stage = () => void | Promise<void>;

export interface MeasureOptions {
  /** Measured passes of each stage. */
  readonly rounds: number;
  /** Passes of each stage before the clock counts. */
  readonly warmups: number;
  /** In milliseconds; `performance.now` unless a test says otherwise. */
  readonly now?: () => number;
  /** Runs before every measured pass; by default the garbage collector, if `--expose-gc` shows it. */
  readonly settle?: () => void;
}

export interface Timing {
  /** The median of the passes. */
  readonly ms: number;
  /** The fastest and the slowest pass: when they lie far apart, measure again on a quieter machine. */
  readonly spread: { readonly least: number; readonly most: number };
  /** Round by round. */
  readonly passes: readonly number[];
}

/**
 * Measures stages against each other in one process: a pass of each, round after round, so that what disturbs the
 * machine disturbs all of them alike. Every round begins with another stage, so that none has the same place always.
 */
export async function measure<Name extends string>(
  stages: Readonly<Record<Name, Stage>>,
  options: MeasureOptions,
): Promise<Record<Name, Timing>> {
  const { rounds, warmups, now = () => performance.now(), settle = () => globalThis.gc?.() } = options;
  if (rounds < 1) throw new RangeError('There must be one round at least.');
  const lanes = namesOf(stages).map((name) => ({ name, run: stages[name], passes: [] as number[] }));
  for (let round = -warmups; round < rounds; round++) {
    for (const { run, passes } of rotated(lanes, round + warmups)) {
      settle();
      const began = now();
      await run();
      if (round >= 0) passes.push(now() - began);
    }
  }
  return toRecord(lanes.map(({ name, passes }) => [name, summarize(passes)]));
}

/** Times as multiples of the yardstick's: the medians of those of each round. Its own is 1. */
export function ratiosTo<Name extends string>(
  timings: Readonly<Record<Name, Timing>>,
  yardstick: NoInfer<Name>,
): Record<Name, number> {
  return toRecord(namesOf(timings).map((name) => [name, ratioTo(timings[name], timings[yardstick])]));
}

export function ratioTo(timing: Timing, yardstick: Timing): number {
  return median(ratiosByRound(timing.passes, yardstick.passes));
}

/** What was measured as multiples of what was measured beside it, round by round: whatever slows down one of two neighbours slows down both. */
export function ratiosByRound(figures: readonly number[], yardsticks: readonly number[]): number[] {
  return figures.map((figure, round) => figure / (yardsticks[round] ?? Number.NaN));
}

function rotated<T>(items: readonly T[], by: number): T[] {
  const first = by % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}

function summarize(passes: readonly number[]): Timing {
  return { ms: median(passes), spread: { least: Math.min(...passes), most: Math.max(...passes) }, passes };
}

/** `Object.keys` and `Object.fromEntries` forget the names; these two are where they are kept. */
function namesOf<Name extends string>(record: Readonly<Record<Name, unknown>>): Name[] {
  return Object.keys(record) as Name[];
}

function toRecord<Name extends string, T>(entries: readonly (readonly [Name, T])[]): Record<Name, T> {
  return Object.fromEntries(entries) as Record<Name, T>;
}
