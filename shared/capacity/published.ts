import { DAY, HOUR, startOf } from '../time.ts';
import { messagesPerInterval } from './assumed.ts';
import type { Measures } from './measures.ts';
import type { Prices } from './prices.ts';
import { costOfBytes, costOfCount, costOfUnits } from './pricing.ts';
import { rateOf } from './rates.ts';
import { steady } from './storage.ts';

/**
 * Estimates as the products' own documents make them, with their assumptions in place of measured figures, and by the functions that the
 * report is made with. They are there to be compared with, and nothing else is told from them.
 */

/** An advanced hunting event is taken to have so many bytes. */
const DEFENDER_BYTES = 500;
const MIB = 1024 * 1024;

export interface DefenderTable {
  readonly table: string;
  readonly eventsPerSecond: number;
  readonly mbPerSecond: number;
}

/** From when on Defender's query counts: since the day began that it was six hours ago, so 6 to 30 hours. */
export function defenderFrom(now: number): number {
  return startOf(DAY, now - 6 * HOUR);
}

/**
 * Defender's capacity query: for each table, the events of a minute by 60, on average over the minutes that hold any.
 * https://learn.microsoft.com/defender-xdr/streaming-api-event-hub#estimate-the-event-hubs-capacity
 */
export function defenderTables({ categories, from }: Measures): DefenderTable[] {
  return [...categories.values()]
    .filter(({ key }) => key.startsWith('defender/'))
    .map(({ key, records }) => {
      const eventsPerSecond = rateOf(records, from).averageActive;
      const mbPerSecond = (eventsPerSecond * DEFENDER_BYTES) / MIB;
      return { table: key.slice('defender/'.length), eventsPerSecond, mbPerSecond };
    })
    .toSorted((a, b) => Math.floor(b.mbPerSecond) - Math.floor(a.mbPerSecond));
}

/** Intune's tables reckon with 15 events of 2 KB a day for each user, and a month of 30 days. */
const INTUNE = { eventsPerUser: 15, bytes: 2_000, messageBytes: 256_000, days: 30, intervalSeconds: 300 };

export interface IntuneStorage {
  readonly eventsPerDay: number;
  readonly bytesPerMonth: number;
  /** Of what one month brings, and the writes. */
  readonly monthly: number;
  /** Twelve times that, as if each month's logs were gone with the month. */
  readonly yearly: number;
  /** What the twelve months of a year are kept for, month by month once it is full. */
  readonly steadyMonthly: number;
}

/** https://learn.microsoft.com/mem/intune/fundamentals/review-logs-using-azure-monitor#cost-considerations */
export function intuneStorage(
  users: number,
  { storage }: Prices,
  { isWritesCounted = true } = {},
): IntuneStorage {
  const eventsPerDay = users * INTUNE.eventsPerUser;
  const bytesPerMonth = eventsPerDay * INTUNE.bytes * INTUNE.days;
  const writes = isWritesCounted ? costOfCount(1, storage.hotWrites10k, 1e4, true) : 0;
  const monthly = costOfBytes(bytesPerMonth, storage.hotGbMonth) + writes;
  const aYear = steady((bytesPerMonth * 365) / 360, { retentionDays: 365, steps: [] });
  return {
    eventsPerDay,
    bytesPerMonth,
    monthly,
    yearly: 12 * monthly,
    steadyMonthly: costOfBytes(aYear.Hot, storage.hotGbMonth) + writes,
  };
}

export interface IntuneHub {
  readonly eventsPerFiveMinutes: number;
  readonly bytesPerFiveMinutes: number;
  readonly messagesPerFiveMinutes: number;
  readonly messagesPerMonth: number;
  readonly monthly: number;
}

export function intuneHub(
  eventsPerSecond: number,
  { eventHubs }: Prices,
  { areEventsBilled = true } = {},
): IntuneHub {
  const { bytes, messageBytes, days, intervalSeconds } = INTUNE;
  const eventsPerFiveMinutes = Math.round(eventsPerSecond * intervalSeconds);
  const assumed = { eventsPerSecond: eventsPerFiveMinutes / intervalSeconds, bytes, messageBytes };
  const messagesPerFiveMinutes = messagesPerInterval(assumed, intervalSeconds);
  const messagesPerMonth = messagesPerFiveMinutes * 12 * 24 * days;
  const units = costOfUnits(1, eventHubs.basicUnitHour, 24 * days);
  const events = areEventsBilled ? costOfCount(messagesPerMonth, eventHubs.millionEvents, 1e6, true) : 0;
  return {
    eventsPerFiveMinutes,
    bytesPerFiveMinutes: eventsPerFiveMinutes * bytes,
    messagesPerFiveMinutes,
    messagesPerMonth,
    monthly: units + events,
  };
}
