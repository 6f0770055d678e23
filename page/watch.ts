import type { CapacityReport } from '../shared/capacity/report.ts';
import type { LiveDrift, Report } from '../shared/report/report.ts';
import { figure, make, named, setRows, setText, showFull, small } from './dom.ts';
import { minutes, time, whole } from './format.ts';

export function renderSilent({ capacity, generatedAt }: Report): void {
  const silent = capacity?.silent ?? [];
  showFull('silent', silent.length > 0);
  setText(
    'silent-empty',
    capacity ? 'Every source keeps its habit.' : 'It takes a capacity report to tell what is a habit.',
  );
  setRows(
    'silent',
    silent.map(({ subject, lastSeen, silentMinutes, habitMinutes }) => [
      { content: [named(subject), small(`last seen ${time(lastSeen, generatedAt)}`)] },
      figure(minutes(silentMinutes), 'warn strong'),
      figure(minutes(habitMinutes)),
    ]),
  );
}

export function renderDrift({ live, capacity, generatedAt }: Report): void {
  const drift = [...live.drift, ...olderDrift(live.drift, capacity)];
  showFull('drift', drift.length > 0);
  setRows(
    'drift',
    drift.map(({ category, pointer, records, firstSeen, lastSeen }) => [
      { content: [make('code', {}, pointer), small(category)] },
      figure(whole(records)),
      figure(firstSeen === '' ? 'earlier' : rangeOf(firstSeen, lastSeen, generatedAt)),
    ]),
  );
}

/** What the capacity report has seen, in its longer window, and this one does not hold. */
function olderDrift(newer: readonly LiveDrift[], capacity: CapacityReport | null): LiveDrift[] {
  const known = new Set(newer.map(({ category, pointer }) => `${category} ${pointer}`));
  return (capacity?.drift ?? [])
    .filter(({ category, pointer }) => !known.has(`${category} ${pointer}`))
    .map((field) => ({ ...field, firstSeen: '', lastSeen: '' }));
}

function rangeOf(first: string, last: string, now: string): string {
  return first === last ? time(first, now) : `${time(first, now)} – ${time(last, now)}`;
}

export function renderBacklog({ live: { partitions }, generatedAt }: Report): void {
  const behind = partitions.filter((partition) => partition.behind.length > 0);
  showFull('backlog', behind.length > 0);
  setRows(
    'backlog',
    behind.map((partition) => [
      `${partition.namespace}/${partition.hub}/${partition.id}`,
      partition.behind.join(', '),
      figure(partition.behindSince === null ? '—' : time(partition.behindSince, generatedAt), 'warn'),
    ]),
  );
}
