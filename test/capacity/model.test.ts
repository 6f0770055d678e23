import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { capacityReport } from '../../shared/capacity.ts';
import type { CapacityInput, CapacityReport } from '../../shared/capacity.ts';
import { createMeter } from '../../shared/capacity/measures.ts';
import type { PartitionState } from '../../shared/capacity/input.ts';
import { DAY, HOUR, MINUTE } from '../../shared/time.ts';
import {
  FROM,
  inputOf,
  meterOf,
  minuteOf,
  RECORDS_HUB,
  SOURCE_HUB,
  steadyMeter,
  TO,
} from '../support/capacity.ts';
import type { Traffic } from '../support/capacity.ts';
import { PARTITION } from '../support/messages.ts';

function reportOf(changes: Partial<CapacityInput> = {}): CapacityReport {
  return capacityReport(inputOf(changes));
}

function perSecond(n: number, messageBytes: number): Traffic {
  return { messages: 60 * n, messageBytes };
}

function namespaceIn({ namespaces }: CapacityReport) {
  const [first] = namespaces;
  if (!first) throw new Error('There is no namespace.');
  return first;
}

function shown({ total, categories, storage, cost, series }: CapacityReport): string {
  return JSON.stringify([total, categories, storage.bytesPerMonth, cost, series]);
}

const codes = ({ warnings }: CapacityReport) => warnings.map(({ code }) => code);

test('without any traffic, a report is full of zeros and JSON', () => {
  const report = reportOf();

  expect(report.total).toMatchObject({ messages: 0, messageRate: { average: 0, peak: 0 }, activeMinutes: 0 });
  expect(report.total.messageSizes).toEqual({ mean: null, p95: null, max: null, estimates: [] });
  expect(namespaceIn(report)).toMatchObject({ recommended: 'basic', need: { peak: { units: 0 } } });
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  expect(JSON.stringify(report)).not.toMatch(/NaN|Infinity/);
});

describe('rates and sizes', () => {
  const measures = meterOf((minute) => ({
    messages: minute === FROM + HOUR ? 6_000 : (minute - FROM) % (2 * MINUTE) === 0 ? 600 : 0,
    messageBytes: 1_000,
    recordsEach: 4,
  }));
  const { total, categories } = reportOf({ measures });

  test('are averaged over the window, and over the minutes with traffic', () => {
    expect(total.messageRate.average).toBeCloseTo((180 * 600 + 5_400) / 360 / 60, 9);
    expect(total.messageRate.averageActive).toBeCloseTo((180 * 600 + 5_400) / 180 / 60, 9);
    expect(total.activeMinutes).toBe(180);
  });

  test('have a peak with its minute, and a 95th percentile', () => {
    expect(total.messageRate).toMatchObject({ p95: 10, peak: 100, peakAt: '2026-11-20T07:00:00.000Z' });
    expect(total.recordRate.peak).toBe(400);
    expect(total.byteRate.peak).toBe(100_000);
  });

  test('say which sizes are estimates', () => {
    expect(total.messageSizes).toEqual({ mean: 1_000, p95: 1_000, max: 1_000, estimates: ['p95'] });
    expect(categories[0]?.load.recordSizes).toMatchObject({ mean: 250, max: 250 });
  });
});

describe('throughput units', () => {
  test.each([
    ['bytes in', perSecond(500, 4_000), 1, 2, 'ingress-bytes'],
    ['events in', perSecond(2_500, 100), 1, 2.5, 'ingress-events'],
    ['bytes out, of several readers', perSecond(500, 4_000), 5, 5, 'egress-bytes'],
    ['events out, of many readers', perSecond(4_096, 10), 8, 8, 'egress-events'],
  ])('are those of %s', (_, traffic, consumerGroups, units, binding) => {
    const report = reportOf({
      measures: steadyMeter(traffic),
      sourceHubs: [{ ...SOURCE_HUB, consumerGroups }],
    });

    expect(namespaceIn(report).need.peak).toMatchObject({ binding });
    expect(namespaceIn(report).need.peak.units).toBeCloseTo(units, 9);
  });

  test('of a namespace are those of its hubs together, the records hub among them', () => {
    const measures = steadyMeter(perSecond(500, 1_000));

    const apart = reportOf({ measures, recordsHubs: [{ ...RECORDS_HUB, namespace: 'fabrikam' }] });
    const together = reportOf({ measures, recordsHubs: [RECORDS_HUB] });

    expect(apart.namespaces.map(({ name }) => name)).toEqual(['contoso', 'fabrikam']);
    expect(apart.namespaces[0]?.need.peak.ingressBytes).toBeCloseTo(0.5, 9);
    const [bytes = 0] = together.namespaces.map(({ need }) => need.peak.ingressBytes);
    expect(bytes).toBeCloseTo(0.5 + (apart.namespaces[1]?.need.peak.ingressBytes ?? 0), 9);
  });

  test('rise with every limit, and a larger stream never needs fewer', () => {
    const stream = fc.record({
      messages: fc.integer({ min: 0, max: 500_000 }),
      messageBytes: fc.integer({ min: 1, max: 250_000 }),
      consumerGroups: fc.integer({ min: 1, max: 20 }),
      factor: fc.double({ min: 1, max: 10, noNaN: true }),
    });

    fc.assert(
      fc.property(stream, ({ messages, messageBytes, consumerGroups, factor }) => {
        const unitsOf = (times: number) => {
          const measures = steadyMeter({ messages: messages * times, messageBytes }, FROM, FROM + HOUR);
          const report = reportOf({ measures, sourceHubs: [{ ...SOURCE_HUB, consumerGroups }] });
          return namespaceIn(report).tiers.map(({ units, monthly }) => [units, monthly.total] as const);
        };
        const [small, large] = [unitsOf(1), unitsOf(factor)];
        small.forEach(([units, total], i) => {
          expect(large[i]?.[0]).toBeGreaterThanOrEqual(units);
          expect(large[i]?.[1]).toBeGreaterThanOrEqual(total - 1e-9);
        });
      }),
      { numRuns: 50 },
    );
  });
});

test('the order in which minutes are added does not matter, nor what partition they are of', () => {
  const minutes = fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: 59 }),
      messages: fc.integer({ min: 1, max: 1_000 }),
      messageBytes: fc.integer({ min: 1, max: 100_000 }),
      category: fc.constantFrom('entra/SignInLogs', 'defender/DeviceEvents', 'unknown/x'),
    }),
    { maxLength: 30 },
  );

  fc.assert(
    fc.property(minutes, (added) => {
      const measuresOf = (list: typeof added, partitions: number) => {
        const meter = createMeter(FROM, FROM + HOUR);
        list.forEach(({ at, ...traffic }, i) => {
          const partition = { ...PARTITION, id: String(i % partitions) };
          meter.addMinute(partition, minuteOf(FROM + at * MINUTE, traffic));
        });
        return meter;
      };
      const forth = reportOf({ measures: measuresOf(added, 1) });
      const back = reportOf({ measures: measuresOf(added.toReversed(), 1) });
      const spread = reportOf({ measures: measuresOf(added, 3) });

      expect(shown(back)).toBe(shown(forth));
      // A batch on one partition may be three on three, so what batches cost is another.
      expect(spread.total).toEqual(forth.total);
    }),
    { numRuns: 50 },
  );
});

describe('the tier', () => {
  const quiet = steadyMeter({ messages: 60 });

  test.each([
    [
      'a second consumer group',
      { consumerGroups: 2 },
      'standard',
      /read by 2 consumer groups, and Basic has 1/,
    ],
    ['a week of retention', { retentionHours: 168 }, 'standard', /kept for 168 hours, and Basic/],
    ['a month of retention', { retentionHours: 720 }, 'premium', /kept for 720 hours, and Standard/],
    ['many partitions', { partitions: 64 }, 'premium', /hub of 64 partitions is needed, and Standard/],
    ['very many partitions', { partitions: 200 }, 'dedicated', /200 partitions is needed, and Premium/],
  ])('of a hub with %s is the cheapest that has it', (_, hub, tier, reason) => {
    const namespace = namespaceIn(reportOf({ measures: quiet, sourceHubs: [{ ...SOURCE_HUB, ...hub }] }));

    expect(namespace.recommended).toBe(tier);
    const reasons = namespace.tiers.flatMap((option) => option.reasons);
    expect(reasons.join('\n')).toMatch(reason);
  });

  test('of large messages is not Basic, and of those that fit costs decide', () => {
    const measures = steadyMeter({ messages: 60, messageBytes: 300_000 });

    const { tiers, recommended } = namespaceIn(reportOf({ measures }));

    expect(recommended).toBe('standard');
    expect(tiers[0]?.reasons[0]).toBe(
      'There are messages of 300,000 bytes, and Basic takes at most 262,144.',
    );
    expect(tiers[2]?.reasons).toEqual([
      expect.stringMatching(/^Costs \d+\.\d\d USD a month more than Standard\.$/),
    ]);
  });

  test('of a stream beyond 40 units is Premium, whose units come in sizes', () => {
    const measures = steadyMeter({ messages: 60 * 1_000, messageBytes: 50_000 });

    const { tiers, recommended } = namespaceIn(
      reportOf({ measures, sourceHubs: [{ ...SOURCE_HUB, partitions: 50 }] }),
    );

    expect(recommended).toBe('premium');
    expect(tiers.map(({ units }) => units)).toEqual([50, 50, 10, 1]);
    expect(tiers.map(({ unitsAreEstimate }) => unitsAreEstimate)).toEqual([false, false, true, true]);
    expect(tiers[1]?.reasons).toContain('The peak needs 50 TU (ingress-bytes), and Standard has at most 40.');
  });

  test('bills slices of 64 KB of every message, for a month', () => {
    const measures = steadyMeter({ messages: 60, messageBytes: 200_000 });

    const { billedEventsPerMonth, tiers } = namespaceIn(reportOf({ measures }));

    // One message a second, four slices each, 730 hours.
    expect(billedEventsPerMonth).toBeCloseTo(4 * 730 * 3_600, 3);
    expect(tiers[1]?.monthly.events).toBeCloseTo(((4 * 730 * 3_600) / 1e6) * 0.028, 6);
    expect(tiers[2]?.monthly.events).toBe(0);
  });
});

describe('partitions', () => {
  test('are as many as the peak needs, and one that takes too much is told of', () => {
    const meter = createMeter(FROM, FROM + HOUR);
    for (let minute = FROM; minute < FROM + HOUR; minute += MINUTE) {
      meter.addMinute(PARTITION, minuteOf(minute, { messages: 60 * 800, messageBytes: 1_000 }));
      meter.addMinute(
        { ...PARTITION, id: '1' },
        minuteOf(minute, { messages: 60 * 50, messageBytes: 1_000 }),
      );
    }

    const report = reportOf({ measures: meter });

    const [hub] = namespaceIn(report).hubs;
    expect(hub?.partitions).toEqual({ count: 4, needed: 1, busiest: { id: '0', used: 0.8 } });
    expect(codes(report)).toContain('hot-partition');
  });
});

describe('storage', () => {
  test('grows by what is stored, up to what the retention keeps', () => {
    const measures = steadyMeter({ messages: 600, messageBytes: 1_000, compression: 0.1 });
    const facts = {
      retentionDays: 90,
      steps: [{ tier: 'Cool', days: 30 }] as const,
      messagePerRecord: false,
    };

    const [category] = reportOf({ measures, categoryOf: () => facts }).categories;

    const perDay = 1_000 * 10 * 86_400 * 0.1;
    expect(category?.storage).toMatchObject({ retentionDays: 90, coolAfterDays: 30 });
    expect(category?.storage.compression).toBeCloseTo(0.1, 9);
    expect(category?.storage.bytesPerMonth).toBeCloseTo((perDay * 730) / 24, 3);
    expect(category?.storage.steadyBytes).toBeCloseTo(perDay * 90, 3);
    const cost = (30 * perDay * 0.0208 + 60 * perDay * 0.0152) / 1e9;
    expect(category?.storage.steadyCostPerMonth).toBeCloseTo(cost, 9);
  });

  test('of what is kept for ever has no steady state, and is shown as it is after a year', () => {
    const measures = steadyMeter({ messages: 600, messageBytes: 1_000, compression: 0.1 });
    const facts = { retentionDays: 0, steps: [], messagePerRecord: false };

    const { storage } = reportOf({ measures, categoryOf: () => facts });

    expect(storage.steadyAfterDays).toBeNull();
    expect(storage.steadyBytes).toBeCloseTo(1_000 * 10 * 86_400 * 0.1 * 365, 0);
  });

  test('says what expires in the next days', () => {
    const day = Date.parse('2026-08-25T00:00:00.000Z');
    const stored = { storedRecords: 9, storedBytes: 100, deadLetterRecords: 2, deadLetterBytes: 30 };
    const category = { records: 10, bytes: 1_000, ...stored };
    const summary = { day, loads: {}, categories: { 'entra/SignInLogs': category }, blocks: 1, batches: 1 };
    const facts = { retentionDays: 90, steps: [], messagePerRecord: false };

    const { storage } = reportOf({ days: [summary], categoryOf: () => facts, deadLetterDays: 95 });

    expect(storage.expiring).toEqual([
      { day: '2026-11-24', bytes: 70, records: 7 },
      { day: '2026-11-29', bytes: 30, records: 2 },
    ]);
  });

  test('keeps dead letters for as long as they are kept, in the tier that they are written to', () => {
    const traffic = { messages: 600, messageBytes: 1_000, compression: 0.1, deadLettered: 0.25 };
    const facts = {
      retentionDays: 90,
      steps: [{ tier: 'Cool', days: 30 }] as const,
      messagePerRecord: false,
    };

    const report = reportOf({
      measures: steadyMeter(traffic),
      categoryOf: () => facts,
      deadLetterDays: 400,
    });

    const perDay = 1_000 * 10 * 86_400 * 0.1;
    const { steadyBytes, steadyCostPerMonth } = report.categories[0]?.storage ?? {};
    expect(steadyBytes).toBeCloseTo(perDay * (0.75 * 90 + 0.25 * 400), 3);
    const [hot, cool] = [0.75 * 30 + 0.25 * 400, 0.75 * 60];
    expect(steadyCostPerMonth).toBeCloseTo((perDay * (hot * 0.0208 + cool * 0.0152)) / 1e9, 9);
    expect(report.storage.steadyAfterDays).toBe(400);
    const items = Object.fromEntries(report.cost.items.map(({ name, monthly }) => [name, monthly]));
    expect(items['Archive, hot tier']).toBeCloseTo((perDay * hot * 0.0208) / 1e9, 9);
    expect(items['Archive, cool tier']).toBeCloseTo((perDay * cool * 0.0152) / 1e9, 9);
  });
});

describe('cost', () => {
  test('is the sum of its items, whose largest three are named', () => {
    const { cost } = reportOf({
      measures: steadyMeter({ messages: 6_000, blocks: 2 }),
      recordsHubs: [RECORDS_HUB],
    });

    expect(cost.total).toBeCloseTo(
      cost.items.reduce((sum, { monthly }) => sum + monthly, 0),
      9,
    );
    expect(cost.largest).toEqual(cost.items.slice(0, 3).map(({ name }) => name));
    expect(cost.items.every(({ monthly }, i) => monthly <= (cost.items[i - 1]?.monthly ?? Infinity))).toBe(
      true,
    );
  });

  test('is that of the plan which is paid for, needed or not', () => {
    const { cost } = reportOf({
      measures: steadyMeter({ messages: 60 }),
      planOf: () => ({ tier: 'standard', units: 4 }),
    });

    expect(cost.items[0]).toEqual({
      name: 'Event Hubs units (contoso, Standard)',
      monthly: 4 * 730 * 0.03,
      detail: '4 TU x 730 hours x 0.03',
    });
  });
});

describe('lag', () => {
  const now = TO + MINUTE;
  const measures = steadyMeter({ messages: 60 });
  const state = (changes: Partial<PartitionState>): PartitionState => ({
    partition: PARTITION,
    retentionHours: 24,
    hub: { beginning: 0, lastEnqueued: 1_000, lastEnqueuedAt: now - 1_000, askedAt: now },
    checkpoint: 900,
    decided: { sequenceNumber: 1_000, time: now - 1_000 },
    backlog: undefined,
    ...changes,
  });
  const lagOf = (changes: Partial<PartitionState>) =>
    reportOf({ now, measures, partitions: [state(changes)] });

  test('is none where the ledger has decided all', () => {
    expect(lagOf({}).lag).toMatchObject({ events: 0, minutes: 0, pauseHours: 24 });
  });

  test('is as old as the events that are behind would be at the pace of the window', () => {
    const { lag } = lagOf({ decided: { sequenceNumber: 400, time: now - 5 * HOUR } });

    // 600 events at one a second; the oldest came 599 seconds before the last.
    expect(lag).toMatchObject({ events: 600, minutes: 10 });
    expect(lag.pauseHours).toBeCloseTo(24 - 1 / 6, 9);
  });

  test('is no older than what was decided last', () => {
    const { lag } = lagOf({ decided: { sequenceNumber: 400, time: now - 2 * MINUTE } });

    expect(lag.minutes).toBe(2);
  });

  test('is the age of a single event that is behind, however long nothing came before it', () => {
    const { lag } = lagOf({ decided: { sequenceNumber: 999, time: now - 5 * HOUR } });

    expect(lag.minutes).toBeCloseTo(1 / 60, 9);
  });

  test('of a hub that was created again begins with its first event', () => {
    const hub = { beginning: 0, lastEnqueued: 5, lastEnqueuedAt: now - 1_000, askedAt: now };

    const { lag } = lagOf({ hub, decided: { sequenceNumber: 1_000, time: now - HOUR } });

    expect(lag.events).toBe(6);
  });

  test('is none where the ledger was asked later than the hub', () => {
    const { lag } = lagOf({ decided: { sequenceNumber: 1_050, time: now } });

    expect(lag.events).toBe(0);
  });

  test('counts what the hub still has, where the ledger knows nothing of it', () => {
    const hub = { beginning: 400, lastEnqueued: 1_000, lastEnqueuedAt: now, askedAt: now };

    expect(lagOf({ hub, decided: undefined, checkpoint: undefined }).lag.events).toBe(601);
  });

  test('warns before the hub lets unread events go', () => {
    const hub = { beginning: 0, lastEnqueued: 90_000, lastEnqueuedAt: now, askedAt: now };
    const decided = { sequenceNumber: 900, time: now - 20 * HOUR };

    const report = lagOf({ hub, decided });

    expect(report.lag.pauseHours).toBeCloseTo(4, 1);
    expect(report.warnings[0]).toMatchObject({
      code: 'retention-near',
      severity: 'high',
      subject: 'contoso/logs/0',
    });
  });

  test('warns of a checkpoint that is beyond the ledger, and of a hub that does not answer', () => {
    expect(codes(lagOf({ checkpoint: 2_000 }))).toEqual(['checkpoint-ahead']);
    expect(codes(lagOf({ hub: undefined }))).toEqual(['hub-unknown']);
    expect(lagOf({ hub: undefined }).lag).toMatchObject({ events: null, minutes: null, pauseHours: null });
  });

  test('tells of a records hub that is behind, and since when', () => {
    const backlog = { hubs: ['records'], next: 3, since: now - 2 * HOUR };

    const report = lagOf({ backlog });

    expect(report.backlog).toMatchObject({
      hubs: ['records'],
      since: new Date(now - 2 * HOUR).toISOString(),
    });
    expect(codes(report)).toEqual(['backlog']);
  });
});

function peakOf(units: number) {
  const one = { messages: 1, records: 1, bytes: 1, slices: 1, peakMessages: 1, p95Bytes: 1 };
  return { ...one, peakBytes: units * 1e6 };
}

describe('warnings', () => {
  test.each([
    [0.5, undefined],
    [0.9, 'units-near'],
    [1.2, 'units-exceeded'],
  ])('of a peak of %d times the provisioned units', (share, code) => {
    const report = reportOf({
      measures: steadyMeter({ messages: 60 * 2_000 * share, messageBytes: 100 }),
      sourceHubs: [{ ...SOURCE_HUB, partitions: 1 }],
      planOf: () => ({ tier: 'standard', units: 2 }),
    });

    expect(namespaceIn(report).used).toBeCloseTo(share, 9);
    expect(codes(report)).toEqual(code === undefined ? [] : [code]);
  });

  test('tell of a limit that is reached within a month', () => {
    const days = [1.5, 1.51, 1.52, 1.53, 1.54, 1.55].map((units, i) => {
      const loads = { total: peakOf(units), 'namespace:contoso': peakOf(units) };
      return { day: FROM - 6 * HOUR - (6 - i) * DAY, loads, categories: {}, blocks: 1, batches: 1 };
    });

    const report = reportOf({ days, planOf: () => ({ tier: 'standard', units: 2 }) });

    // 0.45 units more at 0.01 a day.
    expect(report.trend.limits[0]).toMatchObject({ limit: 'provisioned-units', at: '2027-01-03' });
    expect(codes(report)).toEqual([]);
    const sooner = reportOf({
      days: days.map((day, i) => ({
        ...day,
        loads: { 'namespace:contoso': peakOf(1.5 + i * 0.05), total: peakOf(1) },
      })),
      planOf: () => ({ tier: 'standard', units: 2 }),
    });
    expect(codes(sooner)).toEqual(expect.arrayContaining(['limit-soon', 'units-near']));
  });

  test('tell of a ledger whose counts do not add up', () => {
    const meter = createMeter(FROM, TO);
    const minute = minuteOf(FROM, { messages: 5 });
    const [tally] = Object.values(minute.categories);
    if (tally) tally.archived = 4;
    meter.addMinute(PARTITION, minute);

    const report = reportOf({ measures: meter });

    expect(report.ledger).toMatchObject({ records: 5, archived: 4, balanced: false });
    expect(codes(report)).toEqual(['ledger-unbalanced']);
  });
});
