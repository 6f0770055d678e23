import { HOUR, MINUTE } from '../time.ts';
import { blockSumKey, NO_BLOCKS } from '../blocks/block-sums.ts';
import { billedSlices, emptyMinute, emptyTally } from '../ledger/tally.ts';
import type { MinuteTally } from '../ledger/tally.ts';
import { createMeter } from './measures.ts';
import type { Measures } from './measures.ts';

/** A stream that nobody has measured. */
export interface Assumed {
  readonly eventsPerSecond: number;
  /** Of an event. */
  readonly bytes: number;
  /** The sender fills messages of so many bytes with them, and sends what it has every five minutes. Undefined: each is a message. */
  readonly messageBytes: number | undefined;
}

/** Products that collect events send them so often. */
const INTERVAL_SECONDS = 300;

/** Whole ones, of which the last need not be full. */
export function messagesPerInterval(
  { eventsPerSecond, bytes, messageBytes }: Assumed,
  seconds = INTERVAL_SECONDS,
): number {
  const events = eventsPerSecond * seconds;
  // A rounding error in the last digits fills no message.
  return messageBytes === undefined ? events : Math.ceil((events * bytes) / messageBytes - 1e-9);
}

/** What packing leaves of log records, by the setting. */
export const ASSUMED_COMPRESSION = { gzip: 0.135, zstd: 0.11, none: 1 } as const;

/** host.json: a batch is handed over when it has so many messages, or after so many seconds. */
const BATCH = { messages: 50, seconds: 30 };

export interface AssumedSetup {
  readonly category: string;
  readonly partitions: number;
  readonly compression: keyof typeof ASSUMED_COMPRESSION;
}

/** What the ledger would have counted of it: an hour of which every minute is the same, on all partitions alike. */
export function assumedMeasures(assumed: Assumed, setup: AssumedSetup, now: number): Measures {
  const [from, to] = [now - HOUR, now];
  const meter = createMeter(from, to);
  const counts = countsOf(assumed, setup);
  for (let i = 0; i < setup.partitions; i++) {
    const partition = { ...ASSUMED, id: String(i) };
    for (let minute = from; minute < to; minute += MINUTE) meter.addMinute(partition, { ...counts, minute });
  }
  const batches = batchesPerMinute(counts.messages) * meter.minutes;
  for (const measure of meter.partitions.values()) measure.batches = batches;
  return meter;
}

/** Of a minute of one partition. */
function countsOf(assumed: Assumed, { category, partitions, compression }: AssumedSetup): MinuteTally {
  const messages = ((messagesPerInterval(assumed) / INTERVAL_SECONDS) * 60) / partitions;
  const records = (assumed.eventsPerSecond * 60) / partitions;
  const bytes = records * assumed.bytes;
  const largest = messages > 0 ? bytes / messages : 0;
  const [source = '', name = ''] = category.split('/');
  const tally = { ...emptyTally(), records, bytes, messages, archived: records, passedOn: records };
  const stored = { records, bytes: bytes * ASSUMED_COMPRESSION[compression], digest: NO_BLOCKS.digest };
  return {
    ...emptyMinute(0, NO_MESSAGE),
    messages,
    bytes,
    largest,
    slices: messages * billedSlices(largest),
    categories: { [category]: { ...tally, largest: assumed.bytes } },
    blocks: { [blockSumKey('archive', source, name)]: { ...stored, blocks: batchesPerMinute(messages) } },
  };
}

const NO_MESSAGE = { sequenceNumber: 0, enqueuedTime: 0, body: Buffer.alloc(0) };

function batchesPerMinute(messages: number): number {
  return Math.min(messages, Math.max(60 / BATCH.seconds, messages / BATCH.messages));
}

/** Where an assumed stream comes in. */
export const ASSUMED = { namespace: 'assumed', hub: 'logs' } as const;
