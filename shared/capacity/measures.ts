import { NO_BLOCKS } from '../blocks/block-sums.ts';
import type { BlockSum, BlockSums } from '../blocks/block-sums.ts';
import type { Partition } from '../message.ts';
import { partitionKeyOf } from '../names.ts';
import { addTally, emptyTally } from '../ledger/tally.ts';
import type { MinuteTally, Tally } from '../ledger/tally.ts';
import { MINUTE } from '../time.ts';

/** A figure for each minute of a window. */
export type PerMinute = Float64Array;

/** What came in, minute by minute. */
export interface Flow {
  readonly messages: PerMinute;
  readonly records: PerMinute;
  readonly bytes: PerMinute;
}

export interface PartitionMeasure extends Flow {
  readonly partition: Partition;
  /** Of the records alone, unpacked; `bytes` is of the messages as they came. */
  readonly recordBytes: PerMinute;
  slices: number;
  /** In bytes: of the largest message, and of the largest record. */
  largest: number;
  largestRecord: number;
  /** Told from the blocks: a batch leaves one in every category that it touches. */
  batches: number;
  salvagedMessages: number;
}

export interface CategoryMeasure extends Flow {
  readonly key: string;
  readonly sums: Tally;
}

/** What the ledger says of a window, added up. What is outside the window is left out. */
export interface Measures {
  /** The start of the first minute, in milliseconds. */
  readonly from: number;
  readonly minutes: number;
  /** By the ledger's partition key. */
  readonly partitions: ReadonlyMap<string, PartitionMeasure>;
  readonly categories: ReadonlyMap<string, CategoryMeasure>;
  /** By container and category, as in `BlockSums`. Their digests are not added up. */
  readonly stored: ReadonlyMap<string, Stored>;
}

export type Stored = Pick<BlockSum, 'blocks' | 'records' | 'bytes'>;

/** The minutes of an hour, by minute, beside its counts. */
export interface HourSeries {
  readonly messages: readonly number[];
  readonly bytes: readonly number[];
  readonly categories: Readonly<Record<string, Readonly<Record<keyof Flow, readonly number[]>>>>;
}

export interface HourTally {
  readonly counts: MinuteTally;
  readonly series: HourSeries;
  readonly batches: number;
}

export interface Meter extends Measures {
  addMinute(partition: Partition, minute: MinuteTally): void;
  /** All of its minutes, which the window holds whole or not at all. */
  addHour(partition: Partition, hour: HourTally): void;
}

export function createMeter(from: number, to: number): Meter {
  const minutes = Math.max(0, Math.round((to - from) / MINUTE));
  const partitions = new Map<string, PartitionMeasure>();
  const categories = new Map<string, CategoryMeasure>();
  const stored = new Map<string, Stored>();

  const emptyFlow = (): Flow => ({
    messages: new Float64Array(minutes),
    records: new Float64Array(minutes),
    bytes: new Float64Array(minutes),
  });

  function partitionOf(partition: Partition): PartitionMeasure {
    const key = partitionKeyOf(partition);
    const known = partitions.get(key);
    if (known) return known;
    const made = {
      ...emptyFlow(),
      partition,
      recordBytes: new Float64Array(minutes),
      slices: 0,
      largest: 0,
      largestRecord: 0,
      batches: 0,
      salvagedMessages: 0,
    };
    partitions.set(key, made);
    return made;
  }

  function categoryOf(key: string): CategoryMeasure {
    const known = categories.get(key);
    if (known) return known;
    const made = { ...emptyFlow(), key, sums: emptyTally() };
    categories.set(key, made);
    return made;
  }

  function addCounts(measure: PartitionMeasure, counts: MinuteTally, batches: number): void {
    measure.slices += counts.slices;
    measure.largest = Math.max(measure.largest, counts.largest);
    measure.batches += batches;
    measure.salvagedMessages += counts.salvagedMessages;
    for (const [key, tally] of Object.entries(counts.categories)) {
      addTally(categoryOf(key).sums, tally);
      measure.largestRecord = Math.max(measure.largestRecord, tally.largest);
    }
    for (const [key, sum] of Object.entries(counts.blocks)) {
      const { blocks, records, bytes } = stored.get(key) ?? NO_BLOCKS;
      stored.set(key, {
        blocks: blocks + sum.blocks,
        records: records + sum.records,
        bytes: bytes + sum.bytes,
      });
    }
  }

  function addMinute(partition: Partition, counts: MinuteTally): void {
    const at = (counts.minute - from) / MINUTE;
    if (at < 0 || at >= minutes) return;
    const measure = partitionOf(partition);
    addAt(measure.messages, at, counts.messages);
    addAt(measure.bytes, at, counts.bytes);
    for (const [key, tally] of Object.entries(counts.categories)) {
      const category = categoryOf(key);
      addAt(measure.records, at, tally.records);
      addAt(measure.recordBytes, at, tally.bytes);
      addAt(category.messages, at, tally.messages);
      addAt(category.records, at, tally.records);
      addAt(category.bytes, at, tally.bytes);
    }
    addCounts(measure, counts, batchesOf(counts));
  }

  function addHour(partition: Partition, { counts, series, batches }: HourTally): void {
    const at = (counts.minute - from) / MINUTE;
    if (at < 0 || at >= minutes) return;
    const measure = partitionOf(partition);
    addSeries(measure.messages, at, series.messages);
    addSeries(measure.bytes, at, series.bytes);
    for (const [key, flow] of Object.entries(series.categories)) {
      const category = categoryOf(key);
      addSeries(measure.records, at, flow.records);
      addSeries(measure.recordBytes, at, flow.bytes);
      addSeries(category.messages, at, flow.messages);
      addSeries(category.records, at, flow.records);
      addSeries(category.bytes, at, flow.bytes);
    }
    addCounts(measure, counts, batches);
  }

  return { from, minutes, partitions, categories, stored, addMinute, addHour };
}

/** At least so many: a batch leaves a block, at the most, for each container and category. */
export function batchesOf({ messages, blocks }: { messages: number; blocks: BlockSums }): number {
  return Math.max(messages > 0 ? 1 : 0, ...Object.values(blocks).map((sum) => sum.blocks));
}

function addSeries(sum: PerMinute, at: number, figures: readonly number[]): void {
  figures.forEach((figure, i) => addAt(sum, at + i, figure));
}

function addAt(sum: PerMinute, at: number, figure: number): void {
  if (at < sum.length) sum[at] = (sum[at] ?? 0) + figure;
}

/** Flows of the same window as one. */
export function sumOfFlows(flows: readonly Flow[], minutes: number): Flow {
  return {
    messages: sumOf(
      flows.map(({ messages }) => messages),
      minutes,
    ),
    records: sumOf(
      flows.map(({ records }) => records),
      minutes,
    ),
    bytes: sumOf(
      flows.map(({ bytes }) => bytes),
      minutes,
    ),
  };
}

/** Each with a factor of its own, where there are any. */
export function sumOf(
  series: readonly PerMinute[],
  minutes: number,
  factors: readonly number[] = [],
): PerMinute {
  const sum = new Float64Array(minutes);
  series.forEach((figures, i) => {
    const factor = factors[i] ?? 1;
    figures.forEach((figure, at) => addAt(sum, at, figure * factor));
  });
  return sum;
}
