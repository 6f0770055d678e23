import { joinBytes } from '../json/join-bytes.ts';
import { messageId } from '../message.ts';
import type { Origin, Partition } from '../message.ts';
import type { LineSpan } from '../blocks/draft.ts';
import { startIn } from '../judge/span.ts';
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

/** Neighbours of a span that will share a message. */
interface Part {
  readonly span: LineSpan;
  readonly first: number;
  /** Behind the last. */
  next: number;
}

/** Records that will share a message. */
interface Parcel {
  readonly parts: Part[];
  /** Their ids as they will stand in the message's properties: in JSON, with commas between them. */
  ids: string;
  /** Bytes of the message so far, framing not counted. */
  size: number;
}

/**
 * Packs records of one category into `{"records":[...]}` messages, in order, one after the other as they are asked for. Valid and invalid
 * records never share one, nor do salvaged ones and others. A message per record would cost up to 50 times as much: Event Hubs bills by
 * 64 KB, and limits events per second.
 */
export function* pack(spans: readonly LineSpan[], options: PackOptions): Generator<Packed> {
  const openingOf = openings(options.partition);
  let open = emptyParcel();
  let line = 0;
  for (const span of spans) {
    const opening = openingOf(span);
    const beside = labelBytes(span) + PER_RECORD_BYTES;
    for (let i = 0; span.forward && i < span.ends.length; i++) {
      const id = `${opening}${span.index + i}"`;
      const added = lengthIn(span.ends, i) + lengthIn(span.keyEnds, i) + id.length + beside;
      const isTooLarge = added + FRAMING_BYTES > options.maxMessageBytes;
      if (isTooLarge || !hasRoomFor(span, added, open, options)) {
        if (open.parts.length > 0) yield packMessage(open, options);
        open = emptyParcel();
      }
      if (isTooLarge) {
        const parcel = { parts: [{ span, first: i, next: i + 1 }], ids: id, size: added };
        yield packPointer(parcel, line + i, options);
      } else addTo(open, span, i, id, added);
    }
    line += span.ends.length;
  }
  if (open.parts.length > 0) yield packMessage(open, options);
}

function emptyParcel(): Parcel {
  return { parts: [], ids: '', size: 0 };
}

function addTo(parcel: Parcel, span: LineSpan, record: number, id: string, bytes: number): void {
  const { parts, size } = parcel;
  const last = parts.at(-1);
  if (last?.span === span) last.next = record + 1;
  else parts.push({ span, first: record, next: record + 1 });
  parcel.ids += size === 0 ? id : `,${id}`;
  parcel.size += bytes;
}

function lengthIn(ends: Int32Array, i: number): number {
  return (ends[i] as number) - startIn({ ends }, i);
}

function hasRoomFor(span: LineSpan, added: number, { parts, size }: Parcel, options: PackOptions): boolean {
  const first = parts[0]?.span;
  if (!first) return true;
  if (options.category.message === 'record' || size + added + FRAMING_BYTES > options.messageBytes)
    return false;
  return first.valid === span.valid && first.salvaged === span.salvaged;
}

/**
 * What the ids of a span begin with, as JSON. Nothing in them needs an escape: names of namespaces and hubs hold letters, digits, `-`,
 * `_` and `.` only. What the records of a message share is made once.
 */
function openings(partition: Partition): (origin: Origin) => string {
  let before: Origin | undefined;
  let opening = '';
  return (origin) => {
    if (before?.sequenceNumber !== origin.sequenceNumber || before.enqueuedTime !== origin.enqueuedTime) {
      opening = `"${messageId(partition, origin)}/`;
      before = origin;
    }
    return opening;
  };
}

/** With its quotes, and however it is escaped. */
function labelBytes({ label }: LineSpan): number {
  return label === undefined ? 0 : Buffer.byteLength(JSON.stringify(label)) + 1;
}

const ENVELOPE = { open: Buffer.from('{"records":['), close: Buffer.from(']}'), separator: 0x2c };

function packMessage(parcel: Parcel, options: PackOptions): Packed {
  const properties = propertiesOf(parcel, options);
  const body = joinBytes(parcel.parts.map(neighboursOf), ENVELOPE, borrowBytes);
  return { partitionKey: partitionKeyOf(parcel, options), message: { body, properties } };
}

function neighboursOf({ span, first, next }: Part): Pick<LineSpan, 'bytes' | 'ends'> {
  const { bytes, ends } = span;
  if (next - first === ends.length) return span;
  const start = startIn(span, first);
  return {
    bytes: bytes.subarray(start, ends[next - 1]),
    ends: ends.subarray(first, next).map((end) => end - start),
  };
}

/** Too large for the hub: the record is in the archive, and this says where. `line` counts from 0 within the block. */
function packPointer(parcel: Parcel, line: number, options: PackOptions): Packed {
  const [part] = parcel.parts;
  const bytes = part && lengthIn(part.span.ends, part.first);
  const properties = { ...propertiesOf(parcel, options), pointer: true };
  const body = Buffer.from(JSON.stringify({ pointer: { ...options.whereabouts, line, bytes } }));
  return { partitionKey: partitionKeyOf(parcel, options), message: { body, properties } };
}

function propertiesOf({ parts, ids }: Parcel, { category, ingestedAt }: PackOptions) {
  const first = parts[0]?.span;
  return {
    source: category.source,
    category: category.name,
    schemaId: category.schemaId,
    count: parts.reduce((sum, part) => sum + part.next - part.first, 0),
    recordIds: `[${ids}]`,
    recordKeys: `[${parts.map(keysOf).join(',')}]`,
    ...(parts.some(({ span }) => span.label !== undefined) && { labels: labelsOf(parts) }),
    valid: first?.valid ?? true,
    ...(first?.salvaged && { salvaged: true }),
    ingestedAt,
  };
}

function keysOf({ span, first, next }: Part): string {
  const { keys, keyEnds } = span;
  return keys.slice(startIn({ ends: keyEnds }, first), keyEnds[next - 1]);
}

function labelsOf(parts: readonly Part[]): string {
  return JSON.stringify(
    parts.flatMap(({ span, first, next }) => Array<string | null>(next - first).fill(span.label ?? null)),
  );
}

/** Keeps the order of a category within a source partition, and spreads categories over the second hub. */
function partitionKeyOf({ parts }: Parcel, { partition, category }: PackOptions): string {
  const own = category.message === 'record' ? parts[0]?.span.partitionKey : undefined;
  return (own ?? `${category.key}/${partition.namespace}/${partition.hub}/${partition.id}`).slice(
    0,
    LONGEST_PARTITION_KEY,
  );
}

/** Event Hubs takes a partition key of at most 128 characters. */
const LONGEST_PARTITION_KEY = 128;
