import colors from 'picocolors';
import { printable } from '../format.ts';
import type { Rows } from '../query/rows.ts';
import { toText } from '../query/values.ts';

const LONGEST = { category: 44, what: 100, who: 60 };

/** What `queries/sign-in.sql` has found, a line each below the day that it was on: for a person. */
export async function* timeline({ columns, packs }: Rows): AsyncGenerator<string> {
  let day = '';
  for await (const pack of packs)
    for (const row of pack) {
      const cell = (name: string): string => {
        const at = columns.findIndex((column) => column.name === name);
        const type = columns[at]?.type;
        return type ? toText(row[at] ?? null, type) : '';
      };
      const [date = '', time = ''] = cell('time').split('T');
      if (date !== day) yield `${day === '' ? '' : '\n'}${colors.bold(`${date} UTC`)}\n`;
      day = date;
      yield `${entry(time, cell)}\n`;
    }
}

function entry(time: string, cell: (name: string) => string): string {
  const isSignIn = cell('why') === 'sign-in';
  const clock = time.slice(0, '10:11:12.123'.length).replace('Z', '').padEnd('10:11:12.123'.length);
  const what = [cell('what'), cell('result')].filter((text) => text !== '').join(': ');
  const whose = ['user', 'device', 'ip'].map(cell).filter((text) => text !== '');
  const head = `${clock}  ${isSignIn ? '●' : ' '} ${printable(cell('category'), LONGEST.category)}`;
  const line = printable(what, LONGEST.what);
  const where = whose.map((text) => printable(text, LONGEST.who)).join(' · ');
  const why = isSignIn ? '' : `  (by ${cell('why')})`;
  return `${colors.dim(head.slice(0, clock.length))}${head.slice(clock.length)}  ${isSignIn ? colors.bold(line) : line}\n${' '.repeat(clock.length + 4)}${colors.dim(`${where}${why}`)}`;
}
