import rhea, { type Message } from 'rhea';
import {
  annotationsSection,
  contentOf,
  encodeLong,
  encodeString,
  encodeTimestamp,
  mapEntries,
  SECTION,
  sectionsOf,
} from './sections.ts';

/** The message format of a batch: its data sections are encoded messages. */
export const BATCH_FORMAT = 0x80013700;

const ANNOTATION = {
  sequenceNumber: 'x-opt-sequence-number',
  offset: 'x-opt-offset',
  enqueuedTime: 'x-opt-enqueued-time',
  partitionKey: 'x-opt-partition-key',
} as const;

const SET_BY_THE_HUB: ReadonlySet<string> = new Set(Object.values(ANNOTATION));

/** What a producer sent in one transfer. */
export interface Publication {
  readonly partitionKey: string | undefined;
  readonly messages: readonly Buffer[];
}

/** Where and when the hub took an event in. */
export interface Enqueued {
  readonly sequenceNumber: number;
  readonly offset: number;
  /** Milliseconds since 1970 UTC. */
  readonly enqueuedTime: number;
  readonly partitionKey: string | undefined;
}

/** An event as a partition holds it: ready to be sent, with the hub's annotations in it. */
export interface StoredEvent extends Enqueued {
  readonly wire: Buffer;
  /** The length of the header section in `wire`; delivery annotations have their place behind it. */
  readonly headerEnd: number;
}

/** @throws AmqpFault where the bytes are not a batch */
export function readBatch(payload: Buffer): Publication {
  let partitionKey: string | undefined;
  const messages: Buffer[] = [];
  for (const section of sectionsOf(payload)) {
    if (section.code === SECTION.messageAnnotations) partitionKey = keyIn(mapEntries(payload, section.value));
    if (section.code === SECTION.data) messages.push(contentOf(payload, section.value));
  }
  return { partitionKey, messages };
}

/** @throws AmqpFault where the bytes are not a message */
export function readSingle(message: Buffer): Publication {
  const annotations = sectionsOf(message).find(({ code }) => code === SECTION.messageAnnotations);
  return {
    partitionKey: annotations && keyIn(mapEntries(message, annotations.value)),
    messages: [message],
  };
}

function keyIn(annotations: readonly [string, Buffer][]): string | undefined {
  const value = annotations.find(([name]) => name === ANNOTATION.partitionKey)?.[1];
  return value && contentOf(value, 0).toString();
}

/** Puts the hub's annotations in place of the producer's; all else is copied as it is, to a buffer of its own. */
export function storeEvent(message: Buffer, enqueued: Enqueued): StoredEvent {
  let header = message.subarray(0, 0);
  let bare = message.length;
  const kept: [string, Buffer][] = [];
  for (const { code, start, value, end } of sectionsOf(message)) {
    if (code === SECTION.header) header = message.subarray(start, end);
    if (code === SECTION.messageAnnotations) kept.push(...mapEntries(message, value).filter(isProducers));
    if (code >= SECTION.properties) bare = Math.min(bare, start);
  }
  const annotations = annotationsSection(SECTION.messageAnnotations, [...hubAnnotations(enqueued), ...kept]);
  const wire = Buffer.concat([header, annotations, message.subarray(bare)]);
  return { ...enqueued, wire, headerEnd: header.length };
}

function isProducers([name]: readonly [string, Buffer]): boolean {
  return !SET_BY_THE_HUB.has(name);
}

function hubAnnotations(enqueued: Enqueued): [string, Buffer][] {
  const annotations: [string, Buffer][] = [
    [ANNOTATION.sequenceNumber, encodeLong(enqueued.sequenceNumber)],
    [ANNOTATION.offset, encodeString(String(enqueued.offset))],
    [ANNOTATION.enqueuedTime, encodeTimestamp(enqueued.enqueuedTime)],
  ];
  if (enqueued.partitionKey !== undefined) {
    annotations.push([ANNOTATION.partitionKey, encodeString(enqueued.partitionKey)]);
  }
  return annotations;
}

/** The end of a partition, as a receiver is told it that tracks the last enqueued event. */
export interface LastEnqueued {
  readonly sequenceNumber: number;
  readonly offset: string;
  readonly enqueuedTime: number;
}

export function withLastEnqueued(event: StoredEvent, last: LastEnqueued, now: number): Buffer {
  const annotations = annotationsSection(SECTION.deliveryAnnotations, [
    ['last_enqueued_sequence_number', encodeLong(last.sequenceNumber)],
    ['last_enqueued_offset', encodeString(last.offset)],
    ['last_enqueued_time_utc', encodeTimestamp(last.enqueuedTime)],
    ['runtime_info_retrieval_time_utc', encodeTimestamp(now)],
  ]);
  const { wire, headerEnd } = event;
  return Buffer.concat([wire.subarray(0, headerEnd), annotations, wire.subarray(headerEnd)]);
}

/** An event taken apart for a reader. */
export interface ReadEvent extends Enqueued {
  /** The bytes of its data sections, one behind the other. An event with another kind of body has none. */
  readonly body: Buffer;
  readonly applicationProperties: Readonly<Record<string, unknown>>;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly messageId: string | number | Buffer | undefined;
}

export function readEvent(event: StoredEvent): ReadEvent {
  const { sequenceNumber, offset, enqueuedTime, partitionKey, wire } = event;
  const data = sectionsOf(wire).filter(({ code }) => code === SECTION.data);
  // rhea's typings have two kinds of Message, and its decoder gives the one without fields.
  const decoded = rhea.message.decode(wire) as Partial<Message>;
  return {
    sequenceNumber,
    offset,
    enqueuedTime,
    partitionKey,
    body: Buffer.concat(data.map(({ value }) => contentOf(wire, value))),
    applicationProperties: decoded.application_properties ?? {},
    contentType: decoded.content_type,
    contentEncoding: decoded.content_encoding,
    messageId: decoded.message_id,
  };
}
