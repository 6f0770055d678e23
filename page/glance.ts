import type { CapacityReport, LagReport } from '../shared/capacity/report.ts';
import type { Report } from '../shared/report/report.ts';
import { find, make, setText, show } from './dom.ts';
import type { Content } from './dom.ts';
import {
  bytes,
  bytesParts,
  countParts,
  date,
  hoursParts,
  minutesParts,
  money,
  percent,
  plural,
  short,
  time,
  whole,
  windowName,
} from './format.ts';
import type { Parts } from './format.ts';

const SEVERITIES = { high: 'Act now', medium: 'Look', low: 'Note' } as const;

/** After so many minutes, the timer that works the capacity report out has missed its turn. */
const STALE = 45;

interface Notice {
  readonly severity: keyof typeof SEVERITIES;
  readonly text: string;
}

export function renderGlance(report: Report): void {
  setText('where', placesOf(report));
  setText('headline', headlineOf(report));
  const hint = hintOf(report);
  show('hint', hint.length > 0);
  find('hint').replaceChildren(...hint);
  const notices = noticesOf(report);
  show('warnings', notices.length > 0);
  find('warnings').replaceChildren(
    ...notices.map(({ severity, text }) =>
      make('li', { class: severity }, make('b', {}, SEVERITIES[severity]), make('span', {}, text)),
    ),
  );
  find('tiles').replaceChildren(...tilesOf(report));
  const urgent = notices.filter(({ severity }) => severity !== 'low').length;
  document.title = urgent > 0 ? `(${urgent}) Sluice` : 'Sluice';
  setText('status', `${headlineOf(report)} ${notices.map(({ text }) => text).join(' ')}`.trim());
}

function placesOf({ live: { partitions } }: Report): string {
  const hubs = [...new Set(partitions.map(({ namespace, hub }) => `${namespace}/${hub}`))];
  if (hubs.length === 0) return '';
  const named = hubs.slice(0, 3).join(', ');
  return `${named}${hubs.length > 3 ? ` and ${hubs.length - 3} more` : ''} · ${plural(partitions.length, 'partition')}`;
}

function headlineOf({ live: { proof, window } }: Report): string {
  const { records, archived, deadLettered, excluded, balanced } = proof;
  const last = `the last ${windowName(window.minutes)}`;
  if (proof.messages === 0) return `Nothing has come in within ${last}.`;
  if (balanced && records === 1) return `The one record of ${last} is accounted for.`;
  if (balanced) return `All ${whole(records)} records of ${last} are accounted for.`;
  const astray = records - archived - deadLettered - excluded;
  const verdict = astray > 0 ? 'not accounted for' : 'accounted for twice';
  return `${plural(Math.abs(astray), 'record')} of ${last} ${Math.abs(astray) === 1 ? 'is' : 'are'} ${verdict}.`;
}

function hintOf({ live: { proof, partitions } }: Report): Content[] {
  if (proof.messages > 0) return [];
  if (partitions.length > 0) return ['The sources are quiet, or the window is too short for them.'];
  return [
    'Sluice has not been handed a single message yet. In Azure, point diagnostic settings or streaming exports at the source hub. On your own machine: ',
    make('code', {}, 'npm run sluice -- sample --for 10m --rate 20 --to-hub'),
  ];
}

function noticesOf({ live, capacity, generatedAt }: Report): Notice[] {
  const notices: Notice[] = (capacity?.warnings ?? []).map(({ severity, subject, text }) => ({
    severity,
    text: text.includes(subject) ? text : `${subject}: ${text}`,
  }));
  if (!live.proof.balanced) {
    notices.unshift({
      severity: 'high',
      text: 'The counts of the ledger do not add up. An audit tells what is missing.',
    });
  }
  const age = capacity ? (Date.parse(generatedAt) - Date.parse(capacity.generatedAt)) / 60_000 : 0;
  if (capacity && age > STALE) {
    const since = `${date(capacity.generatedAt)}, ${time(capacity.generatedAt, capacity.generatedAt)}`;
    notices.push({ severity: 'medium', text: `The capacity report is of ${since}: is its timer running?` });
  }
  return notices;
}

function tilesOf(report: Report): HTMLElement[] {
  const { live, capacity } = report;
  const { proof, series, window } = live;
  const seconds = window.minutes * 60;
  const volume = series.categories.flatMap((line) => line.bytes).reduce((sum, n) => sum + n, 0);
  const tiles = [
    tile('Records', countParts(proof.records), `${short(proof.records / seconds)} per second on average`),
    tile('Volume', bytesParts(volume), `${bytes(volume / seconds)}/s on average`),
    tile(
      'Dead-lettered',
      countParts(proof.deadLettered),
      proof.deadLettered === 0 ? 'none' : `${percent(proof.deadLettered / proof.records)} of the records`,
    ),
  ];
  return [...tiles, ...capacityTiles(capacity)];
}

const NOT_YET = ['—', ''] as const;

function capacityTiles(capacity: CapacityReport | null): HTMLElement[] {
  if (!capacity) {
    return ['Behind by', 'May pause for', 'A month costs'].map((name) =>
      tile(name, NOT_YET, 'with the first capacity report'),
    );
  }
  const { lag, cost, prices } = capacity;
  return [
    tile('Behind by', lag.minutes === null ? NOT_YET : minutesParts(lag.minutes), behindOf(lag)),
    tile(
      'May pause for',
      lag.pauseHours === null ? NOT_YET : hoursParts(lag.pauseHours),
      'before the hub lets events go',
    ),
    tile(
      'A month costs',
      [money(cost.total, prices.currency), ''],
      `at prices of ${date(prices.date)}, ${prices.region}`,
    ),
  ];
}

function behindOf({ events }: LagReport): string {
  if (events === null) return 'the hub could not be asked';
  return events === 0 ? 'nothing waits to be read' : `${plural(events, 'event')}, in the worst partition`;
}

function tile(name: string, [figure, unit]: Parts, sub: string): HTMLElement {
  return make(
    'div',
    {},
    make('dt', {}, name),
    make('dd', { class: 'figure' }, figure, ...(unit === '' ? [] : [make('small', {}, unit)])),
    make('dd', { class: 'sub' }, sub),
  );
}
