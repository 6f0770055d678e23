import { DAY, HOUR, MINUTE } from '../time.ts';
import type { CapacityInput, Sighting, Sightings } from './input.ts';
import { sumOf } from './measures.ts';
import type { Measures, PerMinute } from './measures.ts';
import { unreadOf } from './probe.ts';
import type { SilentSource } from './report.ts';

/** Habits are those of so many days: of two weekends. */
const MEMORY = 14 * DAY;
const GAPS_KEPT = 10;

/** Silences shorter than this are nobody's habit. */
const LEAST_MINUTES = 30;
/** Longer than its habit by so much is silent. */
const MUCH_LONGER = 2;

/** Heard of for less than this, it has no habits yet. */
const HABIT_FORMING = 6 * HOUR;

/** They stand in one row. */
const MOST_SUBJECTS = 600;

/** What has been silent for longer than this has gone, and is not told of any more. */
const GONE = 14 * DAY;

/**
 * What has been seen by now: what was known, and the minutes of a window that come after it. The same window twice changes nothing.
 */
export function sighted(known: Sightings, measures: Measures): Sightings {
  const seen: Record<string, Sighting> = { ...known };
  for (const [subject, messages] of subjectsOf(measures)) {
    const sighting = afterMinutes(known[subject], messages, measures.from);
    if (sighting) seen[subject] = sighting;
  }
  const latest = Math.max(0, ...Object.values(seen).map(({ last }) => last));
  const here = Object.entries(seen).filter(([, { last }]) => latest - last <= GONE);
  // Names come from data: new ones must not drive out those that have been known for long.
  const oldestFirst = here.toSorted(([, a], [, b]) => a.first - b.first);
  return Object.fromEntries(oldestFirst.slice(0, MOST_SUBJECTS));
}

/** Categories by their key, hubs as `hub:contoso/logs`; no category's source is `hub:...`. */
function subjectsOf(measures: Measures): [string, PerMinute][] {
  const categories = [...measures.categories.values()].map(
    ({ key, messages }) => [key, messages] satisfies [string, PerMinute],
  );
  const byHub = Map.groupBy(
    measures.partitions.values(),
    ({ partition }) => `${HUB}${partition.namespace}/${partition.hub}`,
  );
  const hubs = [...byHub].map(([subject, partitions]) => {
    const series = partitions.map(({ messages }) => messages);
    return [subject, sumOf(series, measures.minutes)] satisfies [string, PerMinute];
  });
  return [...categories, ...hubs];
}

const HUB = 'hub:';

function afterMinutes(known: Sighting | undefined, messages: PerMinute, from: number): Sighting | undefined {
  let { first, last } = known ?? {};
  const gaps = [...(known?.gaps ?? [])];
  messages.forEach((figure, i) => {
    const minute = from + i * MINUTE;
    if (figure === 0 || (last !== undefined && minute <= last)) return;
    if (last !== undefined && minute - last > MINUTE) gaps.push([(minute - last) / MINUTE, minute]);
    first ??= minute;
    last = minute;
  });
  if (first === undefined || last === undefined) return undefined;
  const since = last - MEMORY;
  const remembered = gaps.filter(([, endedAt]) => endedAt > since);
  return { first, last, gaps: remembered.toSorted(([a], [b]) => b - a).slice(0, GAPS_KEPT) };
}

/**
 * What has not been heard of for much longer than its habit. That is its second longest silence: the longest may have been an outage.
 */
export function silentSources({ sightings, now, partitions }: CapacityInput): SilentSource[] {
  const until = completeUntil({ now, partitions });
  return Object.entries(sightings)
    .filter(([, { first, last }]) => last - first >= HABIT_FORMING)
    .map(([subject, { last, gaps }]) => {
      const habitMinutes = Math.max(LEAST_MINUTES, gaps[1]?.[0] ?? gaps[0]?.[0] ?? 0);
      const silentMinutes = Math.round((until - last) / MINUTE);
      return { subject, last, habitMinutes, silentMinutes };
    })
    .filter(({ silentMinutes, habitMinutes }) => silentMinutes > habitMinutes * MUCH_LONGER)
    .toSorted((a, b) => b.silentMinutes / b.habitMinutes - a.silentMinutes / a.habitMinutes)
    .map(({ subject, last, habitMinutes, silentMinutes }) => ({
      subject: subject.startsWith(HUB) ? subject.slice(HUB.length) : subject,
      kind: subject.startsWith(HUB) ? 'hub' : 'category',
      lastSeen: new Date(last).toISOString(),
      silentMinutes,
      habitMinutes,
    }));
}

/** Up to when the ledger has everything: who is behind has not fallen silent. */
function completeUntil({ now, partitions }: Pick<CapacityInput, 'now' | 'partitions'>): number {
  const behind = partitions.flatMap(({ hub, decided }) =>
    hub && decided && unreadOf(hub, decided) > 0 ? [decided.time] : [],
  );
  return Math.min(now, ...behind);
}
