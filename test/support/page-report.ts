import { REPORT_PAGE_VERSION } from '../../shared/report/report.ts';
import type { LiveReport, Report } from '../../shared/report/report.ts';
import { sampleReport } from './capacity-report.ts';

const FROM = Date.UTC(2026, 10, 20, 11, 1);
const MINUTES = 60;

/** What the page is given, with every part of it filled. */
export function samplePageReport(changes: Partial<Report> = {}): Report {
  return {
    version: REPORT_PAGE_VERSION,
    generatedAt: '2026-11-20T12:00:31.000Z',
    live: sampleLive(),
    capacity: sampleReport(),
    capacityMissing: null,
    ...changes,
  };
}

/** Of an app that has been handed nothing yet. */
export function emptyPageReport(): Report {
  const { ledger } = sampleReport();
  const none = {
    messages: 0,
    records: 0,
    archived: 0,
    deadLettered: 0,
    excluded: 0,
    invalid: 0,
    passedOn: 0,
  };
  return samplePageReport({
    live: {
      ...sampleLive(),
      proof: { ...ledger, ...none, salvagedMessages: 0, deadLettersByReason: {}, excludedByRule: {} },
      series: { stepMinutes: 1, messages: wave(0, 0), categories: [] },
      categories: [],
      moreCategories: 0,
      drift: [],
      partitions: [],
    },
    capacity: null,
    capacityMissing: 'none-yet',
  });
}

const SHARES: readonly (readonly [key: string, share: number])[] = [
  ['entra/SignInLogs', 0.42],
  ['defender/DeviceEvents', 0.24],
  ['activity/Administrative', 0.14],
  ['entra/NonInteractiveUserSignInLogs', 0.09],
  ['unknown/<img src=x onerror=alert(1)>', 0.05],
  ['github/audit', 0.03],
  ['intune/DeviceComplianceOrg', 0.02],
  ['entra/AuditLogs', 0.01],
];

export function sampleLive(): LiveReport {
  const categories = SHARES.map(([key, share]) => ({
    key,
    records: Math.round(388_800 * share),
    bytes: Math.round(259_200_000 * share),
    archived: Math.round(388_800 * share) - 5,
    deadLettered: share > 0.1 ? 4 : 0,
    excluded: share > 0.1 ? 1 : 0,
    passedOn: Math.round(388_800 * share) - 5,
    invalid: share > 0.1 ? 3 : 0,
    lastSeen: '2026-11-20T12:00:00.000Z',
  }));
  return {
    window: { from: new Date(FROM).toISOString(), to: '2026-11-20T12:00:31.000Z', minutes: MINUTES },
    proof: {
      messages: 64_800,
      records: 388_800,
      archived: 388_768,
      deadLettered: 24,
      excluded: 8,
      balanced: true,
      invalid: 19,
      passedOn: 388_768,
      salvagedMessages: 2,
      deadLettersByReason: { invalid: 19, 'not-json': 4, 'unpack-failed': 1 },
      excludedByRule: { 'no-heartbeats': 8 },
    },
    series: {
      stepMinutes: 1,
      messages: wave(1_080, 0),
      categories: [...SHARES.slice(0, 5), ['other', 0.06] as const].map(([key, share], i) => ({
        key,
        records: wave(6_480 * share, i),
        bytes: wave(4_320_000 * share, i),
      })),
    },
    categories,
    moreCategories: 0,
    drift: [
      {
        category: 'entra/SignInLogs',
        pointer: '/properties/newField',
        records: 206,
        firstSeen: '2026-11-20T11:14:00.000Z',
        lastSeen: '2026-11-20T11:59:00.000Z',
      },
      {
        category: 'unknown/<img src=x onerror=alert(1)>',
        pointer: '/<script>alert(2)<~1script>',
        records: 3,
        firstSeen: '2026-11-20T11:31:00.000Z',
        lastSeen: '2026-11-20T11:31:00.000Z',
      },
    ],
    partitions: ['0', '1', '2'].map((id) => ({
      namespace: 'contoso',
      hub: 'logs',
      id,
      lastDecided: 9_000_000,
      lastDecidedAt: '2026-11-20T12:00:02.000Z',
      behind: id === '0' ? ['records'] : [],
      behindSince: id === '0' ? '2026-11-20T09:12:00.000Z' : null,
    })),
  };
}

function wave(mean: number, phase: number): number[] {
  return Array.from({ length: MINUTES }, (_, i) =>
    Math.round(mean * (1 + 0.35 * Math.sin(i / 7 + phase) + 0.15 * Math.sin(i * 1.7 + phase))),
  );
}
