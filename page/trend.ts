import type { CapacityReport, LimitDate } from '../shared/capacity/report.ts';
import { colour, draw } from './charts.ts';
import { figure, find, make, setRows, setText, show, showFull } from './dom.ts';
import { bytes, date, day, percent, plural, whole } from './format.ts';

/** With fewer days, no line goes through them. */
const DAYS_FOR_A_TREND = 4;

export function renderTrend({ trend: { days, bytes: line, limits } }: CapacityReport): void {
  showFull('trend', days.length > 0);
  setText('trend-empty', `The first day is not over yet. With ${DAYS_FOR_A_TREND} days there is a trend.`);
  if (days.length === 0) return;
  const last = days.length - 1;
  draw('trend-chart', 'line', () => ({
    labels: days.map((one) => day(one.day)),
    datasets: [
      {
        label: 'peak minute',
        data: days.map(({ peakBytes }) => peakBytes),
        borderColor: colour('accent'),
        backgroundColor: colour('accent'),
        pointRadius: 2.5,
      },
      ...(line
        ? [
            {
              label: 'trend',
              data: days.map((_, i) => line.from + ((line.to - line.from) * i) / (last || 1)),
              borderColor: colour('muted'),
              backgroundColor: colour('muted'),
              borderDash: [5, 4],
            },
          ]
        : []),
    ],
    write,
    summary: `The peak minute of each day, in bytes per second: ${write(days[0]?.peakBytes ?? 0)} on ${day(days[0]?.day ?? '')}, ${write(days[last]?.peakBytes ?? 0)} on ${day(days[last]?.day ?? '')}. The figures are in the table below.`,
  }));
  const growth = line
    ? `The peaks ${line.perMonth >= 0 ? 'grow' : 'shrink'} by ${percent(Math.abs(line.perMonth))} in 30 days.`
    : `${plural(days.length, 'day')} so far; with ${DAYS_FOR_A_TREND} there is a trend.`;
  find('trend-limits').replaceChildren(make('li', {}, growth), ...limits.map(limitLine));
  show('trend-limits', true);
  setRows(
    'trend-table',
    days
      .toReversed()
      .map((one) => [
        date(one.day),
        figure(whole(one.messages)),
        figure(whole(one.records)),
        figure(bytes(one.bytes)),
        figure(write(one.peakBytes)),
        figure(write(one.p95Bytes)),
      ]),
  );
}

function write(bytesPerSecond: number): string {
  return `${bytes(bytesPerSecond)}/s`;
}

function limitLine(limit: LimitDate): HTMLElement {
  const { namespace, what } = limit;
  return make('li', { class: limit.reached ? 'bad strong' : '' }, `${namespace}, ${what}: ${whenOf(limit)}.`);
}

function whenOf({ reached, at, earliest, latest }: LimitDate): string {
  if (reached) return 'reached at the peak';
  if (at === null) return earliest === null ? 'not within ten years' : `not before ${date(earliest)}`;
  const from = earliest === null ? '' : ` (from ${date(earliest)}`;
  const to = latest === null ? ' on' : ` to ${date(latest)}`;
  return `about ${date(at)}${from === '' ? '' : `${from}${to})`}`;
}
