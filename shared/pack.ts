import { joinBytes } from './join-bytes.ts';
import { recordIds } from './message.ts';
import type { Origin, Partition } from './message.ts';
import type { LineRecord } from './draft.ts';
import type { LineOrigin } from './origins.ts';
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

/** What a record adds beside its bytes, id and key: three commas. */
const PER_RECORD_BYTES = 3;

/** Longer than any product's. A record's key is taken from its data, which may put a megabyte there. */
const LONGEST_RECORD_KEY = 1_024;

/** A record with its id and its key as they will stand in the properties, in JSON. */
interface Entry {
  readonly record: LineRecord;
  readonly bytes: Buffer;
  readonly id: string;
  readonly key: string;
}

/**
 * Packs records of one category into `{"records":[...]}` messages, in order. Valid and invalid
 * records never share one, nor do salvaged ones and others. A message
 * per record would cost up to 50 times as much: Event Hubs bills by 64 KB, and limits events per second.
 */
export function pack(records: readonly LineRecord[], options: PackOptions): Packed[] {
  const idOf = recordIds(options.partition);
  const packed: Packed[] = [];
  let open: Entry[] = [];
  let size = 0;
  const flush = (): void => {
    if (open.length > 0) packed.push(packMessage(open, options));
    open = [];
    size = 0;
  };
  records.forEach((record, line) => {
    if (!record.origin.forward) return;
    const entry = entryOf(record, idOf);
    const added = sizeOf(entry);
    if (added + FRAMING_BYTES > options.maxMessageBytes) {
      flush();
      packed.push(packPointer(entry, line, options));
      return;
    }
    const first = open[0]?.record;
    const alone = options.category.message === 'record';
    const full = size + added + FRAMING_BYTES > options.messageBytes;
    if (first && (alone || full || !isAlike(first.origin, record.origin))) flush();
    open.push(entry);
    size += added;
  });
  flush();
  return packed;
}

function isAlike(a: LineOrigin, b: LineOrigin): boolean {
  return a.valid === b.valid && a.salvaged === b.salvaged;
}

function entryOf(record: LineRecord, idOf: (origin: Origin) => string): Entry {
  const { recordKey, bytes, origin } = record;
  const hasKey = recordKey !== undefined && recordKey.length <= LONGEST_RECORD_KEY;
  // Nothing in an id needs an escape: names of namespaces and hubs hold letters, digits, `-`, `_` and `.` only.
  return { record, bytes, id: `"${idOf(origin)}"`, key: hasKey ? JSON.stringify(recordKey) : 'null' };
}

function sizeOf({ bytes, id, key }: Entry): number {
  return bytes.length + id.length + Buffer.byteLength(key) + PER_RECORD_BYTES;
}

const ENVELOPE = { open: Buffer.from('{"records":['), close: Buffer.from(']}'), separator: 0x2c };

function packMessage(entries: readonly Entry[], options: PackOptions): Packed {
  const properties = propertiesOf(entries, options);
  const body = joinBytes(entries, ENVELOPE);
  return { partitionKey: partitionKeyOf(entries, options), message: { body, properties } };
}

/** Too large for the hub: the record is in the archive, and this says where. `line` counts from 0 within the block. */
function packPointer(entry: Entry, line: number, options: PackOptions): Packed {
  const pointer = { ...options.whereabouts, line, bytes: entry.record.bytes.length };
  const properties = { ...propertiesOf([entry], options), pointer: true };
  const body = Buffer.from(JSON.stringify({ pointer }));
  return { partitionKey: partitionKeyOf([entry], options), message: { body, properties } };
}

function propertiesOf(entries: readonly Entry[], { category, ingestedAt }: PackOptions) {
  const origin = entries[0]?.record.origin;
  return {
    source: category.source,
    category: category.name,
    schemaId: category.schemaId,
    count: entries.length,
    recordIds: `[${entries.map(({ id }) => id).join(',')}]`,
    recordKeys: `[${entries.map(({ key }) => key).join(',')}]`,
    valid: origin?.valid ?? true,
    ...(origin?.salvaged && { salvaged: true }),
    ingestedAt,
  };
}

/** Keeps the order of a category within a source partition, and spreads categories over the second hub. */
function partitionKeyOf(entries: readonly Entry[], { partition, category }: PackOptions): string {
  const own = category.message === 'record' ? entries[0]?.record.partitionKey : undefined;
  return (own ?? `${category.key}/${partition.namespace}/${partition.hub}/${partition.id}`).slice(
    0,
    LONGEST_PARTITION_KEY,
  );
}

/** Event Hubs takes a partition key of at most 128 characters. */
const LONGEST_PARTITION_KEY = 128;
