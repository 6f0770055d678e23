import { MINUTE } from '../time.ts';
import type { Flow, PerMinute } from './measures.ts';
import type { Load, Rate, Sizes } from './report.ts';

const SECONDS = 60;

export const NO_RATE: Rate = { average: 0, averageActive: 0, p95: 0, peak: 0 };

/** Per second. `from` is the start of the first minute. */
export function rateOf(series: PerMinute, from: number): Rate {
  const active = series.filter((figure) => figure > 0);
  if (active.length === 0) return NO_RATE;
  const total = totalOf(series);
  const peak = peakOf(series);
  return {
    average: total / series.length / SECONDS,
    averageActive: total / active.length / SECONDS,
    p95: percentile(series, 0.95) / SECONDS,
    peak: peak / SECONDS,
    peakAt: new Date(from + series.indexOf(peak) * MINUTE).toISOString(),
  };
}

export function totalOf(series: PerMinute): number {
  return series.reduce((sum, figure) => sum + figure, 0);
}

export function peakOf(series: PerMinute): number {
  return series.reduce((most, figure) => Math.max(most, figure), 0);
}

/** By nearest rank: the least figure that so large a share of them does not exceed. */
export function percentile(series: PerMinute, share: number): number {
  const sorted = series.toSorted();
  return sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
}

/** `largest` is 0 where it is not known. */
export function sizesOf(bytes: PerMinute, counts: PerMinute, largest: number): Sizes {
  const count = totalOf(counts);
  if (count === 0) return { mean: null, p95: null, max: null, estimates: [] };
  return {
    mean: totalOf(bytes) / count,
    p95: percentileOfMeans(bytes, counts, 0.95),
    max: largest > 0 ? largest : null,
    estimates: ['p95'],
  };
}

/** As if everything in a minute had the mean size of that minute: single sizes are not kept, so it is too low rather than too high. */
function percentileOfMeans(bytes: PerMinute, counts: PerMinute, share: number): number {
  const minutes = [...counts]
    .map((count, i) => ({ count, mean: count > 0 ? (bytes[i] ?? 0) / count : 0 }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => a.mean - b.mean);
  const wanted = share * totalOf(counts);
  let seen = 0;
  for (const { count, mean } of minutes) {
    seen += count;
    if (seen >= wanted) return mean;
  }
  return minutes.at(-1)?.mean ?? 0;
}

/** A flow, and what is known of the sizes in it. */
export interface Sized extends Flow {
  readonly recordBytes: PerMinute;
  /** In bytes, 0 where it is not known. */
  readonly largest: number;
  readonly largestRecord: number;
}

export function loadOf(flow: Sized, from: number): Load {
  const { messages, records, bytes, recordBytes } = flow;
  return {
    messages: totalOf(messages),
    records: totalOf(records),
    bytes: totalOf(bytes),
    messageRate: rateOf(messages, from),
    recordRate: rateOf(records, from),
    byteRate: rateOf(bytes, from),
    messageSizes: sizesOf(bytes, messages, flow.largest),
    recordSizes: sizesOf(recordBytes, records, flow.largestRecord),
    activeMinutes: messages.filter((figure) => figure > 0).length,
  };
}
