import { partitionKeyOf } from '../names.ts';
import { HOUR, MINUTE } from '../time.ts';
import type { CapacityInput, PartitionState } from './input.ts';
import type { Measures } from './measures.ts';
import { unreadOf } from './probe.ts';
import { rateOf } from './rates.ts';
import type { BacklogReport, LagReport, PartitionLag } from './report.ts';

export function lagReport({ partitions, measures }: CapacityInput): LagReport {
  const lags = partitions.map((state) => lagOf(state, measures));
  const known = (of: (lag: PartitionLag) => number | null): number[] =>
    lags.map(of).filter((figure) => figure !== null);
  const pauses = known(({ pauseHours }) => pauseHours);
  return {
    partitions: lags,
    events: mostOf(known(({ events }) => events)),
    minutes: mostOf(known(({ minutes }) => minutes)),
    pauseHours: pauses.length === 0 ? null : Math.min(...pauses),
  };
}

function mostOf(figures: readonly number[]): number | null {
  return figures.length === 0 ? null : Math.max(...figures);
}

function lagOf(state: PartitionState, measures: Measures): PartitionLag {
  const { partition, hub, decided, checkpoint, retentionHours } = state;
  const events = eventsBehind(state);
  const ageMs = hub && events !== null ? oldestUnread(state, events, measures) : null;
  return {
    ...partition,
    events,
    minutes: ageMs === null ? null : ageMs / MINUTE,
    // What is not read when it is as old as the hub keeps events is let go.
    pauseHours: ageMs === null ? null : Math.max(0, retentionHours - ageMs / HOUR),
    lastEnqueued: hub?.lastEnqueued ?? null,
    lastDecided: decided?.sequenceNumber ?? null,
    checkpoint: checkpoint ?? null,
    lastEnqueuedAt: hub && hub.lastEnqueued >= 0 ? new Date(hub.lastEnqueuedAt).toISOString() : null,
    lastDecidedAt: decided ? new Date(decided.time).toISOString() : null,
  };
}

function eventsBehind({ hub, decided, checkpoint }: PartitionState): number | null {
  return hub ? unreadOf(hub, decided, checkpoint) : null;
}

/**
 * The age in milliseconds of the oldest event that is not decided. It came after the one decided last, and before the one enqueued last by
 * as many events as there are, at the pace of the window.
 */
function oldestUnread(
  { hub, decided, partition }: PartitionState,
  events: number,
  measures: Measures,
): number {
  if (!hub || events === 0) return 0;
  const measure = measures.partitions.get(partitionKeyOf(partition));
  const perSecond = measure ? rateOf(measure.messages, measures.from).average : 0;
  const before = perSecond > 0 ? ((events - 1) / perSecond) * 1_000 : Number.POSITIVE_INFINITY;
  const earliest = decided?.time ?? hub.lastEnqueuedAt;
  const oldest = events === 1 ? hub.lastEnqueuedAt : Math.max(earliest, hub.lastEnqueuedAt - before);
  return Math.max(0, hub.askedAt - Math.min(oldest, hub.lastEnqueuedAt));
}

export function backlogReport({ partitions }: CapacityInput): BacklogReport {
  const behind = partitions.flatMap(({ partition, backlog }) =>
    backlog && backlog.hubs.length > 0 ? [{ partition, ...backlog }] : [],
  );
  const since = behind.map((part) => part.since);
  return {
    hubs: [...new Set(behind.flatMap(({ hubs }) => hubs))].toSorted(),
    partitions: behind.map((part) => ({
      ...part.partition,
      recordsHubs: part.hubs,
      since: new Date(part.since).toISOString(),
    })),
    since: since.length === 0 ? null : new Date(Math.min(...since)).toISOString(),
  };
}
