import colors from 'picocolors';
import { sum } from '../summary.ts';
import type { Counts, Summary } from '../summary.ts';
import { count, number, printable } from '../format.ts';
import { plainTable } from '../plain-table.ts';

const HEADINGS = ['Category', 'Records', 'Archived', 'Dead\nletters', 'Invalid', 'Passed\non'];
const LONGEST_CATEGORY = 40;

/** Of more categories than these, only the largest of each source have a line of their own. */
const MOST_LINES = 40;
const LINES_OF_A_SOURCE = 6;

/** A line a category, but where they are too many, and one for all of them. */
export function categoryTable(summary: Summary): string {
  const lines = linesOf(Object.entries(summary.categories));
  return plainTable({
    headings: HEADINGS,
    words: 1,
    rows: lines.map(([name, counts]) => [printable(name, LONGEST_CATEGORY), ...cells(counts)]),
    total: [`All, from ${count(summary.messages, 'message')}`, ...cells(summary)],
  });
}

type Line = readonly [name: string, Readonly<Counts>];

function linesOf(categories: readonly Line[]): readonly Line[] {
  if (categories.length <= MOST_LINES) return categories;
  const bySource = Map.groupBy(categories, ([key]) => key.split('/')[0] ?? '');
  return [...bySource].flatMap(([source, lines]) => largestAndOthers(source, lines));
}

function largestAndOthers(source: string, lines: readonly Line[]): readonly Line[] {
  const bySize = lines.toSorted(([, a], [, b]) => b.records - a.records);
  const largest = new Set(bySize.slice(0, LINES_OF_A_SOURCE));
  const others = bySize.slice(LINES_OF_A_SOURCE).map(([, counts]) => counts);
  const shown = lines.filter((line) => largest.has(line));
  return others.length === 0 ? shown : [...shown, [`${source}, ${others.length} more`, sum(others)]];
}

function cells({ records, archived, deadLettered, invalid, passedOn }: Counts): string[] {
  return [number(records), number(archived), notable(deadLettered), notable(invalid), number(passedOn)];
}

/** Should catch the eye where it is not 0. */
function notable(n: number): string {
  return n === 0 ? colors.dim('0') : colors.yellow(number(n));
}
