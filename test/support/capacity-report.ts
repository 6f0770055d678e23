import { REPORT_VERSION } from '../../shared/capacity/report.ts';
import type {
  CapacityReport,
  CategoryReport,
  HubReport,
  Load,
  Rate,
  TierName,
  TierOption,
  UnitLoad,
} from '../../shared/capacity/report.ts';

/** A report as the timer writes it, of a stream that is busy, behind and close to its limits: every part of it is filled. */
export function sampleReport(changes: Partial<CapacityReport> = {}): CapacityReport {
  const source = hubReport('logs', 'source', loadOf(1));
  const records = hubReport('records', 'records', loadOf(0.9));
  const categories = CATEGORIES.map(([key, share]) => categoryReport(key, share));
  return {
    version: REPORT_VERSION,
    generatedAt: '2026-11-20T12:00:05.000Z',
    basis: 'ledger',
    window: { from: '2026-11-20T06:00:00.000Z', to: '2026-11-20T12:00:00.000Z', minutes: MINUTES },
    prices: { region: 'eastus', currency: 'USD', date: '2026-11-20', source: 'Azure retail prices' },
    warnings: [
      {
        code: 'retention-near',
        severity: 'high',
        subject: 'contoso/logs/1',
        text: 'contoso/logs/1 is 20.5 hours behind, and the hub keeps events for 24 hours.',
      },
      {
        code: 'units-near',
        severity: 'medium',
        subject: 'contoso',
        text: 'The peak takes 89% of the 2 units.',
      },
      {
        code: 'source-silent',
        severity: 'low',
        subject: 'entra/AuditLogs',
        text: 'No event for 3 hours; at most 12 minutes otherwise.',
      },
    ],
    total: loadOf(1),
    ledger: {
      messages: 388_800,
      records: 2_332_800,
      archived: 2_332_600,
      deadLettered: 150,
      excluded: 50,
      balanced: true,
      invalid: 120,
      passedOn: 2_332_600,
      salvagedMessages: 7,
      deadLettersByReason: { invalid: 120, 'not-json': 30 },
      excludedByRule: { 'no-heartbeats': 50 },
    },
    namespaces: [
      {
        name: 'contoso',
        hubs: [source, records],
        need: needOf(1.78),
        sizing: { load: unitLoad(1.78), basis: 'window' },
        provisioned: { tier: 'standard', units: 2 },
        used: 0.89,
        tiers: (['basic', 'standard', 'premium', 'dedicated'] as const).map(tierOption),
        recommended: 'standard',
        because: 'Standard takes the peak with 2 units, at the lowest price of those that fit.',
        billedEventsPerMonth: 120_000_000,
        messagesPerFiveMinutes: { average: 5_400, peak: 14_000 },
      },
    ],
    categories,
    lag: {
      partitions: [
        partitionLag('0', 12, 0.2, 23.9),
        partitionLag('1', 1_320_000, 1_230, 3.5),
        { ...partitionLag('2', 0, 0, 24), events: null, minutes: null, pauseHours: null, lastEnqueued: null },
      ],
      events: 1_320_000,
      minutes: 1_230,
      pauseHours: 3.5,
    },
    backlog: {
      hubs: ['records'],
      partitions: [
        {
          namespace: 'contoso',
          hub: 'logs',
          id: '0',
          recordsHubs: ['records'],
          since: '2026-11-20T09:12:00.000Z',
        },
      ],
      since: '2026-11-20T09:12:00.000Z',
    },
    silent: [
      {
        subject: 'entra/AuditLogs',
        kind: 'category',
        lastSeen: '2026-11-20T08:59:00.000Z',
        silentMinutes: 180,
        habitMinutes: 12,
      },
    ],
    drift: [{ category: 'entra/SignInLogs', pointer: '/properties/newField', records: 1_234 }],
    storage: {
      basis: 'days',
      bytesPerMonth: 90e9,
      steadyBytes: 1_080e9,
      steadyAfterDays: 365,
      writesPerMonth: 2_600_000,
      tableTransactionsPerMonth: 1_300_000,
      executionsPerMonth: 700_000,
      expiring: days(30, (day, i) => ({ day, bytes: 1e9 + i * 1e7, records: 1_000_000 + i })),
    },
    cost: {
      items: [
        {
          name: 'Event Hubs units (contoso, standard)',
          monthly: 43.8,
          detail: '2 units x 730 hours x 0.030',
        },
        { name: 'Archive storage', monthly: 22.46, detail: '1,080 GB x 0.0208' },
        { name: 'Archive writes', monthly: 14.3, detail: '260 x 10,000 operations x 0.055' },
        { name: 'Event Hubs ingress (contoso)', monthly: 3.36, detail: '120 million events x 0.028' },
        { name: 'Function executions', monthly: 0.14, detail: '0.7 million x 0.20' },
      ],
      total: 84.06,
      largest: ['Event Hubs units (contoso, standard)', 'Archive storage', 'Archive writes'],
    },
    trend: {
      days: days(14, (day, i) => ({
        day,
        messages: 1_500_000 + i * 10_000,
        records: 9_000_000 + i * 60_000,
        bytes: 30e9 + i * 2e8,
        peakMessages: 46 + i * 0.3,
        peakBytes: 900_000 + i * 6_000,
        p95Bytes: 700_000 + i * 5_000,
      })),
      bytes: { from: 900_000, to: 978_000, perDay: 6_000, perDayBand: [5_000, 7_000], perMonth: 0.18 },
      messages: { from: 46, to: 49.9, perDay: 0.3, perDayBand: [0.2, 0.4], perMonth: 0.18 },
      limits: [
        {
          namespace: 'contoso',
          limit: 'provisioned-units',
          what: '2 standard units',
          binding: 'ingress-bytes',
          at: '2027-02-03',
          earliest: '2027-01-12',
          latest: '2027-03-09',
          reached: false,
        },
        {
          namespace: 'contoso',
          limit: 'tier-maximum',
          what: '40 standard units',
          binding: 'ingress-bytes',
          at: null,
          earliest: '2035-02-03',
          latest: null,
          reached: false,
        },
      ],
    },
    series: {
      from: '2026-11-20T06:00:00.000Z',
      stepMinutes: 1,
      points: MINUTES,
      messages: wave(18),
      records: wave(108),
      bytes: wave(36_000),
      peakBytes: wave(36_000),
      categories: CATEGORIES.map(([key, share]) => ({ key, bytes: wave(36_000 * share) })),
    },
    ...changes,
  };
}

const MINUTES = 360;

/** Categories come from data, and one of these looks like it. */
const CATEGORIES: readonly (readonly [key: string, share: number])[] = [
  ['entra/SignInLogs', 0.5],
  ['defender/DeviceEvents', 0.3],
  ['activity/Administrative', 0.15],
  ['unknown/<img src=x onerror=alert(1)>', 0.05],
];

function wave(mean: number): number[] {
  return Array.from({ length: MINUTES }, (_, i) => mean * (1 + 0.6 * Math.sin(i / 57)));
}

function rate(average: number): Rate {
  return {
    average,
    averageActive: average,
    p95: average * 1.5,
    peak: average * 1.6,
    peakAt: '2026-11-20T10:11:00.000Z',
  };
}

function loadOf(share: number): Load {
  return {
    messages: 388_800 * share,
    records: 2_332_800 * share,
    bytes: 777_600_000 * share,
    messageRate: rate(18 * share),
    recordRate: rate(108 * share),
    byteRate: rate(36_000 * share),
    messageSizes: { mean: 2_000, p95: 3_400, max: 190_000, estimates: ['p95'] },
    recordSizes: { mean: 333, p95: 900, max: 40_000, estimates: ['p95'] },
    activeMinutes: MINUTES,
  };
}

function unitLoad(units: number): UnitLoad {
  return {
    ingressBytes: units,
    ingressEvents: units / 2,
    egressBytes: units / 2,
    egressEvents: units / 8,
    units,
    binding: 'ingress-bytes',
  };
}

function needOf(peak: number) {
  return { average: unitLoad(peak / 1.6), p95: unitLoad(peak * 0.94), peak: unitLoad(peak) };
}

function hubReport(name: string, role: HubReport['role'], load: Load): HubReport {
  return {
    name,
    role,
    basis: role === 'source' ? 'measured' : 'estimated',
    load,
    consumerGroups: 1,
    retentionHours: 24,
    partitions: { count: 4, needed: 2, busiest: { id: '1', used: 0.44 } },
    need: needOf(0.89),
    billedEventsPerMonth: 60_000_000,
  };
}

function tierOption(tier: TierName): TierOption {
  const [units, maxUnits, perUnit] = {
    basic: [2, 40, 10.95],
    standard: [2, 40, 21.9],
    premium: [1, 16, 749.71],
    dedicated: [1, 10, 4_999.77],
  }[tier] as [number, number, number];
  const isByUnit = tier === 'basic' || tier === 'standard';
  const events = isByUnit ? 3.36 : 0;
  return {
    tier,
    fits: tier !== 'basic',
    reasons: tier === 'basic' ? ['Basic has one consumer group, and takes messages of 256 KB at most.'] : [],
    units,
    unitsAreEstimate: !isByUnit,
    maxUnits,
    monthly: { units: units * perUnit, events, storage: 0, total: units * perUnit + events },
  };
}

function categoryReport(key: string, share: number): CategoryReport {
  const slash = key.indexOf('/');
  return {
    key,
    source: key.slice(0, slash),
    name: key.slice(slash + 1),
    load: loadOf(share),
    share,
    deadLettered: 10,
    excluded: 5,
    invalid: 8,
    units: { average: share / 1.6, p95: share * 0.94, peak: share },
    storage: {
      retentionDays: share === 0.5 ? 0 : 365,
      coolAfterDays: share === 0.3 ? 30 : null,
      coldAfterDays: share === 0.3 ? 90 : null,
      archiveAfterDays: null,
      bytesPerMonth: 90e9 * share,
      deadLetters: { retentionDays: 365, bytesPerMonth: 0 },
      compression: 0.135,
      steadyBytes: 1_080e9 * share,
      steadyCostPerMonth: 22.46 * share,
    },
    lastSeen: '2026-11-20T11:59:00.000Z',
  };
}

function partitionLag(id: string, events: number, minutes: number, pauseHours: number) {
  return {
    namespace: 'contoso',
    hub: 'logs',
    id,
    events,
    minutes,
    pauseHours,
    lastEnqueued: 9_000_000 + events,
    lastDecided: 9_000_000,
    checkpoint: 9_000_000,
    lastEnqueuedAt: '2026-11-20T11:59:58.000Z',
    lastDecidedAt: '2026-11-20T11:59:40.000Z',
  };
}

function days<T>(n: number, of: (day: string, i: number) => T): T[] {
  const first = Date.UTC(2026, 10, 6);
  return Array.from({ length: n }, (_, i) =>
    of(new Date(first + i * 86_400_000).toISOString().slice(0, 10), i),
  );
}
