import { joinBytes } from '../json/join-bytes.ts';
import { keepOne } from '../keep-one.ts';
import { messageId, partitionPath } from '../message.ts';
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

/** What a record adds beside its bytes, its key and its id with a comma: two commas. */
const PER_RECORD_BYTES = 2;

/** Neighbours of a span that will share a message. */
interface Part {
  readonly span: LineSpan;
  /**
   * What stands before a record's index in a list of ids: the end of the id before it, a comma, and its own beginning. Nothing in them
   * needs an escape: names of namespaces and hubs hold letters, digits, `-`, `_` and `.` only.
   */
  readonly beforeIndex: string;
  readonly first: number;
  /** Behind the last. */
  readonly next: number;
}

/** Records that will share a message. */
interface Parcel {
  readonly parts: Part[];
  /** Bytes of the message so far, framing not counted. */
  size: number;
}

/**
 * Packs records of one category into `{"records":[...]}` messages, in order, one after the other as they are asked for. Valid and invalid
 * records never share one, nor do salvaged ones and others. A message per record would cost up to 50 times as much: Event Hubs bills by
 * 64 KB, and limits events per second.
 */
export function* pack(spans: readonly LineSpan[], options: PackOptions): Generator<Packed> {
  const path = `","${partitionPath(options.partition)}`;
  let open = emptyParcel();
  let line = 0;
  let before: LineSpan | undefined;
  let beforeIndex = '';
  for (const span of spans) {
    // What the records of a message share is made once.
    if (!before || !isOfSameMessage(span, before)) beforeIndex = messageId(path, span);
    before = span;
    for (let first = 0; span.forward && first < span.ends.length;) {
      let next = fill(open, span, beforeIndex, first, options);
      if (next === first) {
        if (open.parts.length > 0) yield packMessage(open, options);
        else yield packPointer({ span, beforeIndex, first, next: ++next }, line + first, options);
        open = emptyParcel();
      }
      first = next;
    }
    line += span.ends.length;
  }
  if (open.parts.length > 0) yield packMessage(open, options);
}

function emptyParcel(): Parcel {
  return { parts: [], size: 0 };
}

/** Adds as many records of a span as have room, from the first on. Answers where it stopped. */
function fill(
  parcel: Parcel,
  span: LineSpan,
  beforeIndex: string,
  first: number,
  options: PackOptions,
): number {
  if (!mayShare(parcel, span)) return first;
  const { ends, keyEnds, index } = span;
  const beside = beforeIndex.length + labelBytes(span) + PER_RECORD_BYTES;
  let next = first;
  for (; next < ends.length; next++) {
    const added = lengthIn(ends, next) + lengthIn(keyEnds, next) + String(index + next).length + beside;
    if (!hasRoomFor(added, parcel.size, options)) break;
    parcel.size += added;
  }
  if (next > first) parcel.parts.push({ span, beforeIndex, first, next });
  return next;
}

function mayShare({ parts }: Parcel, span: LineSpan): boolean {
  const first = parts[0]?.span;
  return !first || (first.valid === span.valid && first.salvaged === span.salvaged);
}

/** The first record has all the room that the hub gives. */
function hasRoomFor(added: number, size: number, options: PackOptions): boolean {
  const { category, messageBytes, maxMessageBytes } = options;
  if (size > 0 && category.message === 'record') return false;
  const room = size > 0 ? Math.min(messageBytes, maxMessageBytes) : maxMessageBytes;
  return size + added + FRAMING_BYTES <= room;
}

function lengthIn(ends: Int32Array, i: number): number {
  return (ends[i] as number) - startIn({ ends }, i);
}

function isOfSameMessage(a: Origin, b: Origin): boolean {
  return a.sequenceNumber === b.sequenceNumber && a.enqueuedTime === b.enqueuedTime;
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
  const own = ends.slice(first, next);
  for (let i = 0; i < own.length; i++) own[i] = (own[i] as number) - start;
  return { bytes: bytes.subarray(start, ends[next - 1]), ends: own };
}

/** Too large for the hub: the record is in the archive, and this says where. `line` counts from 0 within the block. */
function packPointer(part: Part, line: number, options: PackOptions): Packed {
  const parcel = { parts: [part], size: 0 };
  const bytes = lengthIn(part.span.ends, part.first);
  const properties = { ...propertiesOf(parcel, options), pointer: true };
  const body = Buffer.from(JSON.stringify({ pointer: { ...options.whereabouts, line, bytes } }));
  return { partitionKey: partitionKeyOf(parcel, options), message: { body, properties } };
}

function propertiesOf({ parts }: Parcel, { category, ingestedAt }: PropertyOptions) {
  const first = parts[0]?.span;
  return {
    source: category.source,
    category: category.name,
    schemaId: category.schemaId,
    count: recordsIn(parts),
    // There is no id before the first of them, and none behind the last.
    recordIds: `[${parts.map(idsOf).join('').slice('",'.length)}"]`,
    recordKeys: `[${parts.map(keysOf).join(',')}]`,
    ...(haveLabels(parts) && { labels: labelsOf(parts) }),
    valid: first?.valid ?? true,
    ...(first?.salvaged && { salvaged: true }),
    ingestedAt,
  };
}

interface PropertyOptions extends Pick<PackOptions, 'ingestedAt'> {
  readonly category: Pick<Category, 'source' | 'name' | 'schemaId'>;
}

keepOne(
  propertiesOf(emptyParcel(), { category: { source: 'unknown', name: '', schemaId: '' }, ingestedAt: '' }),
);

function recordsIn(parts: readonly Part[]): number {
  let records = 0;
  for (const { first, next } of parts) records += next - first;
  return records;
}

function haveLabels(parts: readonly Part[]): boolean {
  for (const { span } of parts) if (span.label !== undefined) return true;
  return false;
}

/** Of one after the other, but for the end of the last. */
function idsOf({ span, beforeIndex, first, next }: Part): string {
  const indices: unknown[] = [''];
  for (let i = first; i < next; i++) indices.push(span.index + i);
  return indices.join(beforeIndex);
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
