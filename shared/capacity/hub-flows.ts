import { safeName } from '../names.ts';
import type { CapacityInput, RecordsHubFacts, SourceHubFacts } from './input.ts';
import { BILLED_BYTES } from '../ledger/tally.ts';
import { sumOf, sumOfFlows } from './measures.ts';
import type { CategoryMeasure, Measures, PartitionMeasure } from './measures.ts';
import { totalOf } from './rates.ts';
import type { Sized } from './rates.ts';

/** What goes through a hub in the window. */
export interface HubFlow extends Sized {
  readonly facts: SourceHubFacts;
  readonly role: 'source' | 'records';
  /** 64 KB slices. */
  readonly slices: number;
  readonly ofPartitions: readonly PartitionMeasure[];
}

export function sourceFlow(facts: SourceHubFacts, measures: Measures): HubFlow {
  const { namespace, hub } = facts;
  const ofPartitions = [...measures.partitions.values()].filter(
    ({ partition }) => partition.namespace === namespace && partition.hub === hub,
  );
  return { ...flowOf(ofPartitions, measures.minutes), facts, role: 'source', ofPartitions };
}

/** All partitions of all source hubs. */
export function totalFlow(measures: Measures): Sized & { readonly slices: number } {
  return flowOf([...measures.partitions.values()], measures.minutes);
}

function flowOf(partitions: readonly PartitionMeasure[], minutes: number) {
  const recordBytes = partitions.map((partition) => partition.recordBytes);
  return {
    ...sumOfFlows(partitions, minutes),
    recordBytes: sumOf(recordBytes, minutes),
    slices: partitions.reduce((sum, { slices }) => sum + slices, 0),
    largest: Math.max(0, ...partitions.map(({ largest }) => largest)),
    largestRecord: Math.max(0, ...partitions.map(({ largestRecord }) => largestRecord)),
  };
}

/** Of a record on the records hub beside its bytes: its id and key among the properties, and a comma each. About. */
const PER_RECORD_BYTES = 75;
/** Of a message: its other properties and its envelope. About. */
const PER_MESSAGE_BYTES = 350;

/** How a category's records lie in messages of the records hub. */
export interface Packing {
  readonly recordShare: number;
  readonly messagesPerRecord: number;
  readonly slicesPerRecord: number;
  readonly bytesPerRecord: number;
}

const NOTHING: Packing = { recordShare: 0, messagesPerRecord: 0, slicesPerRecord: 0, bytesPerRecord: 0 };

/**
 * Told from what the ledger knows: a block is packed by itself, into as many messages as its records fill, and a message is never filled
 * quite. Where there are no blocks (a what-if) messages are full.
 */
export function packingOf(
  { sums }: Pick<CategoryMeasure, 'sums'>,
  { messageBytes }: Pick<RecordsHubFacts, 'messageBytes'>,
  blocks: number,
  messagePerRecord: boolean,
): Packing {
  if (sums.records === 0 || sums.passedOn === 0) return NOTHING;
  const each = sums.bytes / sums.records + PER_RECORD_BYTES;
  const room = Math.max(1, Math.floor((messageBytes - PER_MESSAGE_BYTES) / each));
  const perBlock = blocks > 0 ? sums.passedOn / blocks : sums.passedOn;
  const inAMessage = messagePerRecord ? 1 : Math.min(room, perBlock / Math.ceil(perBlock / room));
  const size = inAMessage * each + PER_MESSAGE_BYTES;
  return {
    recordShare: sums.passedOn / sums.records,
    messagesPerRecord: 1 / inAMessage,
    slicesPerRecord: Math.ceil(size / BILLED_BYTES) / inAMessage,
    bytesPerRecord: size / inAMessage,
  };
}

/** What Sluice itself sends to a records hub. */
export function recordsFlow(
  facts: RecordsHubFacts,
  { measures, categoryOf }: Pick<CapacityInput, 'measures' | 'categoryOf'>,
): HubFlow {
  const { minutes, stored } = measures;
  const blocksIn = (container: string, key: string) =>
    stored.get(`${container}/${storedName(key)}`)?.blocks ?? 0;
  const own = [...measures.categories.values()].filter(({ key }) => facts.takes(key));
  const packings = own.map((category) => {
    const blocks = blocksIn('archive', category.key) + blocksIn('pass-on', category.key);
    return packingOf(category, facts, blocks, categoryOf(category.key).messagePerRecord);
  });
  const records = own.map((category) => category.records);
  const series = (of: (packing: Packing) => number) => sumOf(records, minutes, packings.map(of));
  return {
    facts,
    role: 'records',
    messages: series((packing) => packing.recordShare * packing.messagesPerRecord),
    records: series((packing) => packing.recordShare),
    bytes: series((packing) => packing.recordShare * packing.bytesPerRecord),
    recordBytes: sumOf(
      own.map((category) => category.bytes),
      minutes,
      packings.map((packing) => packing.recordShare),
    ),
    slices: totalOf(series((packing) => packing.recordShare * packing.slicesPerRecord)),
    largest: 0,
    largestRecord: Math.max(0, ...own.map(({ sums }) => sums.largest)),
    ofPartitions: [],
  };
}

/** A category as it stands in the keys of block sums. */
export function storedName(key: string): string {
  const slash = key.indexOf('/');
  return `${key.slice(0, slash)}/${safeName(key.slice(slash + 1))}`;
}
