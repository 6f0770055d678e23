import type { Sized } from './rates.ts';
import { sumOf } from './measures.ts';
import type { CategoryMeasure, Measures, PerMinute } from './measures.ts';
import { peakOf, totalOf } from './rates.ts';
import type { Series } from './report.ts';

const MOST_POINTS = 360;
const CATEGORIES_SHOWN = 8;
const SECONDS = 60;

/** What a chart shows: few enough points for a screen, and few enough lines for an eye. */
export function seriesOf(total: Sized, { from, minutes, categories }: Measures): Series {
  const stepMinutes = Math.max(1, Math.ceil(minutes / MOST_POINTS));
  const points = (series: PerMinute, of: (part: PerMinute) => number): number[] =>
    Array.from({ length: Math.ceil(minutes / stepMinutes) }, (_, i) =>
      rounded(of(series.subarray(i * stepMinutes, (i + 1) * stepMinutes)) / SECONDS),
    );
  const means = (series: PerMinute): number[] => points(series, (part) => totalOf(part) / part.length);
  const bytes = means(total.bytes);
  return {
    from: new Date(from).toISOString(),
    stepMinutes,
    points: bytes.length,
    messages: means(total.messages),
    records: means(total.records),
    bytes,
    peakBytes: points(total.bytes, peakOf),
    categories: shownOf(categories, minutes).map((shown) => ({ key: shown.key, bytes: means(shown.bytes) })),
  };
}

/** The largest, and the others as one. */
function shownOf(categories: Measures['categories'], minutes: number) {
  const bySize = largestFirst(categories);
  const others = bySize.slice(CATEGORIES_SHOWN).map(({ bytes }) => bytes);
  const shown = bySize.slice(0, CATEGORIES_SHOWN).map(({ key, bytes }) => ({ key, bytes }));
  return others.length === 0 ? shown : [...shown, { key: 'other', bytes: sumOf(others, minutes) }];
}

export function largestFirst(categories: Measures['categories']): CategoryMeasure[] {
  return [...categories.values()].toSorted((a, b) => b.sums.bytes - a.sums.bytes || (a.key < b.key ? -1 : 1));
}

/** To three decimals: a report is written often, and read by people. */
function rounded(figure: number): number {
  return Math.round(figure * 1_000) / 1_000;
}
