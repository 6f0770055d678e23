import { readFixtures } from '../category-fixtures.ts';
import type { Message, Partition } from '../../shared/message.ts';

export const PARTITION: Partition = { namespace: 'contoso', hub: 'logs', id: '0' };

/** When the first message of a test is taken in, unless it says otherwise. */
export const START = Date.parse('2026-11-20T10:11:00.000Z');

export interface Numbering {
  /** Sequence number of the first. */
  readonly first?: number;
  /** Enqueued time of the first, and how much later each next one is; milliseconds. */
  readonly start?: number;
  readonly step?: number;
}

/** Messages as a partition numbers them: without a gap, a second apart. */
export function messagesOf(bodies: readonly (string | Buffer)[], numbering: Numbering = {}): Message[] {
  const { first = 0, start = START, step = 1000 } = numbering;
  return bodies.map((body, i) => ({
    sequenceNumber: first + i,
    enqueuedTime: start + i * step,
    body: Buffer.from(body),
  }));
}

/** A record of a category that no schema judges. */
export function recordOf(category: string, fields: Record<string, unknown> = {}): string {
  return JSON.stringify({ category, ...fields });
}

/** What the Azure products send. */
export function envelopeOf(...records: readonly string[]): string {
  return `{"records":[${records.join(',')}]}`;
}

/** A record that fits the schema of its category, and one that does not. */
export function validRecord(source: string, name: string): string {
  return JSON.stringify(readFixtures(source, name).valid[0]);
}

export function invalidRecord(source: string, name: string): string {
  return JSON.stringify(readFixtures(source, name).invalid[0]?.record);
}
