import type { TierName } from './report.ts';

/** As the pages of Event Hubs count: it is not said whether a MB is 1,000,000 bytes, and the smaller one asks for more units. */
export const MB = 1_000_000;
export const GB = 1_000_000_000;

/** Azure bills months of so many hours; `365 x 24 / 12`. */
export const HOURS_PER_MONTH = 730;
export const SECONDS_PER_MONTH = HOURS_PER_MONTH * 3_600;
export const DAYS_PER_MONTH = HOURS_PER_MONTH / 24;

/** What a throughput unit takes, and a partition of Basic and Standard: https://learn.microsoft.com/azure/event-hubs/event-hubs-scalability */
export const UNIT = {
  ingressBytes: 1 * MB,
  ingressEvents: 1_000,
  egressBytes: 2 * MB,
  egressEvents: 4_096,
} as const;

export interface TierLimits {
  readonly title: string;
  readonly unit: string;
  /** In throughput units' worth: how much one of its units takes, and whether that is a promise. */
  readonly unitsEach: number;
  readonly isPromised: boolean;
  /** The numbers of units that can be bought; undefined: every number. */
  readonly sizes?: readonly number[];
  readonly maxUnits: number;
  readonly maxMessageBytes: number;
  readonly consumerGroups: number;
  readonly retentionHours: number;
  readonly partitionsPerHub: number;
  readonly hubs: number;
  /** Kept in the hubs without being billed for it, for each unit. */
  readonly includedGb: number;
  /** Whether ingress events are billed. */
  readonly billsEvents: boolean;
}

/**
 * https://learn.microsoft.com/azure/event-hubs/event-hubs-quotas (February 2026). Premium has no fixed limit: a unit takes "5 to 10 MB/s"
 * (event-hubs-scalability), of which the lower is taken. For Dedicated no figure is published; 100 MB/s is an assumption.
 */
export const TIERS: Readonly<Record<TierName, TierLimits>> = {
  basic: {
    title: 'Basic',
    unit: 'TU',
    unitsEach: 1,
    isPromised: true,
    maxUnits: 40,
    maxMessageBytes: 256 * 1024,
    consumerGroups: 1,
    retentionHours: 24,
    partitionsPerHub: 32,
    hubs: 10,
    includedGb: 84,
    billsEvents: true,
  },
  standard: {
    title: 'Standard',
    unit: 'TU',
    unitsEach: 1,
    isPromised: true,
    maxUnits: 40,
    maxMessageBytes: 1024 * 1024,
    consumerGroups: 20,
    retentionHours: 7 * 24,
    partitionsPerHub: 32,
    hubs: 10,
    includedGb: 84,
    billsEvents: true,
  },
  premium: {
    title: 'Premium',
    unit: 'PU',
    unitsEach: 5,
    isPromised: false,
    sizes: [1, 2, 4, 6, 8, 10, 12, 16],
    maxUnits: 16,
    maxMessageBytes: 1024 * 1024,
    consumerGroups: 100,
    retentionHours: 90 * 24,
    partitionsPerHub: 100,
    hubs: 100,
    includedGb: 1_000,
    billsEvents: false,
  },
  dedicated: {
    title: 'Dedicated',
    unit: 'CU',
    unitsEach: 100,
    isPromised: false,
    maxUnits: 10,
    maxMessageBytes: 20 * 1024 * 1024,
    consumerGroups: 1_000,
    retentionHours: 90 * 24,
    partitionsPerHub: 1_024,
    hubs: 1_000,
    includedGb: 10_000,
    billsEvents: false,
  },
};

export const TIER_NAMES = [
  'basic',
  'standard',
  'premium',
  'dedicated',
] as const satisfies readonly TierName[];
