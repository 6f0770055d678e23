import { packingOf } from '../../shared/capacity/hub-flows.ts';
import { HOURS_PER_MONTH, SECONDS_PER_MONTH } from '../../shared/capacity/limits.ts';
import { PRICES } from '../../shared/capacity/prices.ts';
import { costOfBytes, costOfCount, costOfUnits } from '../../shared/capacity/pricing.ts';
import { unitLoadOf, wholeUnits } from '../../shared/capacity/units.ts';
import { emptyTally } from '../../shared/ledger/tally.ts';
import { PARTITIONS } from './measure.ts';
import type { Flow, Used } from './measure.ts';

export const RECORDS = 1e9;

/** Not in the price table of the app, which reckons with neither: US East, LRS, from Azure's retail prices as infracost's tests hold them. */
const READS_10K = 0.0044;
const TAGS_10K_MONTH = 0.039;
const MOVES_TO_COOL_10K = 0.1;
/** Source, category, and when it expires. */
const TAGS_PER_BLOB = 3;

const INSTANCE_GB = 2;
const LEAST_SECONDS = 1;
/** What the records of a message on the second hub fill. */
const MESSAGE_BYTES = 65_536;
const MONTHS_KEPT = 12;
/** With `SLUICE_TIERS` for cool after one month, and cold after three. */
const MONTHS_IN_TIERS = { hot: 1, cool: 2, cold: 9 };

/** Of each partition of both hubs, who reads it is renewed every so often. */
const RENEWED_SECONDS = 30;
const HUBS = 2;

/** What is done with the same records. */
export interface Way extends Used {
  readonly title: string;
}

/** In each of them, a blob grows for an hour at most, and holds at most so many blocks. */
const MOST_BLOCKS = 256;

export function waysOf(used: Used, batch: number): Way[] {
  return [
    { ...used, blobs: growingBlobs(used), title: 'Sluice' },
    { ...messagePerRecord(used, batch), blobs: growingBlobs(used), title: 'message per record' },
    { ...blobPerBatch(used, used.blocks), title: 'blob per batch and category' },
    { ...blobPerBatch(used, used.executions.ingest), title: 'blob per batch' },
  ];
}

/** Every hour begins as many as the run did; in the proportion of the run, so that all is scaled alike. */
function growingBlobs({ blobs, blocks, records }: Used): number {
  const factor = RECORDS / records;
  const blocksPerBlob = (blocks * factor) / (blobs * HOURS_PER_MONTH);
  return (blobs * HOURS_PER_MONTH * Math.ceil(blocksPerBlob / MOST_BLOCKS)) / factor;
}

/** On the second hub, with the properties that such a message has, in batches of as many messages. */
function messagePerRecord(used: Used, batch: number): Used {
  const { records, source } = used;
  const sums = { ...emptyTally(), records, bytes: source.bytes, passedOn: records };
  const packing = packingOf({ sums }, { messageBytes: MESSAGE_BYTES }, used.blocks, true);
  const executions = records / batch;
  return {
    ...used,
    passedOn: {
      messages: records,
      bytes: records * packing.bytesPerRecord,
      slices: records * packing.slicesPerRecord,
    },
    executions: { ...used.executions, records: executions },
    // A checkpoint each.
    writes: used.writes + executions - used.executions.records,
  };
}

/** In place of a block and a list: one write, and one more blob. */
function blobPerBatch(used: Used, blobs: number): Used {
  return { ...used, blobs, writes: used.writes - 2 * used.blocks + blobs };
}

export interface CostLine {
  readonly item: string;
  readonly usd: number;
  readonly detail: string;
}

/** A billion records, evenly over a month, in the tier Standard. */
export function costLines({ records, source, passedOn, ...used }: Used): CostLine[] {
  const factor = RECORDS / records;
  const [ingest, handOver] = [used.executions.ingest * factor, used.executions.records * factor];
  const renewals = (HUBS * PARTITIONS * SECONDS_PER_MONTH) / RENEWED_SECONDS;
  const seconds = busySeconds(ingest) + busySeconds(handOver);
  const units = unitsFor([source, passedOn], factor);
  const { eventHubs, storage, functions } = PRICES;
  const blobMonths = used.blobs * factor * TAGS_PER_BLOB * MONTHS_KEPT;
  const events = (flow: Flow): number => costOfCount(flow.slices * factor, eventHubs.millionEvents, 1e6);
  const transactions = (n: number): number => costOfCount(n * factor, storage.tableTransactions10k, 1e4);
  return [
    {
      item: 'Event Hubs units',
      usd: costOfUnits(units, eventHubs.standardUnitHour),
      detail: `${units} TU x ${HOURS_PER_MONTH} hours x ${eventHubs.standardUnitHour}`,
    },
    {
      item: 'Events in, from the products',
      usd: events(source),
      detail: `${million(source.slices * factor)} of 64 KB x ${eventHubs.millionEvents}`,
    },
    {
      item: 'Events on to the second hub',
      usd: events(passedOn),
      detail: `${million(passedOn.slices * factor)} of 64 KB x ${eventHubs.millionEvents}`,
    },
    {
      item: 'Function time',
      usd: seconds * INSTANCE_GB * functions.gbSecond,
      detail: `${million(seconds)} s x ${INSTANCE_GB} GB x ${functions.gbSecond}`,
    },
    {
      item: 'Function executions',
      usd: costOfCount(ingest + handOver, functions.millionExecutions, 1e6),
      detail: `${million(ingest + handOver)} x ${functions.millionExecutions}`,
    },
    {
      item: 'Blob writes',
      usd: costOfCount(used.writes * factor + renewals, storage.hotWrites10k, 1e4),
      detail: `${million(used.writes * factor + renewals)} x ${storage.hotWrites10k} per 10,000`,
    },
    {
      item: 'Blob reads',
      usd: costOfCount(used.reads * factor, READS_10K, 1e4),
      detail: `${million(used.reads * factor)} x ${READS_10K} per 10,000`,
    },
    {
      item: 'Ledger',
      usd: transactions(used.ledgerTransactions),
      detail: `${million(used.ledgerTransactions * factor)} x ${storage.tableTransactions10k} per 10,000`,
    },
    {
      item: 'State of category functions',
      usd: transactions(used.stateTransactions),
      detail: `${million(used.stateTransactions * factor)} x ${storage.tableTransactions10k} per 10,000`,
    },
    {
      item: `Archive, kept hot for ${MONTHS_KEPT} months`,
      usd: costOfBytes(used.storedBytes * factor, storage.hotGbMonth) * MONTHS_KEPT,
      detail: `${((used.storedBytes * factor) / 1e9).toFixed(0)} GB x ${MONTHS_KEPT} x ${storage.hotGbMonth}`,
    },
    {
      item: `Index tags, ${MONTHS_KEPT} months`,
      usd: costOfCount(blobMonths, TAGS_10K_MONTH, 1e4),
      detail: `${million(blobMonths)} tag-months x ${TAGS_10K_MONTH} per 10,000`,
    },
  ];
}

/** In place of the archive that is kept hot: in tiers, with the moves to cool. A price for those to cold is not at hand. */
export function tieredArchive({ records, storedBytes, blobs }: Used): number {
  const factor = RECORDS / records;
  const { hot, cool, cold } = MONTHS_IN_TIERS;
  const { hotGbMonth, coolGbMonth, coldGbMonth } = PRICES.storage;
  const gbMonths = hot * hotGbMonth + cool * coolGbMonth + cold * coldGbMonth;
  return costOfBytes(storedBytes * factor, gbMonths) + costOfCount(blobs * factor, MOVES_TO_COOL_10K, 1e4);
}

/** An execution is billed as a second at least, and what overlaps shares its instance: never more than all the time there is. */
function busySeconds(executions: number): number {
  return Math.min(executions * LEAST_SECONDS, SECONDS_PER_MONTH);
}

/** Everything comes in once, and goes out once. */
function unitsFor(flows: readonly Flow[], factor: number): number {
  const perSecond = (of: (flow: Flow) => number): number =>
    (flows.reduce((sum, flow) => sum + of(flow), 0) * factor) / SECONDS_PER_MONTH;
  const [bytes, events] = [perSecond((flow) => flow.bytes), perSecond((flow) => flow.messages)];
  const load = unitLoadOf({
    'ingress-bytes': bytes,
    'ingress-events': events,
    'egress-bytes': bytes,
    'egress-events': events,
  });
  return wholeUnits(load.units);
}

function million(n: number): string {
  return `${(n / 1e6).toFixed(n < 1e8 ? 2 : 0)} million`;
}
