import Table from 'cli-table3';
import colors from 'picocolors';
import type { Counts, Summary } from '../summary.ts';
import { count, number, printable } from '../format.ts';

const HEADINGS = ['Category', 'Records', 'Archived', 'Dead\nletters', 'Invalid', 'Passed\non'];
const LONGEST_CATEGORY = 40;

/** A rule above and below the categories, and nothing else between the figures. */
const NO_LINES = Object.fromEntries(
  ['', '-mid', '-left', '-right'].flatMap((place) => [
    [`top${place}`, ''],
    [`bottom${place}`, ''],
  ]),
);
const LINES = {
  ...NO_LINES,
  left: '',
  right: '',
  middle: '  ',
  mid: '─',
  'mid-mid': '──',
  'left-mid': '',
  'right-mid': '',
};

/** A line a category, and one for all of them. */
export function categoryTable(summary: Summary): string {
  const table = new Table({
    chars: LINES,
    head: HEADINGS.map((heading) => colors.bold(heading)),
    colAligns: ['left', ...HEADINGS.slice(1).map(() => 'right' as const)],
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
  });
  for (const [key, counts] of Object.entries(summary.categories)) {
    table.push([printable(key, LONGEST_CATEGORY), ...cells(counts)]);
  }
  const total = [`All, from ${count(summary.messages, 'message')}`, ...cells(summary)];
  table.push(total.map((cell) => colors.bold(cell)));
  return table.toString();
}

function cells({ records, archived, deadLettered, invalid, passedOn }: Counts): string[] {
  return [number(records), number(archived), notable(deadLettered), notable(invalid), number(passedOn)];
}

/** Should catch the eye where it is not 0. */
function notable(n: number): string {
  return n === 0 ? colors.dim('0') : colors.yellow(number(n));
}
