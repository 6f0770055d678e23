import { DAY } from '../time.ts';
import type { CapacityInput, DayLoad } from './input.ts';
import { TIERS } from './limits.ts';
import type { Namespace } from './namespaces.ts';
import type { Limit, LimitDate, NamespaceReport, TrendReport } from './report.ts';
import { trendOf } from './trend.ts';
import type { Line } from './trend.ts';
import { LIMIT_NAMES, UNITS_OF } from './units.ts';

const OF_BYTES = ['ingress-bytes', 'egress-bytes'] as const satisfies readonly Limit[];

/** Further ahead, a date says nothing. */
const MOST_DAYS_AHEAD = 3_653;

export function trendReport(
  namespaces: readonly Namespace[],
  reports: readonly NamespaceReport[],
  { days }: CapacityInput,
): TrendReport {
  const totals = days.flatMap(({ day, loads }) => {
    const load = loads['total'];
    return load ? [{ day, load }] : [];
  });
  const line = (of: (load: DayLoad) => number) => trendOf(totals.map(({ load }) => of(load)));
  return {
    days: totals.map(({ day, load }) => trendDay(day, load)),
    bytes: plain(line(({ peakBytes }) => peakBytes)),
    messages: plain(line(({ peakMessages }) => peakMessages)),
    limits: namespaces.flatMap((namespace, i) => {
      const report = reports[i];
      return report ? limitsOf(namespace, report, days) : [];
    }),
  };
}

function trendDay(day: number, load: DayLoad): TrendReport['days'][number] {
  const { messages, records, bytes, peakMessages, peakBytes, p95Bytes } = load;
  return { day: dayText(day), messages, records, bytes, peakMessages, peakBytes, p95Bytes };
}

function plain(line: Line | undefined): TrendReport['bytes'] {
  if (!line) return null;
  const { from, to, perDay, perDayBand, perMonth } = line;
  return { from, to, perDay, perDayBand, perMonth };
}

/** Where the daily peaks of what comes in are heading. */
interface Heading {
  readonly bytes: Line;
  readonly messages: Line;
  /** The last of the days that the lines go through: its start, and its number. */
  readonly day: number;
  readonly x: number;
}

function headingOf(driver: string, days: CapacityInput['days']): Heading | undefined {
  const first = days.findIndex(({ loads }) => loads[driver] !== undefined);
  // A day on which nothing came is one all the same.
  const found = first === -1 ? [] : days.slice(first).map(({ day, loads }) => ({ day, load: loads[driver] }));
  const bytes = trendOf(found.map(({ load }) => load?.peakBytes ?? 0));
  const messages = trendOf(found.map(({ load }) => load?.peakMessages ?? 0));
  const last = found.at(-1);
  return bytes && messages && last && { bytes, messages, day: last.day, x: found.length - 1 };
}

function limitsOf(
  namespace: Namespace,
  { name, provisioned, recommended, hubs }: NamespaceReport,
  days: CapacityInput['days'],
): LimitDate[] {
  const heading = headingOf(namespace.driver, days);
  if (!heading) return [];
  const { loadAt, flows, loadOfFlow } = namespace;
  const tier = TIERS[provisioned?.tier ?? recommended];
  const ofUnits = (limit: LimitDate['limit'], units: number): LimitDate => {
    const what = `${units} ${tier.unit} of ${tier.title}`;
    const which = { namespace: name, limit, what };
    // Premium and Dedicated have no limit of events.
    return dateOf(heading, loadAt, units * tier.unitsEach, which, tier.isPromised ? LIMIT_NAMES : OF_BYTES);
  };
  const ofPartitions = flows.flatMap(({ facts: { partitions } }, i) => {
    const at = loadOfFlow[i];
    if (partitions === undefined || !at) return [];
    const what = `${partitions} partitions of ${hubs[i]?.name}`;
    return [dateOf(heading, at, partitions, { namespace: name, limit: 'partitions', what })];
  });
  return [
    ...(provisioned ? [ofUnits('provisioned-units', provisioned.units)] : []),
    ...ofPartitions,
    ofUnits('tier-maximum', tier.maxUnits),
  ];
}

/** When the first of the four limits takes all of so many throughput units. */
function dateOf(
  heading: Heading,
  loadAt: Namespace['loadAt'],
  units: number,
  which: Pick<LimitDate, 'namespace' | 'limit' | 'what'>,
  limits: readonly Limit[] = LIMIT_NAMES,
): LimitDate {
  const meets = (slopeOf: (line: Line) => number): Meeting =>
    limits
      .map((limit) => meetingOf(limit, heading, loadAt, units, slopeOf))
      .reduce((a, b) => (b.x < a.x ? b : a));
  const middle = meets(({ perDay }) => perDay);
  const steep = meets(({ perDayBand }) => perDayBand[1]);
  const flat = meets(({ perDayBand }) => perDayBand[0]);
  const date = ({ x }: { x: number }): string | null =>
    x - heading.x > MOST_DAYS_AHEAD ? null : dayText(heading.day + (x - heading.x) * DAY);
  return {
    ...which,
    binding: middle.binding,
    at: date(middle),
    earliest: date(steep),
    latest: date(flat),
    reached: middle.x <= heading.x,
  };
}

/** The day, by its number, on which a limit is met. */
interface Meeting {
  readonly x: number;
  readonly binding: Limit;
}

function meetingOf(
  binding: Limit,
  { bytes, messages }: Heading,
  loadAt: Namespace['loadAt'],
  units: number,
  slopeOf: (line: Line) => number,
): Meeting {
  const [line, load] = binding.endsWith('bytes') ? [bytes, loadAt(1, 0)] : [messages, loadAt(0, 1)];
  const each = load[UNITS_OF[binding]];
  const x = each > 0 ? line.reaches(units / each, slopeOf(line)) : undefined;
  return { x: x ?? Number.POSITIVE_INFINITY, binding };
}

function dayText(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
