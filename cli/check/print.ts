import colors from 'picocolors';
import type { Failure } from '../connection-failure.ts';
import { count, printable } from '../format.ts';
import { plainTable } from '../plain-table.ts';
import type { Checked, Step } from './target.ts';

const LONGEST_CELL = 70;
const LONGEST_SENTENCE = 1_000;

export function isWell(checked: readonly Checked[]): boolean {
  return checked.every(({ steps }) => steps.every(({ ok }) => ok));
}

/** A table with a line for each thing, what was found, and then each failure with what to do about it. */
export function checksText(checked: readonly Checked[], place: string): string {
  const failed = checked.filter((one) => !isWell([one]));
  const verdict =
    failed.length === 0
      ? colors.green(`✔ all well, by the settings of ${place}`)
      : colors.red(
          `✖ ${failed.length} of ${count(checked.length, 'thing')} failed, by the settings of ${place}`,
        );
  return [
    plainTable({
      headings: ['', 'What', 'Setting', 'Tried', 'Took'],
      words: 4,
      rows: checked.map(row),
    }),
    ...noteLines(checked),
    '',
    verdict,
    ...failed.flatMap(failureLines),
  ].join('\n');
}

function row(checked: Checked): string[] {
  const { name, setting, steps } = checked;
  const mark = isWell([checked]) ? colors.green('✔') : colors.red('✖');
  const tried = steps.map((step) => (step.ok ? step.name : colors.red(step.name))).join(', ');
  const took = steps.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return [mark, printable(name, LONGEST_CELL), setting, tried, `${took} ms`];
}

function noteLines(checked: readonly Checked[]): string[] {
  const notes = checked.flatMap(({ name, steps }) =>
    steps.flatMap(({ name: step, found }) => (found === undefined ? [] : [`${name}, ${step}: ${found}`])),
  );
  return notes.length === 0
    ? []
    : ['', ...notes.map((note) => colors.dim(printable(note, LONGEST_SENTENCE)))];
}

function failureLines({ name, setting, steps }: Checked): string[] {
  return steps.flatMap(({ name: step, failure }) =>
    failure ? ['', `${colors.red(`${name}, ${step}`)} (${setting})`, ...sentences(failure)] : [],
  );
}

function sentences({ problem, remedy }: Failure): string[] {
  return [
    `  ${printable(problem, LONGEST_SENTENCE)}`,
    ...(remedy === '' ? [] : [`  ${printable(remedy, LONGEST_SENTENCE)}`]),
  ];
}

/** For machines: one object. */
export function checksJson(checked: readonly Checked[], place: string): string {
  return JSON.stringify({ ok: isWell(checked), settings: place, checks: checked.map(plain) });
}

function plain({ name, setting, steps }: Checked): { steps: readonly Step[] } & Omit<Checked, 'steps'> {
  return { name, setting, steps };
}
