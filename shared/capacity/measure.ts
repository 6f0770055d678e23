import { valueFor } from '../settings/by-hub.ts';
import type { PartitionList } from '../ledger/ledger-partitions.ts';
import type { Partition } from '../message.ts';
import { partitionKeyOf } from '../names.ts';
import type { LedgerTable } from '../sinks.ts';
import { HOUR, MINUTE, startOf } from '../time.ts';
import { askHubs, askRecordsHubs, positionIn, sourceFacts } from './ask-hubs.ts';
import type { AskDeps, AskedHub } from './ask-hubs.ts';
import { bounded } from './bounded.ts';
import type { CapacityInput, PartitionState } from './input.ts';
import { createMeter } from './measures.ts';
import type { Meter } from './measures.ts';
import type { Decided } from './probe.ts';
import { readDays } from './read-days.ts';
import { noMark, ofEach, readHead, readMarks, readPartition } from './read-window.ts';
import type { Span, StoredMark } from './read-window.ts';
import { planFor } from './read-plans.ts';
import { finalUntil, hoursOf } from './roll-up.ts';
import type { Mark } from './rolled-rows.ts';
import { sighted } from './silence.ts';
import { readSightings } from './sightings.ts';

export interface MeasureDeps extends AskDeps, Pick<CapacityInput, 'categoryOf' | 'deadLetterDays'> {
  readonly table: LedgerTable;
  readonly partitions: PartitionList;
  readonly now: () => number;
}

export interface MeasureOptions {
  readonly span: Span;
  /** Whether hours are made on the way: by the timer alone. */
  readonly rollUp: boolean;
}

/** What a partition has come to, and how far its hours have been made. */
export interface MeasuredPartition extends PartitionState {
  readonly mark: Mark;
}

export interface Measured {
  readonly input: CapacityInput;
  /** Those that the ledger knows. */
  readonly partitions: readonly MeasuredPartition[];
  readonly sightingsEtag: string | undefined;
}

/** The last minute may not be in the ledger yet: a batch waits for others. */
const SETTLING = MINUTE;

/** The time before now: from the beginning of an hour, since hours are read whole, so it may be an hour more. */
export function spanBefore(now: number, window: number): Span {
  return { from: startOf(HOUR, now - window), to: startOf(MINUTE, now - SETTLING) };
}

/** What the ledger, the hubs and the checkpoints say now. The number of requests depends on the window, not on the traffic. */
export async function measure(deps: MeasureDeps, { span, rollUp }: MeasureOptions): Promise<Measured> {
  const { table, capacity, categoryOf, deadLetterDays } = deps;
  const now = deps.now();
  const meter = createMeter(span.from, span.to);
  // Before the ledger: what is decided meanwhile is ahead of the answers then, never behind them.
  const asked = await askHubs(deps);
  const marks = await readMarks(table);
  const known = await allOf(deps.partitions.all());
  const partitions = await ofEach(known, (partition) =>
    measurePartition(partition, { span, meter, asked, marks, rollUp }, deps),
  );
  const measures = bounded(meter);
  const days = await readDays(table, now, deps);
  const { sightings, etag: sightingsEtag } = await readSightings(table);
  const input: CapacityInput = {
    basis: 'ledger',
    now,
    measures,
    sourceHubs: sourceFacts(asked, deps),
    recordsHubs: await askRecordsHubs(deps),
    partitions: [...partitions, ...untouched(asked, known, deps)],
    ...days,
    sightings: sighted(sightings, measures),
    categoryOf,
    deadLetterDays,
    prices: capacity.prices,
    planOf: (namespace) => planFor(capacity.plans, namespace),
  };
  return { input, partitions, sightingsEtag };
}

interface Reading {
  readonly span: Span;
  readonly meter: Meter;
  readonly asked: readonly AskedHub[];
  readonly marks: ReadonlyMap<string, StoredMark>;
  readonly rollUp: boolean;
}

async function measurePartition(
  partition: Partition,
  { span, meter, asked, marks, rollUp }: Reading,
  { table, capacity }: MeasureDeps,
): Promise<MeasuredPartition> {
  const { of, position } = positionIn(asked, partition);
  const head = await readHead(table, partition);
  const run = head?.runs.at(-1);
  const decided: Decided | undefined = run && { sequenceNumber: run.last, time: run.lastTime };
  const askedAt = of?.positions?.askedAt ?? 0;
  const mark = marks.get(partitionKeyOf(partition)) ?? noMark(span.from);
  const hours = hoursOf(table, partition, mark, rollUp ? finalUntil(decided, position, askedAt) : 0);
  // What has not been made to hours yet is read even where it is older than the window.
  const from = rollUp ? Math.min(span.from, mark.upTo) : span.from;
  await readPartition(table, partition, { ...span, from }, mark, meter, (minute) => hours.add(minute));
  return {
    partition,
    retentionHours: valueFor(capacity.hubRetentionHours, partition.namespace, partition.hub),
    hub: position && { ...position, askedAt },
    checkpoint: of?.checkpoints?.get(partition.id),
    decided,
    backlog: head?.backlog,
    mark: rollUp ? await hours.finish() : mark,
  };
}

/** Partitions of the hubs that the ledger knows nothing of. */
function untouched(
  asked: readonly AskedHub[],
  known: readonly Partition[],
  { capacity }: MeasureDeps,
): PartitionState[] {
  const keys = new Set(known.map(partitionKeyOf));
  return asked.flatMap(({ source: { namespace, hub }, positions, checkpoints }) =>
    (positions?.partitions ?? []).flatMap((position): PartitionState[] => {
      const partition = { namespace, hub, id: position.id };
      if (keys.has(partitionKeyOf(partition))) return [];
      return [
        {
          partition,
          retentionHours: valueFor(capacity.hubRetentionHours, namespace, hub),
          hub: { ...position, askedAt: positions?.askedAt ?? 0 },
          checkpoint: checkpoints?.get(position.id),
          decided: undefined,
          backlog: undefined,
        },
      ];
    }),
  );
}

async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
