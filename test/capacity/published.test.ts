import { describe, expect, test } from 'vitest';
import { createMeter } from '../../shared/capacity/measures.ts';
import { PRICES } from '../../shared/capacity/prices.ts';
import { defenderFrom, defenderTables, intuneHub, intuneStorage } from '../../shared/capacity/published.ts';
import { MINUTE } from '../../shared/time.ts';
import { minuteOf } from '../support/capacity.ts';
import { PARTITION } from '../support/messages.ts';

function cents(amount: number): string {
  return amount.toFixed(2);
}

describe("Intune's tables", () => {
  test('storage for 100,000 users', () => {
    const estimate = intuneStorage(100_000, PRICES);

    expect(estimate).toMatchObject({ eventsPerDay: 1_500_000, bytesPerMonth: 90e9 });
    expect(cents(estimate.monthly)).toBe('1.93');
    expect(cents(estimate.yearly)).toBe('23.12');
  });

  test('an event hub for 100,000 users, at 18 events a second', () => {
    const estimate = intuneHub(18, PRICES);

    expect(estimate).toMatchObject({
      eventsPerFiveMinutes: 5_400,
      bytesPerFiveMinutes: 10_800_000,
      messagesPerFiveMinutes: 43,
      messagesPerMonth: 371_520,
    });
    expect(cents(estimate.monthly)).toBe('10.83');
  });

  test('the 18 events a second are those of a day, rounded up', () => {
    const { eventsPerDay } = intuneStorage(100_000, PRICES);

    expect(Math.ceil(eventsPerDay / 86_400)).toBe(18);
  });

  test('storage for 1,000 users: they leave the writes out, and take twelve times the cents', () => {
    const theirs = intuneStorage(1_000, PRICES, { isWritesCounted: false });
    const exact = intuneStorage(1_000, PRICES);

    expect(theirs).toMatchObject({ eventsPerDay: 15_000, bytesPerMonth: 900e6 });
    expect(cents(theirs.monthly)).toBe('0.02');
    expect(cents(12 * Number(cents(theirs.monthly)))).toBe('0.24');
    // Of 100,000 users they take twelve times what is not rounded, and count the writes.
    expect(cents(theirs.yearly)).toBe('0.22');
    expect(cents(exact.monthly)).toBe('0.07');
  });

  test('an event hub for 1,000 users: they leave out the million events that is begun', () => {
    const perSecond = 15_000 / 86_400;

    const theirs = intuneHub(perSecond, PRICES, { areEventsBilled: false });

    expect(theirs).toMatchObject({
      eventsPerFiveMinutes: 52,
      bytesPerFiveMinutes: 104_000,
      messagesPerFiveMinutes: 1,
      messagesPerMonth: 8_640,
    });
    expect(cents(theirs.monthly)).toBe('10.80');
    expect(cents(intuneHub(perSecond, PRICES).monthly)).toBe('10.83');
  });

  test('what is kept for a year costs more and more, which twelve times a month does not say', () => {
    const { monthly, steadyMonthly } = intuneStorage(100_000, PRICES);

    // 365 days of 3 GB, and the writes.
    expect(steadyMonthly).toBeCloseTo(365 * 3 * 0.0208 + 0.055, 9);
    expect(steadyMonthly / monthly).toBeGreaterThan(11);
  });
});

describe("Defender's capacity query", () => {
  const now = Date.parse('2026-11-20T13:37:00.000Z');

  test.each([
    ['2026-11-20T13:37:00.000Z', '2026-11-20T00:00:00.000Z'],
    ['2026-11-20T06:00:00.000Z', '2026-11-20T00:00:00.000Z'],
    ['2026-11-20T05:59:00.000Z', '2026-11-19T00:00:00.000Z'],
  ])('at %s counts from %s', (at, from) => {
    expect(new Date(defenderFrom(Date.parse(at))).toISOString()).toBe(from);
  });

  test('averages over the minutes with events, at 500 bytes each, sorted by whole MB/s', () => {
    const from = defenderFrom(now);
    const meter = createMeter(from, now);
    const add = (table: string, minute: number, messages: number) => {
      meter.addMinute(
        PARTITION,
        minuteOf(from + minute * MINUTE, { category: `defender/${table}`, messages }),
      );
    };
    add('DeviceInfo', 0, 30);
    add('DeviceEvents', 0, 120_000_000);
    add('DeviceEvents', 7, 132_000_000);
    add('DeviceFileEvents', 3, 600);
    meter.addMinute(PARTITION, minuteOf(from, { category: 'entra/SignInLogs', messages: 1 }));

    const tables = defenderTables(meter);

    expect(tables).toEqual([
      { table: 'DeviceEvents', eventsPerSecond: 2_100_000, mbPerSecond: (2_100_000 * 500) / (1024 * 1024) },
      // Both are 0 as whole numbers, and stay in their order.
      { table: 'DeviceInfo', eventsPerSecond: 0.5, mbPerSecond: (0.5 * 500) / (1024 * 1024) },
      { table: 'DeviceFileEvents', eventsPerSecond: 10, mbPerSecond: (10 * 500) / (1024 * 1024) },
    ]);
    // Kusto divides whole numbers to whole numbers: to the query itself, a minute with fewer than 60 events has none a second.
    expect(Math.trunc(30 / 60)).toBe(0);
  });
});
