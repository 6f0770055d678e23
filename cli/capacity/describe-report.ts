import colors from 'picocolors';
import type { CapacityReport, CategoryReport, Warning } from '../../shared/capacity/report.ts';
import { duration } from '../../shared/capacity/warnings.ts';
import { number, printable } from '../format.ts';
import { plainTable } from '../plain-table.ts';
import { describeNamespace } from './describe-namespace.ts';
import { bytes, figure, megabytesPerSecond, minuteText, rateCells, sparkline } from './figures.ts';
import { section } from './section.ts';

const WIDTH = 60;
const LONGEST_NAME = 40;
const LONGEST_TEXT = 300;
const CATEGORIES_SHOWN = 20;
const COST_ITEMS_SHOWN = 6;

/** A report for a person at a terminal. */
export function describeReport(report: CapacityReport): string {
  const parts = [
    describeWarnings(report.warnings),
    describeTotal(report),
    ...report.namespaces.map(describeNamespace),
    describeCategories(report),
    describeLag(report),
    describeCost(report),
    describeTrend(report),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

const MARKS = { high: colors.red('✘'), medium: colors.yellow('!'), low: colors.dim('·') } as const;

function describeWarnings(warnings: readonly Warning[]): string {
  return warnings
    .map(({ severity, text }) => `${MARKS[severity]} ${printable(text, LONGEST_TEXT)}`)
    .join('\n');
}

function describeTotal({ basis, window, total, series, ledger }: CapacityReport): string {
  const title =
    basis === 'what-if'
      ? 'What comes in, as assumed'
      : `What has come in from ${minuteText(window.from)} to ${minuteText(window.to)} UTC`;
  const rows = [
    ['messages/s', ...rateCells(total.messageRate, figure)],
    ['records/s', ...rateCells(total.recordRate, figure)],
    ['MB/s', ...rateCells(total.byteRate, megabytesPerSecond)],
  ];
  const { mean, p95, max } = total.messageSizes;
  const { peakAt } = total.byteRate;
  return section(
    title,
    plainTable({ headings: ['', 'Average', '95%', 'Peak'], words: 1, rows }),
    total.bytes > 0 && basis === 'ledger'
      ? `${sparkline(series.peakBytes, WIDTH)}  ${colors.dim(`MB/s, peak ${peakAt ? minuteText(peakAt) : ''}`)}`
      : '',
    `Messages of ${bytes(mean)} on average, 95% up to about ${bytes(p95)}, the largest ${bytes(max)}.`,
    basis === 'ledger'
      ? `${number(ledger.records)} records = ${number(ledger.archived)} archived + ${number(ledger.deadLettered)} dead-lettered + ${number(ledger.excluded)} excluded.`
      : '',
  );
}

function describeCategories({ categories, prices }: CapacityReport): string {
  if (categories.length === 0) return '';
  const headings = ['Category', 'Records/s\naverage', '\n95%', '\npeak', 'MB/s\npeak', 'Record\nmean'];
  const storage = ['Stored\na month', 'Kept\ndays', 'Steady\nstate', `${prices.currency}\na month`];
  const rows = categories.slice(0, CATEGORIES_SHOWN).map(categoryRow);
  const rest = categories.length - CATEGORIES_SHOWN;
  return section(
    'Categories, the largest first',
    plainTable({ headings: [...headings, ...storage], words: 1, rows }),
    rest > 0 ? colors.dim(`and ${rest} more; --json has all of them`) : '',
  );
}

function categoryRow({ key, load, storage }: CategoryReport): string[] {
  return [
    printable(key, LONGEST_NAME),
    ...rateCells(load.recordRate, figure),
    megabytesPerSecond(load.byteRate.peak),
    bytes(load.recordSizes.mean),
    bytes(storage.bytesPerMonth),
    storage.retentionDays === 0 ? 'for ever' : String(storage.retentionDays),
    bytes(storage.steadyBytes),
    storage.steadyCostPerMonth.toFixed(2),
  ];
}

function describeLag({ lag, backlog }: CapacityReport): string {
  if (lag.partitions.length === 0) return '';
  const rows = lag.partitions.map(({ namespace, hub, id, events, minutes, pauseHours }) => [
    printable(`${namespace}/${hub}/${id}`, LONGEST_NAME),
    events === null ? 'unknown' : number(events),
    minutes === null ? '-' : duration(minutes),
    pauseHours === null ? '-' : duration(pauseHours * 60),
  ]);
  const waits =
    backlog.since === null
      ? ''
      : `Waiting for ${backlog.hubs.join(', ')} since ${minuteText(backlog.since)}.`;
  return section(
    'Readers',
    plainTable({ headings: ['Partition', 'Events\nbehind', 'Oldest', 'May pause\nfor'], words: 1, rows }),
    waits,
  );
}

function describeCost({ cost, storage, prices }: CapacityReport): string {
  const rows = cost.items
    .slice(0, COST_ITEMS_SHOWN)
    .map(({ name, monthly, detail }) => [name, monthly.toFixed(2), colors.dim(detail)]);
  const rest = cost.items.slice(COST_ITEMS_SHOWN).reduce((sum, { monthly }) => sum + monthly, 0);
  const others = rest > 0 ? [['Others', rest.toFixed(2), '']] : [];
  const total = ['A month at steady state', cost.total.toFixed(2), ''];
  const months = storage.steadyAfterDays === null ? 'kept for ever, shown after a year' : 'at steady state';
  return section(
    `Cost in ${prices.currency}`,
    plainTable({ headings: ['', 'A month', ''], words: 1, notes: true, rows: [...rows, ...others], total }),
    `The archive grows by ${bytes(storage.bytesPerMonth)} a month, to ${bytes(storage.steadyBytes)} (${months}).`,
    colors.dim(`${prices.source} in ${prices.region} of ${prices.date}, without tax or discount.`),
  );
}

function describeTrend({ trend }: CapacityReport): string {
  const { bytes: line, days, limits } = trend;
  if (!line) return '';
  const growth = `${(line.perMonth * 100).toFixed(1)}% a month`;
  const rows = limits.map(({ namespace, what, binding, at, earliest, latest, reached }) => [
    `${what} in ${namespace}`,
    reached ? 'now' : (at ?? 'not in sight'),
    reached ? '' : `${earliest ?? 'never'} to ${latest ?? 'never'}`,
    binding,
  ]);
  return section(
    `Growth of the daily peaks over ${days.length} days: ${growth}`,
    sparkline(
      days.map(({ peakBytes }) => peakBytes),
      WIDTH,
    ),
    plainTable({ headings: ['Limit', 'Reached', 'Between', 'By'], words: 4, rows }),
  );
}
