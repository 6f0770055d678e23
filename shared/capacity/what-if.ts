import type { Tally } from '../ledger/tally.ts';
import type { CapacityInput, DaySummary } from './input.ts';
import type { Flow, Measures, PerMinute } from './measures.ts';
import type { TierName } from './report.ts';

/** What is to be different from what was measured. */
export interface WhatIf {
  /** So many times as much, of the same sizes. */
  readonly grow?: number | undefined;
  /** Days for every category, 0 = for ever. */
  readonly retentionDays?: number | undefined;
  readonly tier?: TierName | undefined;
}

export function withWhatIf(input: CapacityInput, { grow = 1, retentionDays, tier }: WhatIf): CapacityInput {
  const { categoryOf } = input;
  const grown = grow === 1 ? input : grownBy(grow, input);
  return {
    ...grown,
    tier,
    ...(retentionDays !== undefined && {
      categoryOf: (key: string) => ({ ...categoryOf(key), retentionDays }),
    }),
  };
}

function grownBy(factor: number, input: CapacityInput): CapacityInput {
  return {
    ...input,
    basis: 'what-if',
    measures: grownMeasures(factor, input.measures),
    days: input.days.map((day) => grownDay(factor, day)),
  };
}

/** More messages, not larger ones. Batches and blocks grow along, which is too much rather than too little. */
function grownMeasures(factor: number, measures: Measures): Measures {
  const grown = (series: PerMinute): PerMinute => series.map((figure) => figure * factor);
  const flow = ({ messages, records, bytes }: Flow): Flow => ({
    messages: grown(messages),
    records: grown(records),
    bytes: grown(bytes),
  });
  const partitions = [...measures.partitions].map(([key, partition]) => {
    const { recordBytes, slices, batches } = partition;
    const more = { recordBytes: grown(recordBytes), slices: slices * factor, batches: batches * factor };
    return [key, { ...partition, ...flow(partition), ...more }] as const;
  });
  const categories = [...measures.categories].map(([key, category]) => {
    return [key, { ...category, ...flow(category), sums: grownTally(factor, category.sums) }] as const;
  });
  const stored = [...measures.stored].map(([key, { blocks, records, bytes }]) => {
    return [key, { blocks: blocks * factor, records: records * factor, bytes: bytes * factor }] as const;
  });
  return {
    ...measures,
    partitions: new Map(partitions),
    categories: new Map(categories),
    stored: new Map(stored),
  };
}

function grownTally(factor: number, tally: Tally): Tally {
  const each = (counts: Readonly<Record<string, number | undefined>>): Record<string, number> =>
    Object.fromEntries(Object.entries(counts).map(([name, n = 0]) => [name, n * factor]));
  const { deadLettered, excluded, scopes, unseen, largest, ...counts } = tally;
  return {
    ...timesAll(counts, factor),
    largest,
    deadLettered: each(deadLettered),
    excluded: each(excluded),
    scopes: each(scopes),
    unseen: each(unseen),
  };
}

function timesAll<T extends Readonly<Record<string, number>>>(figures: T, factor: number): T {
  return Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, figure * factor])) as T;
}

function grownDay(factor: number, day: DaySummary): DaySummary {
  const loads = Object.entries(day.loads).map(([name, load]) => [name, timesAll({ ...load }, factor)]);
  const categories = Object.entries(day.categories).map(([name, sums]) => [
    name,
    timesAll({ ...sums }, factor),
  ]);
  return {
    ...day,
    loads: Object.fromEntries(loads) as DaySummary['loads'],
    categories: Object.fromEntries(categories) as DaySummary['categories'],
    blocks: day.blocks * factor,
    batches: day.batches * factor,
  };
}
