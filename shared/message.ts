import { isoTime } from './time.ts';

/** A partition of a source hub. The namespace is the first label of its host name; both names are in lower case. */
export interface Partition {
  readonly namespace: string;
  readonly hub: string;
  readonly id: string;
}

/** A message as the hub holds it. Bytes are never changed. */
export interface Message {
  readonly sequenceNumber: number;
  /** When the hub took it in, in milliseconds since 1970 UTC. */
  readonly enqueuedTime: number;
  readonly body: Buffer;
  /** The record id of the dead letter that this is the replay of. */
  readonly replayOf?: string;
}

/** What one invocation is handed: messages of one partition. */
export interface Batch {
  readonly partition: Partition;
  readonly messages: readonly Message[];
}

/** Where a record stood: its message, and its place among the records of that message, from 0. */
export interface Origin {
  readonly sequenceNumber: number;
  readonly enqueuedTime: number;
  readonly index: number;
}

/** The same at every delivery, whatever the batch it comes in. */
export function recordId(partition: Partition, origin: Origin): string {
  return `${messageId(partitionPath(partition), origin)}${origin.index}`;
}

/**
 * What the ids of a message's records begin with. To V8 that is one string; of parts that are added up it would be a tree.
 * @param path of its partition
 */
export function messageId(path: string, { sequenceNumber, enqueuedTime }: Origin): string {
  return [path, isoTime(enqueuedTime), sequenceNumber, ''].join('/');
}

/** What the ids of a partition's records begin with, but for a slash. */
export function partitionPath({ namespace, hub, id }: Partition): string {
  return `${namespace}/${hub}/${id}`;
}

const RECORD_ID = /^([^/]+)\/([^/]+)\/([^/]+)\/(\d{4}-[^/]+Z)\/(\d{1,16})\/(\d{1,16})$/;

/** The other way round; undefined for a text that is no record id. */
export function parseRecordId(text: string): { partition: Partition; origin: Origin } | undefined {
  const [, namespace, hub, id, time, sequenceNumber, index] = RECORD_ID.exec(text) ?? [];
  const enqueuedTime = Date.parse(time ?? '');
  if (!namespace || !hub || !id || Number.isNaN(enqueuedTime)) return undefined;
  const origin = { sequenceNumber: Number(sequenceNumber), enqueuedTime, index: Number(index) };
  return { partition: { namespace, hub, id }, origin };
}
