import Table from 'cli-table3';
import colors from 'picocolors';
import { count, printable, seconds } from '../../cli/format.ts';
import { KILL_POINTS, MISHAPS, RIVALRIES, CHANGES } from './kinds.ts';
import type { FaultKind } from './kinds.ts';
import type { Round } from './round.ts';
import type { ChaosResult } from './run.ts';

const MOST_PROBLEMS = 20;
const LONGEST = 400;

/** What is wrong with a round, what was done to it, and how to play it again. */
export function describeFailure({ seed, problems, happenings }: Round): string {
  const rest = problems.length - MOST_PROBLEMS;
  return [
    colors.red(`Seed ${seed}: ${count(problems.length, 'problem')}`),
    ...problems.slice(0, MOST_PROBLEMS).map((problem) => `  ${printableLines(problem)}`),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
    '  What had been done, by the milliseconds:',
    ...happenings.map(
      ({ at, kind, detail }) => `  ${String(at).padStart(7)}  ${kind} (${printable(detail, LONGEST)})`,
    ),
    `  Again: npm run chaos -- --seed ${seed}`,
  ].join('\n');
}

/** A host's last words have many. */
function printableLines(text: string): string {
  return text
    .split('\n')
    .map((line) => printable(line, LONGEST))
    .join('\n    ');
}

const MEANINGS: Readonly<Partial<Record<FaultKind, string>>> = { ...RIVALRIES, ...MISHAPS, ...CHANGES };

/** How often each kind of fault has happened. */
export function describeKinds(happened: ChaosResult['happened']): string {
  const table = new Table({
    head: ['Fault', 'Times', 'What it is'],
    colAligns: ['left', 'right', 'left'],
    style: { head: [], border: [] },
  });
  for (const [kind, times] of happened) {
    const meaning = MEANINGS[kind] ?? (KILL_POINTS.some((point) => point === kind) ? 'SIGKILL' : '');
    table.push([kind, times === 0 ? colors.red('0') : String(times), meaning]);
  }
  return table.toString();
}

/** Kinds that have never happened, which so many rounds cannot be without. */
export function neverHappened({ rounds, happened }: ChaosResult): FaultKind[] {
  if (rounds.length < ENOUGH_ROUNDS) return [];
  return [...happened].filter(([, times]) => times === 0).map(([kind]) => kind);
}

/** Each kind is due in one of eight rounds at the latest; that it does not come about every time needs some more. */
export const ENOUGH_ROUNDS = 24;

export function describeResult({ rounds, happened, ms }: ChaosResult): string {
  const failed = rounds.filter(({ problems }) => problems.length > 0);
  const sum = (of: (round: Round) => number): number => rounds.reduce((total, round) => total + of(round), 0);
  const faults = [...happened.values()].reduce((total, times) => total + times, 0);
  const what = `${count(rounds.length, 'round')} in ${seconds(ms)}: ${count(
    sum(({ messages }) => messages),
    'message',
  )}, ${count(
    sum(({ records }) => records),
    'record',
  )}, ${count(faults, 'fault')}`;
  return failed.length === 0
    ? `${colors.green('✔')} ${what}. Every record is where it has to be.`
    : `${colors.red('✘')} ${what}. ${count(failed.length, 'seed')} failed: ${failed.map(({ seed }) => seed).join(', ')}.`;
}
