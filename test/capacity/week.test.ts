import { describe, expect, test } from 'vitest';
import { capacityReport } from '../../shared/capacity.ts';
import { DAY, HOUR, MINUTE } from '../../shared/time.ts';
import { daysOf, inputOf, meterOf } from '../support/capacity.ts';

const MONDAY = Date.parse('2026-11-16T00:00:00.000Z');
const NOW = MONDAY + 7 * DAY;
const BYTES = 2_000;

/** Messages per second at noon of the first day, and as many more on each day after it. */
const NOON = 300;
const GROWTH = 6;
const BURST = { at: MONDAY + 2 * DAY + 15 * HOUR + 10 * MINUTE, minutes: 4, perSecond: 1_500 };

/** A daily curve between a tenth of the noon's figure at midnight and all of it at noon. */
function perSecond(minute: number): number {
  const days = (minute - MONDAY) / DAY;
  const curve = 0.55 - 0.45 * Math.cos(2 * Math.PI * days);
  const noon = NOON + GROWTH * Math.floor(days);
  const isBurst = minute >= BURST.at && minute < BURST.at + BURST.minutes * MINUTE;
  return isBurst ? BURST.perSecond : noon * curve;
}

const traffic = (minute: number) => ({ messages: 60 * perSecond(minute), messageBytes: BYTES });

function offBy(figure: number | undefined, truth: number): number {
  return Math.abs((figure ?? Number.NaN) / truth - 1);
}

describe('of a week with a daily curve, growth and one burst', () => {
  const measures = meterOf(traffic, MONDAY, NOW);
  const days = daysOf(7, MONDAY, traffic);
  const input = { now: NOW, measures, days, planOf: () => ({ tier: 'standard', units: 1 }) as const };
  const report = capacityReport(inputOf(input));
  const { messageRate, byteRate } = report.total;

  test('the peak is the burst, and the minute is named', () => {
    expect(messageRate.peak).toBeCloseTo(BURST.perSecond, 9);
    expect(messageRate.peakAt).toBe(new Date(BURST.at).toISOString());
    expect(byteRate.peak).toBeCloseTo(BURST.perSecond * BYTES, 6);
  });

  test('the average and the 95th percentile are those of the curve', () => {
    const minutes = Array.from({ length: 7 * 1_440 }, (_, i) => perSecond(MONDAY + i * MINUTE));
    const sorted = minutes.toSorted((a, b) => a - b);

    expect(offBy(messageRate.average, minutes.reduce((a, b) => a + b) / minutes.length)).toBeLessThan(0.02);
    expect(offBy(messageRate.p95, sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0)).toBeLessThan(0.02);
  });

  test('the trend is the growth, which the burst does not bend', () => {
    expect(offBy(report.trend.messages?.perDay, GROWTH)).toBeLessThan(0.02);
    expect(offBy(report.trend.bytes?.perDay, GROWTH * BYTES)).toBeLessThan(0.02);
    expect(offBy(report.trend.bytes?.to, (NOON + 6 * GROWTH) * BYTES)).toBeLessThan(0.02);
    expect(report.trend.bytes?.perDayBand[0]).toBeLessThanOrEqual(GROWTH * BYTES * 1.02);
    expect(report.trend.bytes?.perDayBand[1]).toBeGreaterThanOrEqual(GROWTH * BYTES * 0.98);
  });

  test.each([
    ['provisioned-units', 1_000_000],
    ['partitions', 4 * 1_000_000],
    ['tier-maximum', 40 * 1_000_000],
  ])('the date on which %s are reached is that of the growth', (limit, bytesPerSecond) => {
    const found = report.trend.limits.find((date) => date.limit === limit);
    const truth = (bytesPerSecond / BYTES - NOON) / GROWTH;

    const day = (Date.parse(found?.at ?? '') - MONDAY) / DAY;

    expect(found?.binding).toBe('ingress-bytes');
    expect(offBy(day, truth)).toBeLessThan(0.02);
  });

  test('what is needed is told from the burst, and from the days where the window is quieter', () => {
    const night = meterOf(traffic, NOW - 6 * HOUR, NOW - 2 * HOUR);

    const atNight = capacityReport(inputOf({ ...input, measures: night })).namespaces[0];

    expect(report.namespaces[0]?.sizing.load.units).toBeCloseTo((BURST.perSecond * BYTES) / 1e6, 6);
    expect(atNight?.sizing).toMatchObject({ basis: 'days' });
    expect(atNight?.sizing.load.units).toBeCloseTo((BURST.perSecond * BYTES) / 1e6, 6);
    expect(atNight?.need.peak.units).toBeLessThan(1);
  });

  test('a month is told from the days, not from a few hours of the night', () => {
    const night = meterOf(traffic, NOW - 6 * HOUR, NOW - 2 * HOUR);
    const stored = days.reduce((sum, { loads }) => sum + (loads['total']?.bytes ?? 0), 0) * 0.1;

    const { storage } = capacityReport(inputOf({ ...input, measures: night }));

    expect(storage.basis).toBe('days');
    expect(offBy(storage.bytesPerMonth, (stored / 7) * (730 / 24))).toBeLessThan(0.02);
  });
});

test('weekends are compared with weekends, once there are enough of them', () => {
  const start = MONDAY - 14 * DAY;
  const ofTheWeek = [200, 220, 260, 210, 180, 50, 40];
  const weekly = (minute: number) => {
    const day = Math.floor((minute - start) / DAY);
    return { messages: 60 * ((ofTheWeek[day % 7] ?? 0) + 2 * day), messageBytes: BYTES };
  };

  const { trend } = capacityReport(inputOf({ now: NOW, days: daysOf(20, start, weekly) }));

  expect(offBy(trend.messages?.perDay, 2)).toBeLessThan(0.02);
});

test('three days are no trend', () => {
  const { trend } = capacityReport(inputOf({ days: daysOf(3, MONDAY, traffic) }));

  expect(trend).toMatchObject({ bytes: null, messages: null, limits: [] });
  expect(trend.days).toHaveLength(3);
});
