import type { CapacityReport, CategoryStorage } from '../shared/capacity/report.ts';
import { colour, draw } from './charts.ts';
import { bar, figure, findTable, makeRow, named, setRows, setText, showFull, small } from './dom.ts';
import { bytes, date, day, money, percent, plural, whole } from './format.ts';

export function renderRetention({ storage, categories, prices }: CapacityReport): void {
  const { steadyBytes, steadyAfterDays, bytesPerMonth, expiring } = storage;
  const settles =
    steadyAfterDays === null ? 'and grows without end' : `reached after ${plural(steadyAfterDays, 'day')}`;
  setText('retention-note', `${bytes(bytesPerMonth)} a month, ${bytes(steadyBytes)} in the end, ${settles}`);
  renderExpiring(expiring);
  setRows(
    'kept',
    categories.map(({ key, storage: kept }) => [
      named(key),
      figure([keptFor(kept), ...coolAfter(kept)]),
      figure(bytes(kept.bytesPerMonth)),
      figure(kept.compression === null ? '—' : percent(kept.compression)),
      figure(bytes(kept.steadyBytes)),
      figure(money(kept.steadyCostPerMonth, prices.currency)),
    ]),
  );
}

function keptFor({ retentionDays }: CategoryStorage): string {
  return retentionDays === 0 ? 'ever' : plural(retentionDays, 'day');
}

function coolAfter({ coolAfterDays }: CategoryStorage): HTMLElement[] {
  return coolAfterDays === null ? [] : [small(`cool after ${coolAfterDays}`)];
}

function renderExpiring(expiring: CapacityReport['storage']['expiring']): void {
  const total = expiring.reduce((sum, one) => sum + one.bytes, 0);
  showFull('expiring', total > 0);
  if (total === 0) return;
  draw('expiring-chart', 'bar', () => ({
    labels: expiring.map((one) => day(one.day)),
    datasets: [
      {
        label: 'expires',
        data: expiring.map((one) => one.bytes),
        backgroundColor: colour('accent'),
        borderRadius: 2,
        maxBarThickness: 18,
      },
    ],
    write: bytes,
    summary: `What expires on each of the next ${expiring.length} days: ${bytes(total)} in all. The figures are in the table below.`,
  }));
  setRows(
    'expiring-table',
    expiring.map((one) => [date(one.day), figure(bytes(one.bytes)), figure(whole(one.records))]),
  );
}

export function renderCost({ cost: { items, total, largest }, prices }: CapacityReport): void {
  const { currency, region } = prices;
  setText('cost-note', `${region}, prices of ${date(prices.date)}`);
  setRows(
    'cost',
    items
      .toSorted((a, b) => b.monthly - a.monthly)
      .map(({ name, monthly, detail }) => [
        { content: [name, small(detail)], class: largest.includes(name) ? 'strong' : '' },
        { content: bar(monthly / (total || 1)) },
        figure(money(monthly, currency), largest.includes(name) ? 'strong' : ''),
      ]),
  );
  findTable('cost').tFoot?.replaceChildren(makeRow(['Together', '', figure(money(total, currency))]));
}
