import type { LiveLine, Report } from '../shared/report/report.ts';
import { colour, draw } from './charts.ts';
import {
  bar,
  figure,
  find,
  findTable,
  make,
  makeRow,
  named,
  setRows,
  setText,
  show,
  showFull,
} from './dom.ts';
import { bytes, percent, plural, short, time, whole, windowName } from './format.ts';

export type Unit = 'bytes' | 'records';

const STEPS = ['step-1', 'step-2', 'step-3', 'step-4', 'step-5'] as const;
const OTHER = 'step-6';
const MINUTE = 60_000;

export function renderThroughput(report: Report, unit: Unit): void {
  const { series, window } = report.live;
  const { categories: lines, stepMinutes } = series;
  showFull('throughput', lines.length > 0);
  show('unit', lines.length > 0);
  setText(
    'throughput-empty',
    `No record has come in within the last ${windowName(window.minutes)}. The chart begins with the first.`,
  );
  if (lines.length === 0) return;
  const seconds = stepMinutes * 60;
  const write = writer(unit);
  const starts = startsOf(window.from, series.messages.length, stepMinutes);
  draw('throughput-chart', 'line', () => ({
    labels: starts.map((start) => time(start, start)),
    // The largest lies at the bottom.
    datasets: lines.map((line, i) => ({
      label: nameOf(line),
      data: line[unit].map((n) => n / seconds),
      backgroundColor: colour(stepOf(line, i)),
      borderColor: colour('card'),
      borderWidth: 1,
      fill: true,
    })),
    stacked: true,
    isRound: (i) => (Date.parse(starts[i] ?? '') / MINUTE) % tickMinutes(window.minutes) === 0,
    write,
    summary: summaryOf(lines, unit, window.minutes),
  }));
  renderLegend(lines, unit, window.minutes * 60);
  renderTable(lines, unit, starts, seconds);
}

export function renderCategories({ live, generatedAt }: Report): void {
  const { categories, moreCategories } = live;
  const total = categories.reduce((sum, category) => sum + category.bytes, 0);
  showFull('categories', categories.length > 0);
  setText('categories-note', moreCategories > 0 ? `and ${plural(moreCategories, 'smaller one')}` : '');
  setRows(
    'categories',
    categories.map((category) => [
      named(category.key),
      figure(whole(category.records)),
      figure(bytes(category.bytes)),
      { content: [bar(total === 0 ? 0 : category.bytes / total)] },
      figure(whole(category.deadLettered), category.deadLettered > 0 ? 'bad' : ''),
      figure(whole(category.excluded)),
      figure(time(category.lastSeen, generatedAt)),
    ]),
  );
}

/** So far apart are the times that the axis names. */
function tickMinutes(minutes: number): number {
  return minutes > 60 ? 60 : Math.max(5, minutes / 6);
}

function stepOf(line: LiveLine, i: number): string {
  return line.key === 'other' ? OTHER : (STEPS[i] ?? OTHER);
}

function nameOf({ key }: LiveLine): string {
  return key === 'other' ? 'all others' : key;
}

function writer(unit: Unit): (perSecond: number) => string {
  return (perSecond) => (unit === 'bytes' ? `${bytes(perSecond)}/s` : `${short(perSecond)}/s`);
}

function startsOf(from: string, n: number, stepMinutes: number): string[] {
  const first = Date.parse(from);
  return Array.from({ length: n }, (_, i) => new Date(first + i * stepMinutes * MINUTE).toISOString());
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function summaryOf(lines: readonly LiveLine[], unit: Unit, minutes: number): string {
  const all = sumOf(lines.map((line) => sumOf(line[unit])));
  const parts = lines.map((line) => `${nameOf(line)} ${percent(sumOf(line[unit]) / (all || 1))}`);
  return `Stacked areas of ${unit} per second over the last ${windowName(minutes)}: ${parts.join(', ')}. The figures are in the table below.`;
}

function renderLegend(lines: readonly LiveLine[], unit: Unit, seconds: number): void {
  const write = writer(unit);
  const items = lines.map((line, i) => {
    const swatch = make('i', {});
    swatch.style.background = `var(--${stepOf(line, i)})`;
    const average = make('span', { class: 'muted' }, write(sumOf(line[unit]) / seconds));
    return make('li', {}, swatch, make('span', {}, nameOf(line)), average);
  });
  find('throughput-legend').replaceChildren(...items);
}

/** The newest first. */
function renderTable(
  lines: readonly LiveLine[],
  unit: Unit,
  starts: readonly string[],
  seconds: number,
): void {
  const write = writer(unit);
  const head = make(
    'tr',
    {},
    headCell('Time'),
    headCell('All', 'n'),
    ...lines.map((line) => headCell(nameOf(line), 'n wrap')),
  );
  findTable('throughput-table').tHead?.replaceChildren(head);
  const rows = starts.map((start, i) => {
    const values = lines.map((line) => (line[unit][i] ?? 0) / seconds);
    return makeRow([
      time(start, start),
      figure(write(sumOf(values))),
      ...values.map((value) => figure(write(value))),
    ]);
  });
  findTable('throughput-table').tBodies[0]?.replaceChildren(...rows.toReversed());
}

function headCell(text: string, name = ''): HTMLElement {
  const cell = make('th', name === '' ? {} : { class: name }, text);
  cell.scope = 'col';
  return cell;
}
