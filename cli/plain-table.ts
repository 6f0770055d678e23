import Table from 'cli-table3';
import colors from 'picocolors';

/** A rule above and below the lines, and nothing else between the figures. */
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

export interface PlainTable {
  readonly headings: readonly string[];
  /** So many columns hold words, the rest figures. */
  readonly words: number;
  /** Whether the last column holds words too. */
  readonly notes?: boolean;
  readonly rows: readonly (readonly string[])[];
  readonly total?: readonly string[];
}

export function plainTable({ headings, words, notes = false, rows, total }: PlainTable): string {
  const table = new Table({
    chars: LINES,
    head: headings.map((heading) => colors.bold(heading)),
    colAligns: headings.map((_, i) => (i < words || (notes && i === headings.length - 1) ? 'left' : 'right')),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) table.push([...row]);
  if (total) table.push(total.map((cell) => colors.bold(cell)));
  return table.toString();
}
