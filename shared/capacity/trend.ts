import { DAYS_PER_MONTH } from './limits.ts';
import type { TrendLine } from './report.ts';

/** Fewer points say nothing of a slope. */
export const LEAST_DAYS = 4;

/** From so many days on, only equal days of the week are compared: growth from a Sunday to a Monday is none. */
const DAYS_FOR_WEEKS = 15;
const WEEK = 7;

/** Of a normal distribution: 90% lie within so many standard deviations. */
const Z_90 = 1.645;

export interface Line extends TrendLine {
  /** Value on day `x` (0 is the first), with a slope between the band's. */
  at(x: number, slope?: number): number;
  /** The day on which it reaches a value; undefined where it never does. */
  reaches(value: number, slope?: number): number | undefined;
}

/**
 * A straight line through daily figures, a day apart, by Theil and Sen: the slope is the median of those of all pairs of days, so that a
 * burst on one of them does not bend it. The band is Sen's, at 90%. Undefined with fewer than four days.
 * (P. K. Sen, 1968; with the days of the week apart: Hirsch and Slack, 1984.)
 */
export function trendOf(figures: readonly number[]): Line | undefined {
  if (figures.length < LEAST_DAYS) return undefined;
  const step = figures.length >= DAYS_FOR_WEEKS ? WEEK : 1;
  const slopes = slopesOf(figures, step).toSorted((a, b) => a - b);
  const slope = median(slopes);
  const half = (Z_90 * Math.sqrt(varianceOf(figures.length, step))) / 2;
  const rank = (at: number): number => slopes[Math.min(slopes.length - 1, Math.max(0, at))] ?? slope;
  const band = [
    rank(Math.floor(slopes.length / 2 - half) - 1),
    rank(Math.ceil(slopes.length / 2 + half)),
  ] as const;
  // Lines of another slope turn about the middle of the days, where they are known best.
  const middle = (figures.length - 1) / 2;
  const level = median(figures.map((figure, x) => figure - slope * (x - middle)));
  const at = (x: number, by = slope): number => level + by * (x - middle);
  const to = at(figures.length - 1);

  function reaches(value: number, by = slope): number | undefined {
    if (at(figures.length - 1, by) >= value) return figures.length - 1;
    return by > 0 ? middle + (value - level) / by : undefined;
  }

  const perMonth = to > 0 ? (slope * DAYS_PER_MONTH) / to : 0;
  return { from: at(0), to, perDay: slope, perDayBand: band, perMonth, at, reaches };
}

/** Of all pairs that are a multiple of `step` days apart. */
function slopesOf(figures: readonly number[], step: number): number[] {
  return figures.flatMap((later, j) =>
    figures
      .slice(0, j)
      .map((earlier, i) => ({ slope: (later - earlier) / (j - i), apart: j - i }))
      .filter(({ apart }) => apart % step === 0)
      .map(({ slope }) => slope),
  );
}

/** Of Kendall's score, which counts the pairs that rise; seasons add up. */
function varianceOf(days: number, step: number): number {
  const seasons = Array.from({ length: step }, (_, season) => Math.ceil((days - season) / step));
  return seasons.reduce((sum, n) => sum + (n * (n - 1) * (2 * n + 5)) / 18, 0);
}

export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length % 2 === 1) return sorted[Math.floor(middle)] ?? 0;
  return ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
