import { SluiceError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Batch, Partition } from '../message.ts';
import { addTally, addUnnamed, deadLetteredOf, emptyTally, excludedOf } from '../ledger/tally.ts';
import type { MinuteTally, Tally } from '../ledger/tally.ts';
import { SECOND } from '../time.ts';
import type { CategoryNames } from './bounded-categories.ts';
import type { Measurement } from './metrics.ts';
import type { Telemetry, Trace } from './telemetry.ts';

/** The call of a function that a batch came with; what the host tells of it has the same id. */
export interface Invocation {
  readonly id: string;
  /** `00-<trace id>-<span id>-<flags>`, by which Application Insights joins what the host and the app tell of the call. */
  readonly traceParent: string | undefined;
  readonly log: Log;
}

/** How a batch went. */
export interface BatchFacts {
  readonly partition: Partition;
  readonly invocationId: string;
  readonly traceParent: string | undefined;
  readonly messages: number;
  /** Sequence numbers. */
  readonly first: number;
  readonly last: number;
  /** When the hub took in the oldest message, and when the batch ended, in milliseconds since 1970. */
  readonly oldest: number;
  readonly ended: number;
  /** In milliseconds. */
  readonly duration: number;
  /** What was decided, by category: for a batch that failed, as far as it came. Without scopes and unseen fields. */
  readonly tallies: ReadonlyMap<string, Tally>;
  /** What it threw; undefined where it was taken in. */
  readonly error: unknown;
}

/** To be told of each decision, in the middle of a batch. */
export type OnDecided = (minutes: readonly MinuteTally[]) => void;

/** Has the batch taken in, and tells how it went. What it throws is thrown. */
export async function observeBatch(
  batch: Batch,
  invocation: Invocation,
  telemetry: Telemetry | undefined,
  takeIn: (onDecided: OnDecided | undefined) => Promise<void>,
): Promise<void> {
  if (!telemetry) return takeIn(undefined);
  const began = performance.now();
  const tallies = new Map<string, Tally>();
  const end = (error: unknown): void => {
    const duration = performance.now() - began;
    telemetry.batchEnded({ ...factsOf(batch, invocation), duration, tallies, error }, invocation.log);
  };
  try {
    await takeIn((minutes) => addMinutes(tallies, minutes));
  } catch (error) {
    end(error);
    throw error;
  }
  end(undefined);
}

function factsOf(
  { partition, messages }: Batch,
  { id, traceParent }: Invocation,
): Omit<BatchFacts, 'duration' | 'tallies' | 'error'> {
  const numbers = messages.map(({ sequenceNumber }) => sequenceNumber);
  return {
    partition,
    invocationId: id,
    traceParent,
    messages: messages.length,
    first: Math.min(...numbers),
    last: Math.max(...numbers),
    oldest: Math.min(...messages.map(({ enqueuedTime }) => enqueuedTime)),
    ended: Date.now(),
  };
}

function addMinutes(sums: Map<string, Tally>, minutes: readonly MinuteTally[]): void {
  for (const { categories } of minutes) {
    for (const [key, tally] of Object.entries(categories)) {
      const sum = sums.get(key) ?? emptyTally();
      sums.set(key, sum);
      addUnnamed(sum, tally);
    }
  }
}

export function batchMeasurements(facts: BatchFacts, nameOf: CategoryNames): Measurement[] {
  const { partition, tallies, duration, oldest, ended, error } = facts;
  const hub = { namespace: partition.namespace, hub: partition.hub };
  const outcome = error === undefined ? 'taken-in' : 'failed';
  const delay = Math.max(0, ended - oldest) / SECOND;
  return [
    { metric: 'batchDuration', value: duration, dimensions: { ...hub, outcome } },
    ...(error !== undefined ? [] : [{ metric: 'batchDelay', value: delay, dimensions: hub } as const]),
    ...[...tallies].flatMap(([key, tally]) => categoryMeasurements(tally, { ...hub, category: nameOf(key) })),
  ];
}

function categoryMeasurements(tally: Tally, dimensions: Measurement['dimensions']): Measurement[] {
  const counts: Measurement[] = [
    { metric: 'recordsIn', value: tally.records, dimensions },
    { metric: 'recordsArchived', value: tally.archived, dimensions },
    { metric: 'recordsExcluded', value: excludedOf(tally), dimensions },
    { metric: 'recordsPassedOn', value: tally.passedOn, dimensions },
    { metric: 'bytesIn', value: tally.bytes, dimensions },
    ...Object.entries(tally.deadLettered).map(([reason, value]) => {
      return { metric: 'recordsDeadLettered', value, dimensions: { ...dimensions, reason } } as const;
    }),
  ];
  return counts.filter(({ value }) => value > 0);
}

/** One for each batch: by its id, or its invocation's, all that is told of it can be found. */
export function batchTrace(facts: BatchFacts): Trace {
  const { partition, first, last, messages, error, ended, traceParent } = facts;
  const { namespace, hub, id } = partition;
  const sum = emptyTally();
  for (const tally of facts.tallies.values()) addTally(sum, tally);
  const outcome = error === undefined ? 'taken in' : 'failed';
  return {
    time: ended,
    level: error === undefined ? 'info' : 'error',
    message: `Batch ${outcome}: ${messages} messages of ${namespace}/${hub}/${id}, ${first} to ${last}`,
    traceParent,
    properties: {
      batch: `${namespace}/${hub}/${id}/${first}-${last}`,
      invocationId: facts.invocationId,
      namespace,
      hub,
      partition: id,
      firstSequenceNumber: first,
      lastSequenceNumber: last,
      messages,
      durationMs: Math.round(facts.duration),
      records: sum.records,
      bytes: sum.bytes,
      archived: sum.archived,
      deadLettered: deadLetteredOf(sum),
      excluded: excludedOf(sum),
      passedOn: sum.passedOn,
      ...(deadLetteredOf(sum) > 0 && { deadLetterReasons: JSON.stringify(sum.deadLettered) }),
      ...(error !== undefined && errorProperties(error)),
    },
  };
}

function errorProperties(error: unknown): Trace['properties'] {
  if (!(error instanceof Error)) return { error: JSON.stringify(error) };
  return { error: error.message, ...(error instanceof SluiceError && { errorCode: error.code }) };
}
