import type { Partition } from '../message.ts';
import { partitionKeyOf } from '../names.ts';
import type { LedgerTable } from '../sinks.ts';
import type { MinuteTally } from '../ledger/tally.ts';
import { DAY, HOUR, MINUTE, startOf } from '../time.ts';
import { bounded } from './bounded.ts';
import { daySummary } from './day-summary.ts';
import { createMeter } from './measures.ts';
import { unreadOf } from './probe.ts';
import type { Decided, HubPosition } from './probe.ts';
import { ofEach, readPartition } from './read-window.ts';
import type { StoredMark } from './read-window.ts';
import { CAPACITY_KEY, dayWrite, hourWrite, markWrite, sumOfHour } from './rolled-rows.ts';
import type { HourSum, Mark } from './rolled-rows.ts';

/** Clocks differ, and a broker's may step back a little. */
const SLACK = 5 * MINUTE;

/**
 * Up to when nothing can be added to a partition's minutes: what comes later is enqueued later than what has been decided last, or than the
 * hub was asked, where everything that it had then has been decided. 0 where nothing has.
 */
export function finalUntil(
  decided: Decided | undefined,
  position: HubPosition | undefined,
  askedAt: number,
): number {
  if (!decided) return 0;
  const isCaughtUp = position !== undefined && unreadOf(position, decided) === 0;
  return (isCaughtUp ? Math.max(askedAt, decided.time) : decided.time) - SLACK;
}

/** The hours of a partition, made while its minutes are being read. */
export interface HoursOfPartition {
  add(minute: MinuteTally): void;
  /** Writes them, then notes how far they have been made. Answers that. */
  finish(): Promise<Mark>;
}

/** Those from the mark on that are over at `until`. */
export function hoursOf(
  table: LedgerTable,
  partition: Partition,
  mark: Mark | StoredMark,
  until: number,
): HoursOfPartition {
  const hours = new Map<number, HourSum>();
  const key = partitionKeyOf(partition);
  const upTo = Math.max(mark.upTo, startOf(HOUR, until));

  return {
    add(minute) {
      if (minute.minute < mark.upTo || minute.minute >= upTo) return;
      const hour = startOf(HOUR, minute.minute);
      const sum = hours.get(hour) ?? sumOfHour(hour);
      hours.set(hour, sum);
      sum.add(minute);
    },

    async finish() {
      const etag = 'etag' in mark ? mark.etag : undefined;
      if (upTo === mark.upTo && etag !== undefined) return mark;
      for (const { sum } of hours.values()) {
        // One that is there already comes back as `changed`, and is the same.
        if (sum) await table.transact(key, [hourWrite(sum)]);
      }
      const next = { from: mark.from, upTo };
      await table.transact(CAPACITY_KEY, [markWrite(key, next, etag)]);
      return next;
    },
  };
}

/** A day takes a request for each partition; what is missing is made by the next calls. */
const MOST_DAYS_AT_ONCE = 2;

/**
 * Makes the summaries of days that are over in every partition of these hubs, each once. A partition of another hub, which is read no more,
 * is waited for by nobody. `lastDay` is the start of the last that there is.
 */
export async function rollUpDays(
  table: LedgerTable,
  partitions: readonly { readonly partition: Partition; readonly mark: Mark }[],
  hubs: readonly Pick<Partition, 'namespace' | 'hub'>[],
  lastDay: number | undefined,
): Promise<void> {
  const marks = partitions
    .filter(({ partition: { namespace, hub } }) =>
      hubs.some((read) => read.namespace === namespace && read.hub === hub),
    )
    .map(({ mark }) => mark);
  if (marks.length === 0) return;
  const first = lastDay === undefined ? firstWholeDay(marks) : lastDay + DAY;
  const complete = Math.min(...marks.map(({ upTo }) => upTo));
  for (let day = first; day + DAY <= complete && day < first + MOST_DAYS_AT_ONCE * DAY; day += DAY) {
    const meter = createMeter(day, day + DAY);
    const [span, hours] = [
      { from: day, to: day + DAY },
      { from: day, upTo: day + DAY },
    ];
    await ofEach(partitions, ({ partition }) => readPartition(table, partition, span, hours, meter));
    await table.transact(CAPACITY_KEY, [dayWrite(daySummary(bounded(meter)))]);
  }
}

function firstWholeDay(marks: readonly Mark[]): number {
  return Math.ceil(Math.min(...marks.map(({ from }) => from)) / DAY) * DAY;
}
