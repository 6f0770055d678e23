import colors from 'picocolors';
import { REASONS } from '../../shared/take-apart/reasons.ts';
import { RUNGS } from '../../shared/take-apart/salvage.ts';
import type { Rung } from '../../shared/take-apart/salvage.ts';
import type { RaisedAlert } from '../read-back/alerts.ts';
import type { DeadLetterFacts, ReadBack, SalvagedFacts } from '../read-back/read-back.ts';
import type { Findings, Summary } from '../summary.ts';
import { categoryTable } from './category-table.ts';
import { count, number, printable } from '../format.ts';

const LONGEST_LINE = 100;
const ALERTS_SHOWN = 3;
const PROBLEMS_SHOWN = 20;

/** What the demo ends with, for a person. */
export function describeFindings({ summary, problems }: Findings, read: ReadBack): string {
  const sections = [
    categoryTable(summary),
    describeDeadLetters(read.deadLetters),
    describeSalvaged(read.salvaged),
    describeExcluded(read),
    describeHandlerFailures(read.handlerFailures),
    describeAlerts(read.alerts),
    summary.complete ? complete(summary) : incomplete(problems),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

/** By reason, with an example of each. */
function describeDeadLetters(letters: readonly DeadLetterFacts[]): string {
  const byReason = [...Map.groupBy(letters, ({ reason }) => reason)];
  const lines = byReason
    .toSorted(([, a], [, b]) => b.length - a.length)
    .flatMap(([reason, alike]) => [
      `${figure(alike.length)}  ${colors.yellow(reason)}: ${meaningOf(reason)}`,
      ...alike.slice(0, 1).flatMap(exampleLines),
    ]);
  return lines.length === 0 ? '' : [colors.bold('Dead letters'), ...lines].join('\n');
}

/** By rung: a message may have taken several. */
function describeSalvaged(messages: readonly SalvagedFacts[]): string {
  const byRung = Object.entries(RUNGS).flatMap(([rung, meaning]) => {
    const alike = messages.filter(({ rungs }) => rungs.includes(rung as Rung));
    return alike.length === 0 ? [] : [`${figure(alike.length)}  ${colors.yellow(rung)}: ${meaning}`];
  });
  const title = `Salvaged out of ${count(messages.length, 'broken message')} (their originals are in salvaged/)`;
  return byRung.length === 0 ? '' : [colors.bold(title), ...byRung].join('\n');
}

function describeExcluded({ ledger, rules }: ReadBack): string {
  const lines = Object.entries(ledger.total.excluded).map(([rule, n = 0]) => {
    const fate = rules.get(rule) ? 'passed on, not archived' : 'neither archived nor passed on';
    return `${figure(n)}  ${colors.yellow(rule)}: ${fate}`;
  });
  return lines.length === 0 ? '' : [colors.bold('Left out by rules'), ...lines].join('\n');
}

function meaningOf(reason: string): string {
  return (REASONS as Readonly<Record<string, string>>)[reason] ?? '';
}

function exampleLines({ recordId, of, source, category, detail }: DeadLetterFacts): string[] {
  const what = of === 'message' ? 'message' : `${source}/${category}`;
  return [printable(`such as ${what} ${recordId}`, LONGEST_LINE), printable(detail, LONGEST_LINE)].map(
    indented,
  );
}

function describeHandlerFailures(failures: readonly DeadLetterFacts[]): string {
  const [first] = failures;
  if (!first) return '';
  const where = 'they are in the archive, and kept in dead-letter/handlers/ besides';
  return `${colors.yellow('!')} Category functions failed on ${count(failures.length, 'record')} (${where}): ${printable(first.detail, LONGEST_LINE)}`;
}

function describeAlerts(alerts: readonly RaisedAlert[]): string {
  const lines = [...Map.groupBy(alerts, ({ functionName }) => functionName)].flatMap(([name, raised]) => [
    `${figure(raised.length)}  ${colors.cyan(printable(name, LONGEST_LINE))}, such as`,
    ...raised.slice(0, ALERTS_SHOWN).map(alertLine).map(indented),
  ]);
  return lines.length === 0
    ? ''
    : [colors.bold('Alerts of the category functions (table alerts)'), ...lines].join('\n');
}

function alertLine({ title, subject, severity }: RaisedAlert): string {
  return printable(`${severity.padEnd(6)}  ${title}${subject && `: ${subject}`}`, LONGEST_LINE);
}

function figure(n: number): string {
  return number(n).padStart(6);
}

function indented(line: string): string {
  return colors.dim(`        ${line}`);
}

function complete({ messages, records, archived, deadLettered, passedOn, excluded }: Summary): string {
  const leftOut = excluded === undefined ? '' : ` + ${number(excluded)} left out by rules`;
  const whose = excluded === undefined ? 'those of the archive' : 'what the rules pass on';
  return [
    `${colors.green('✔')} ${colors.bold('The counts agree: nothing is lost, doubled or changed.')}`,
    `  ${count(messages, 'message')} sent, and as many in the ledger.`,
    `  ${count(records, 'record')} = ${number(archived)} in the archive + ${count(deadLettered, 'dead letter')}${leftOut}, as in the ledger.`,
    `  ${number(passedOn)} on the records hub: ${whose}, each with the very same bytes.`,
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
