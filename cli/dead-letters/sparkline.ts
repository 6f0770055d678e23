import { DAY, HOUR, startOf } from '../../shared/time.ts';

const BARS = '▁▂▃▄▅▆▇█';
const MOST_BARS = 48;

/** How counts by hour are spread, from the first hour to the last: a bar an hour, or a day where there are many. */
export function sparkline(hours: ReadonlyMap<number, number>, from: number, to: number): string {
  const unit = (to - from) / HOUR < MOST_BARS ? HOUR : DAY;
  const first = startOf(unit, from);
  const spans = Math.floor((startOf(unit, to) - first) / unit) + 1;
  const perBar = Math.ceil(spans / MOST_BARS);
  const bars: number[] = Array.from({ length: Math.ceil(spans / perBar) }, () => 0);
  for (const [hour, n] of hours) {
    const at = Math.floor((startOf(unit, hour) - first) / unit / perBar);
    bars[at] = (bars[at] ?? 0) + n;
  }
  const most = Math.max(...bars);
  return bars.map((n) => barOf(n, most)).join('');
}

function barOf(n: number, most: number): string {
  return n === 0 ? ' ' : (BARS[Math.ceil((n / most) * BARS.length) - 1] ?? ' ');
}
