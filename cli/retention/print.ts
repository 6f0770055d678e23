import colors from 'picocolors';
import { LEFT } from '../../shared/retention/expired-blob.ts';
import { totalOf } from '../../shared/retention/report.ts';
import type { Amount, RetentionReport } from '../../shared/retention/report.ts';
import type { TieringReport } from '../../shared/retention/tiering.ts';
import { DAY } from '../../shared/time.ts';
import { count, byteSize, number, printable } from '../format.ts';
import { plainTable } from '../plain-table.ts';

const LONGEST_NAME = 60;
const LONGEST_BAR = 24;

/** What would become of the archive on a day, and after it. */
export interface Look {
  readonly report: RetentionReport;
  readonly tiering: TieringReport;
  /** By day. */
  readonly upcoming: ReadonlyMap<string, Amount>;
}

export function printLook({ report, tiering, upcoming }: Look, place: string): string {
  const { today, deleted } = report;
  const due = deleted.size === 0 ? 'Nothing.' : deletedTable(report);
  const later = upcoming.size === 0 ? 'Nothing.' : upcomingTable(upcoming, today);
  const parts = [
    [colors.bold(`Due on ${today}, by the settings of ${place}`), due],
    leftLines(report),
    tierLines(tiering, 'would move'),
    [colors.bold('Due after it'), later],
  ];
  return parts
    .filter((part) => part.length > 0)
    .map((part) => `\n${part.join('\n')}`)
    .join('\n');
}

export function printDone({ report, tiering }: Omit<Look, 'upcoming'>): string {
  const table = report.deleted.size === 0 ? [] : [deletedTable(report)];
  const rest = report.unfinished ? [colors.yellow('It is not finished: run it again.')] : [];
  return [...table, ...leftLines(report), ...tierLines(tiering, 'moved'), ...rest].join('\n');
}

/** For machines. A failure stands as its message. */
export function toJson({ report, tiering, upcoming }: Look): string {
  const { today, deleted, left, unfinished, failures } = report;
  const value = {
    today,
    deleted: [...deleted].map(([key, amount]) => {
      const [container = '', source = '', category = ''] = key.split('/');
      return { container, source, category, ...amount };
    }),
    left: [...left].map(([reason, blobs]) => ({ reason, ...blobs })),
    tiers: tiering.moved,
    upcoming: [...upcoming].map(([day, amount]) => ({ day, inDays: daysBetween(today, day), ...amount })),
    unfinished: unfinished || tiering.unfinished,
    failures: [...failures, ...tiering.failures].map(String),
  };
  return JSON.stringify(value, null, 2);
}

function tierLines({ moved }: TieringReport, verb: string): string[] {
  const tiers = Object.entries(moved).filter(([, blobs]) => blobs > 0);
  return tiers.map(([tier, blobs]) => `${count(blobs, 'blob')} ${verb} to the ${tier.toLowerCase()} tier.`);
}

/** A line for each container and category. */
function deletedTable({ deleted }: RetentionReport): string {
  const lines = [...deleted].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return plainTable({
    headings: ['Container', 'Category', 'Blobs', 'Records', 'Size'],
    words: 2,
    rows: lines.map(([key, amount]) => {
      const [container = '', ...category] = key.split('/');
      return [container, printable(category.join('/'), LONGEST_NAME), ...figures(amount)];
    }),
    total: ['All', '', ...figures(totalOf(deleted.values()))],
  });
}

/** A line for each day on which something falls due, with a bar by its size. */
function upcomingTable(days: ReadonlyMap<string, Amount>, today: string): string {
  const most = Math.max(...[...days.values()].map(({ bytes }) => bytes));
  return plainTable({
    headings: ['Day', '', '', 'Blobs', 'Records', 'Size'],
    words: 3,
    rows: [...days].map(([day, amount]) => [
      day,
      inDays(day, today),
      bar(amount.bytes / most),
      ...figures(amount),
    ]),
  });
}

function daysBetween(today: string, day: string): number {
  return (Date.parse(day) - Date.parse(today)) / DAY;
}

function inDays(day: string, today: string): string {
  return `in ${count(daysBetween(today, day), 'day')}`;
}

function bar(share: number): string {
  return colors.cyan('█'.repeat(Math.max(1, Math.round(share * LONGEST_BAR))));
}

function figures({ blobs, records, bytes }: Amount): string[] {
  return [number(blobs), number(records), byteSize(bytes)];
}

/** Why something that is due stays, with examples. */
function leftLines({ left }: RetentionReport): string[] {
  return [...left].flatMap(([reason, blobs]) => [
    `${colors.yellow(`${count(blobs.count, 'blob')} left alone`)} (${reason}): ${LEFT[reason]}`,
    ...blobs.examples.map(({ container, name }) => colors.dim(`  ${printable(`${container}/${name}`, 120)}`)),
  ]);
}
