import type { CapacityInput } from '../../shared/capacity.ts';
import { daySummary } from '../../shared/capacity/day-summary.ts';
import type { DaySummary } from '../../shared/capacity/input.ts';
import { createMeter } from '../../shared/capacity/measures.ts';
import type { Meter } from '../../shared/capacity/measures.ts';
import { PRICES } from '../../shared/capacity/prices.ts';
import { blockSumKey } from '../../shared/blocks/block-sums.ts';
import type { Partition } from '../../shared/message.ts';
import { billedSlices, emptyMinute, emptyTally } from '../../shared/ledger/tally.ts';
import type { MinuteTally } from '../../shared/ledger/tally.ts';
import { DAY, HOUR, MINUTE } from '../../shared/time.ts';
import { PARTITION } from './messages.ts';

export const FROM = Date.parse('2026-11-20T06:00:00.000Z');
export const TO = FROM + 6 * HOUR;

/** Messages of one size, each with as many records, all of one category. */
export interface Traffic {
  readonly category?: string;
  readonly messages: number;
  readonly messageBytes?: number;
  readonly recordsEach?: number;
  /** As stored, by what came in. */
  readonly compression?: number;
  /** So many of the records, and of their bytes as stored, are dead letters: 0.1 of them. */
  readonly deadLettered?: number;
  readonly blocks?: number;
}

/** A minute of the ledger in which so much came. */
export function minuteOf(minute: number, ...traffics: readonly Traffic[]): MinuteTally {
  const tally = emptyMinute(minute, { sequenceNumber: 0, enqueuedTime: minute, body: Buffer.alloc(0) });
  const blocks: Record<string, MinuteTally['blocks'][string]> = {};
  for (const traffic of traffics) {
    const { category = 'entra/SignInLogs', messages, messageBytes = 2_000, recordsEach = 1 } = traffic;
    const { compression = 0.1, blocks: count = 1, deadLettered = 0 } = traffic;
    const [records, bytes] = [messages * recordsEach, messages * messageBytes];
    tally.messages += messages;
    tally.bytes += bytes;
    tally.largest = Math.max(tally.largest, messageBytes);
    tally.slices += messages * billedSlices(messageBytes);
    const counts = { records, bytes, messages, archived: records, passedOn: records };
    tally.categories[category] = { ...emptyTally(), ...counts, largest: messageBytes / recordsEach };
    const [source = '', name = ''] = category.split('/');
    const sumOf = (share: number) => ({
      blocks: count,
      records: records * share,
      bytes: Math.round(bytes * compression * share),
      digest: '0'.repeat(64),
    });
    blocks[blockSumKey('archive', source, name)] = sumOf(1 - deadLettered);
    if (deadLettered > 0) blocks[blockSumKey('dead-letter', source, name)] = sumOf(deadLettered);
  }
  return { ...tally, blocks };
}

/** Every minute of a span the same. */
export function steadyMeter(traffic: Traffic, from = FROM, to = TO): Meter {
  return meterOf(() => traffic, from, to);
}

/** A minute after the other, on one partition. */
export function meterOf(
  trafficAt: (minute: number) => Traffic,
  from = FROM,
  to = TO,
  partition: Partition = PARTITION,
): Meter {
  const meter = createMeter(from, to);
  for (let minute = from; minute < to; minute += MINUTE)
    meter.addMinute(partition, minuteOf(minute, trafficAt(minute)));
  return meter;
}

/** Days of it, of which the first begins at `from`. */
export function daysOf(days: number, from: number, trafficAt: (minute: number) => Traffic): DaySummary[] {
  return Array.from({ length: days }, (_, i) => {
    const start = from + i * DAY;
    return daySummary(meterOf(trafficAt, start, start + DAY));
  });
}

export const SOURCE_HUB = {
  namespace: 'contoso',
  hub: 'logs',
  consumerGroups: 1,
  retentionHours: 24,
  partitions: 4,
};

export const RECORDS_HUB = {
  ...SOURCE_HUB,
  hub: 'records',
  messageBytes: 65_536,
  takes: () => true,
};

/** One source hub, all caught up, and nothing else known. */
export function inputOf(changes: Partial<CapacityInput> = {}): CapacityInput {
  return {
    basis: 'ledger',
    now: TO + MINUTE,
    measures: createMeter(FROM, TO),
    sourceHubs: [SOURCE_HUB],
    recordsHubs: [],
    partitions: [],
    days: [],
    expiringDays: [],
    sightings: {},
    categoryOf: () => ({ retentionDays: 365, steps: [], messagePerRecord: false }),
    deadLetterDays: 365,
    prices: PRICES,
    planOf: () => undefined,
    ...changes,
  };
}
