import Table from 'cli-table3';
import colors from 'picocolors';

/** A rule above and below the rows, and nothing else between the cells. */
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

export function plainTable(
  headings: readonly string[],
  aligns: readonly ('left' | 'right')[],
): InstanceType<typeof Table> {
  return new Table({
    chars: LINES,
    head: headings.map((heading) => colors.bold(heading)),
    colAligns: [...aligns],
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
  });
}
