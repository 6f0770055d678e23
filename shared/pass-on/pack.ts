import { joinBytes } from '../json/join-bytes.ts';
import { messageId } from '../message.ts';
import type { Origin, Partition } from '../message.ts';
import type { LineRecord } from '../blocks/draft.ts';
import type { OutgoingMessage } from '../sinks.ts';
import { borrowBytes } from '../blocks/slabs.ts';
import type { Category } from '../judge/verdict.ts';

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

/** A message for the second hub, and the partition key to send it under. Its body may be borrowed. */
export interface Packed {
  readonly partitionKey: string;
  readonly message: OutgoingMessage;
}

/** What AMQP adds around properties and body, with room to spare. */
const FRAMING_BYTES = 1_024;

/** What a record adds beside its bytes, id and key: three commas. */
const PER_RECORD_BYTES = 3;

/** Longer than any product's. A record's key is taken from its data, which may put a megabyte there. */
const LONGEST_RECORD_KEY = 1_024;

/** Records that will share a message. */
interface Parcel {
  readonly records: LineRecord[];
  /** Their ids and keys as they will stand in the message's properties: in JSON, with commas between them. */
  ids: string;
  keys: string;
  /** Bytes of the message so far, framing not counted. */
  size: number;
}

/**
 * Packs records of one category into `{"records":[...]}` messages, in order. Valid and invalid records never share one, nor do
 * salvaged ones and others. A message per record would cost up to 50 times as much: Event Hubs bills by 64 KB, and limits events per
 * second.
 */
export function pack(records: readonly LineRecord[], options: PackOptions): Packed[] {
  const idOf = quotedIds(options.partition);
  const packed: Packed[] = [];
  let open = emptyParcel();
  const flush = (): void => {
    if (open.records.length > 0) packed.push(packMessage(open, options));
    open = emptyParcel();
  };
  records.forEach((record, line) => {
    if (!record.forward) return;
    const id = idOf(record);
    const isPlain = PLAIN_KEY.test(record.recordKey ?? '');
    const key = isPlain ? `"${record.recordKey}"` : keyOf(record);
    const keyBytes = isPlain ? key.length : Buffer.byteLength(key);
    const added = record.bytes.length + id.length + keyBytes + labelBytes(record) + PER_RECORD_BYTES;
    if (added + FRAMING_BYTES > options.maxMessageBytes) {
      flush();
      packed.push(packPointer({ records: [record], ids: id, keys: key, size: added }, line, options));
      return;
    }
    if (!hasRoomFor(record, added, open, options)) flush();
    const comma = open.records.length === 0 ? '' : ',';
    open.records.push(record);
    open.ids += comma + id;
    open.keys += comma + key;
    open.size += added;
  });
  flush();
  return packed;
}

function emptyParcel(): Parcel {
  return { records: [], ids: '', keys: '', size: 0 };
}

function hasRoomFor(
  record: LineRecord,
  added: number,
  { records, size }: Parcel,
  options: PackOptions,
): boolean {
  const first = records[0];
  if (!first) return true;
  if (options.category.message === 'record' || size + added + FRAMING_BYTES > options.messageBytes)
    return false;
  return first.valid === record.valid && first.salvaged === record.salvaged;
}

/**
 * Ids as JSON. Nothing in them needs an escape: names of namespaces and hubs hold letters, digits, `-`, `_` and `.` only. What the
 * records of a message share is made once.
 */
function quotedIds(partition: Partition): (origin: Origin) => string {
  let before: Origin | undefined;
  let opening = '';
  return (origin) => {
    if (before?.sequenceNumber !== origin.sequenceNumber || before.enqueuedTime !== origin.enqueuedTime) {
      opening = `"${messageId(partition, origin)}/`;
      before = origin;
    }
    return `${opening}${origin.index}"`;
  };
}

const NO_KEY = 'null';

/** As ids are: no escapes, and a byte for each character. To see that takes less than to ask for either. */
const PLAIN_KEY = /^[\w-]{1,100}$/;

/** With its quotes, and however it is escaped. */
function labelBytes({ label }: LineRecord): number {
  return label === undefined ? 0 : Buffer.byteLength(JSON.stringify(label)) + 1;
}

function keyOf({ recordKey }: LineRecord): string {
  return recordKey === undefined || recordKey.length > LONGEST_RECORD_KEY
    ? NO_KEY
    : JSON.stringify(recordKey);
}

const ENVELOPE = { open: Buffer.from('{"records":['), close: Buffer.from(']}'), separator: 0x2c };

function packMessage(parcel: Parcel, options: PackOptions): Packed {
  const properties = propertiesOf(parcel, options);
  const body = joinBytes(parcel.records, ENVELOPE, borrowBytes);
  return { partitionKey: partitionKeyOf(parcel, options), message: { body, properties } };
}

/** Too large for the hub: the record is in the archive, and this says where. `line` counts from 0 within the block. */
function packPointer(parcel: Parcel, line: number, options: PackOptions): Packed {
  const pointer = { ...options.whereabouts, line, bytes: parcel.records[0]?.bytes.length };
  const properties = { ...propertiesOf(parcel, options), pointer: true };
  const body = Buffer.from(JSON.stringify({ pointer }));
  return { partitionKey: partitionKeyOf(parcel, options), message: { body, properties } };
}

function propertiesOf({ records, ids, keys }: Parcel, { category, ingestedAt }: PackOptions) {
  const first = records[0];
  return {
    source: category.source,
    category: category.name,
    schemaId: category.schemaId,
    count: records.length,
    recordIds: `[${ids}]`,
    recordKeys: `[${keys}]`,
    ...(records.some(({ label }) => label !== undefined) && { labels: labelsOf(records) }),
    valid: first?.valid ?? true,
    ...(first?.salvaged && { salvaged: true }),
    ingestedAt,
  };
}

function labelsOf(records: readonly LineRecord[]): string {
  return JSON.stringify(records.map(({ label }) => label ?? null));
}

/** Keeps the order of a category within a source partition, and spreads categories over the second hub. */
function partitionKeyOf({ records }: Parcel, { partition, category }: PackOptions): string {
  const own = category.message === 'record' ? records[0]?.partitionKey : undefined;
  return (own ?? `${category.key}/${partition.namespace}/${partition.hub}/${partition.id}`).slice(
    0,
    LONGEST_PARTITION_KEY,
  );
}

/** Event Hubs takes a partition key of at most 128 characters. */
const LONGEST_PARTITION_KEY = 128;
