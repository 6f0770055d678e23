import colors from 'picocolors';
import { REASONS } from '../../shared/reasons.ts';
import type { RaisedAlert } from '../read-back/alerts.ts';
import type { DeadLetterFacts, ReadBack } from '../read-back/read-back.ts';
import type { Findings, Summary } from '../summary.ts';
import { categoryTable } from './category-table.ts';
import { count, number, printable } from './format.ts';

const LONGEST_DETAIL = 90;
const ALERTS_SHOWN = 3;
const PROBLEMS_SHOWN = 20;

/** What the demo ends with, for a person. */
export function describeFindings({ summary, problems }: Findings, read: ReadBack): string {
  const sections = [
    categoryTable(summary),
    describeDeadLetters(read.deadLetters),
    describeHandlerFailures(read.handlerFailures),
    describeAlerts(read.alerts),
    summary.complete ? complete(summary) : incomplete(problems),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

/** By reason, with an example of each. */
function describeDeadLetters(letters: readonly DeadLetterFacts[]): string {
  const byReason = [...Map.groupBy(letters, ({ reason }) => reason)];
  if (byReason.length === 0) return '';
  const lines = byReason
    .toSorted(([, a], [, b]) => b.length - a.length)
    .flatMap(([reason, [example, ...others]]) => [
      `${number(others.length + 1).padStart(6)}  ${colors.yellow(reason)}  ${meaningOf(reason)}`,
      ...(example ? [colors.dim(`        ${exampleOf(example)}`)] : []),
    ]);
  return [colors.bold('Dead letters'), ...lines].join('\n');
}

function meaningOf(reason: string): string {
  return (REASONS as Readonly<Record<string, string>>)[reason] ?? '';
}

function exampleOf({ recordId, of, source, category, detail }: DeadLetterFacts): string {
  const what = of === 'message' ? 'message' : `${source}/${category}`;
  return `${printable(`${what} ${recordId}`, LONGEST_DETAIL)}: ${printable(detail, LONGEST_DETAIL)}`;
}

function describeHandlerFailures(failures: readonly DeadLetterFacts[]): string {
  const [first] = failures;
  if (!first) return '';
  const where = 'they are in the archive, and kept in dead-letter/handlers/ besides';
  return `${colors.yellow('!')} Category functions failed on ${count(failures.length, 'record')} (${where}): ${printable(first.detail, LONGEST_DETAIL)}`;
}

function describeAlerts(alerts: readonly RaisedAlert[]): string {
  const byFunction = [...Map.groupBy(alerts, ({ functionName }) => functionName)];
  const lines = byFunction.flatMap(([name, raised]) => [
    `${number(raised.length).padStart(6)}  ${colors.cyan(printable(name, LONGEST_DETAIL))}`,
    ...raised.slice(0, ALERTS_SHOWN).map((alert) => colors.dim(`        ${alertLine(alert)}`)),
  ]);
  return lines.length === 0 ? '' : [colors.bold('Alerts of the category functions'), ...lines].join('\n');
}

function alertLine({ title, subject, severity }: RaisedAlert): string {
  return printable(`${severity.padEnd(6)}  ${title}${subject && `: ${subject}`}`, LONGEST_DETAIL);
}

function complete({ messages, records, archived, deadLettered, passedOn }: Summary): string {
  const sums = `${number(records)} = ${number(archived)} in the archive + ${count(deadLettered, 'dead letter')}`;
  return [
    `${colors.green('✔')} ${colors.bold('The counts agree.')} The ledger has the ${count(messages, 'message')} that were sent. Records read back: ${sums}, as the ledger says.`,
    `  All ${number(passedOn)} archived records are on the records hub with the very same bytes, and nothing else is.`,
  ].join('\n');
}

function incomplete(problems: readonly string[]): string {
  const shown = problems.slice(0, PROBLEMS_SHOWN).map((problem) => `  - ${problem}`);
  const rest = problems.length - shown.length;
  return [
    `${colors.red('✘')} ${colors.bold('The counts do not agree.')}`,
    ...shown,
    ...(rest > 0 ? [`  and ${number(rest)} more`] : []),
  ].join('\n');
}
