import { recordId } from './message.ts';
import type { Partition } from './message.ts';
import type { LineRecord } from './prepare.ts';
import type { OutgoingMessage } from './sinks.ts';
import type { Category } from './verdict.ts';

/** Where a record lies in the archive, for those that are too large to be sent. */
export interface Whereabouts {
  readonly container: string;
  readonly blob: string;
  readonly block: string;
}

export interface PackOptions {
  readonly partition: Partition;
  readonly category: Category;
  readonly whereabouts: Whereabouts;
  /** When Sluice took the records in. */
  readonly ingestedAt: string;
  /** Up to so many bytes, properties and framing included, records share a message. */
  readonly messageBytes: number;
  /** The hub's own limit. */
  readonly maxMessageBytes: number;
}

/** A message for the second hub, and the partition key to send it under. */
export interface Packed {
  readonly partitionKey: string;
  readonly message: OutgoingMessage;
}

/** What AMQP adds around properties and body, with room to spare. */
const FRAMING_BYTES = 1_024;

/** What a record adds beside its bytes: its id and key with their quotes and commas, in the properties. */
const PER_RECORD_BYTES = 8;

/**
 * Packs records of one category into `{"records":[...]}` messages, in order. Valid and invalid records never share one. A message
 * per record would cost up to 50 times as much: Event Hubs bills by 64 KB, and limits events per second.
 */
export function pack(records: readonly LineRecord[], options: PackOptions): Packed[] {
  const packed: Packed[] = [];
  let open: LineRecord[] = [];
  let size = 0;
  const flush = (): void => {
    if (open.length > 0) packed.push(packMessage(open, options));
    open = [];
    size = 0;
  };
  records.forEach((record, line) => {
    const added = sizeOf(record, options.partition);
    if (added + FRAMING_BYTES > options.maxMessageBytes) {
      flush();
      packed.push(packPointer(record, line, options));
      return;
    }
    const first = open[0];
    const alone = options.category.message === 'record';
    const full = size + added + FRAMING_BYTES > options.messageBytes;
    if (first && (alone || full || first.origin.valid !== record.origin.valid)) flush();
    open.push(record);
    size += added;
  });
  flush();
  return packed;
}

function sizeOf(record: LineRecord, partition: Partition): number {
  const key = record.recordKey === undefined ? 0 : Buffer.byteLength(record.recordKey);
  return record.bytes.length + key + recordId(partition, record.origin).length + PER_RECORD_BYTES;
}

const OPEN = Buffer.from('{"records":[');
const COMMA = Buffer.from(',');
const CLOSE = Buffer.from(']}');

function packMessage(records: readonly LineRecord[], options: PackOptions): Packed {
  const members = records.flatMap((record, i) => (i === 0 ? [record.bytes] : [COMMA, record.bytes]));
  const properties = propertiesOf(records, options);
  const body = Buffer.concat([OPEN, ...members, CLOSE]);
  return { partitionKey: partitionKeyOf(records, options), message: { body, properties } };
}

/** Too large for the hub: the record is in the archive, and this says where. `line` counts from 0 within the block. */
function packPointer(record: LineRecord, line: number, options: PackOptions): Packed {
  const pointer = { ...options.whereabouts, line, bytes: record.bytes.length };
  const properties = { ...propertiesOf([record], options), pointer: true };
  const body = Buffer.from(JSON.stringify({ pointer }));
  return { partitionKey: partitionKeyOf([record], options), message: { body, properties } };
}

function propertiesOf(records: readonly LineRecord[], { partition, category, ingestedAt }: PackOptions) {
  return {
    source: category.source,
    category: category.name,
    schemaId: category.schemaId,
    count: records.length,
    recordIds: JSON.stringify(records.map(({ origin }) => recordId(partition, origin))),
    recordKeys: JSON.stringify(records.map(({ recordKey }) => recordKey ?? null)),
    valid: records[0]?.origin.valid ?? true,
    ingestedAt,
  };
}

/** Keeps the order of a category within a source partition, and spreads categories over the second hub. */
function partitionKeyOf(records: readonly LineRecord[], { partition, category }: PackOptions): string {
  const own = category.message === 'record' ? records[0]?.partitionKey : undefined;
  return (own ?? `${category.key}/${partition.namespace}/${partition.hub}/${partition.id}`).slice(
    0,
    LONGEST_PARTITION_KEY,
  );
}

/** Event Hubs takes a partition key of at most 128 characters. */
const LONGEST_PARTITION_KEY = 128;
