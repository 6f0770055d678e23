import { NO_BLOCKS } from '../blocks/block-sums.ts';
import { storedName } from './hub-flows.ts';
import type { DayCategory, DayLoad, DaySummary } from './input.ts';
import { sumOfFlows } from './measures.ts';
import type { Measures, PartitionMeasure } from './measures.ts';
import { rateOf, totalOf } from './rates.ts';

/** What is remembered of a day: small, for it is kept for long. The measures are of that day and nothing else. */
export function daySummary(measures: Measures): DaySummary {
  const partitions = [...measures.partitions.values()];
  const load = (own: readonly PartitionMeasure[]): DayLoad => dayLoad(own, measures);
  const byHub = Map.groupBy(partitions, ({ partition: { namespace, hub } }) => `hub:${namespace}/${hub}`);
  const byNamespace = Map.groupBy(partitions, ({ partition }) => `namespace:${partition.namespace}`);
  const groups = [['total', partitions] as const, ...byNamespace, ...byHub];
  const categories = [...measures.categories.keys()].map((key) => [key, dayCategory(key, measures)] as const);
  return {
    day: measures.from,
    loads: Object.fromEntries(groups.map(([name, own]) => [name, load(own)])),
    categories: Object.fromEntries(categories),
    blocks: [...measures.stored.values()].reduce((sum, { blocks }) => sum + blocks, 0),
    batches: partitions.reduce((sum, { batches }) => sum + batches, 0),
  };
}

function dayLoad(partitions: readonly PartitionMeasure[], { from, minutes }: Measures): DayLoad {
  const flow = sumOfFlows(partitions, minutes);
  const bytes = rateOf(flow.bytes, from);
  return {
    messages: totalOf(flow.messages),
    records: totalOf(flow.records),
    bytes: totalOf(flow.bytes),
    slices: partitions.reduce((sum, { slices }) => sum + slices, 0),
    peakMessages: rateOf(flow.messages, from).peak,
    peakBytes: bytes.peak,
    p95Bytes: bytes.p95,
  };
}

export function dayCategory(key: string, { categories, stored }: Measures): DayCategory {
  const { records = 0, bytes = 0 } = categories.get(key)?.sums ?? {};
  const archive = stored.get(`archive/${storedName(key)}`) ?? NO_BLOCKS;
  const deadLetters = stored.get(`dead-letter/${storedName(key)}`) ?? NO_BLOCKS;
  return {
    records,
    bytes,
    storedRecords: archive.records + deadLetters.records,
    storedBytes: archive.bytes + deadLetters.bytes,
    deadLetterRecords: deadLetters.records,
    deadLetterBytes: deadLetters.bytes,
  };
}
