export type Tier = 'basic' | 'standard' | 'premium' | 'dedicated';

/** What a tier allows, from Azure's page "Event Hubs quotas and limits" (February 2026). */
export interface Limits {
  /** Bytes of one publication: an event, or a batch of them, as it travels. */
  readonly maxMessageBytes: number;
  readonly consumerGroupsPerHub: number;
  readonly partitionsPerHub: number;
  readonly hubs: number;
}

const KIB = 1024;

/** The quotas page says 1 MB. Two KiB less are enforced here, so that what passes here is sure to pass there. */
const ONE_MEGABYTE = 1022 * KIB;

/** Dedicated clusters can be opened for large messages, of up to 20 MB. */
const LARGE_MESSAGE = 20 * KIB * KIB;

export const LIMITS: Readonly<Record<Tier, Limits>> = {
  basic: { maxMessageBytes: 256 * KIB, consumerGroupsPerHub: 1, partitionsPerHub: 32, hubs: 10 },
  standard: { maxMessageBytes: ONE_MEGABYTE, consumerGroupsPerHub: 20, partitionsPerHub: 32, hubs: 10 },
  premium: { maxMessageBytes: ONE_MEGABYTE, consumerGroupsPerHub: 100, partitionsPerHub: 100, hubs: 100 },
  dedicated: {
    maxMessageBytes: LARGE_MESSAGE,
    consumerGroupsPerHub: 1000,
    partitionsPerHub: 1024,
    hubs: 1000,
  },
};

/** Receivers without an epoch on one partition of one consumer group, in every tier (same page). */
export const MAX_NON_EPOCH_RECEIVERS = 5;

/** Publications that a producer's link may have unanswered. A choice of ours: Azure states no number. */
export const PRODUCER_CREDIT = 300;

/** Bytes a partition holds before it lets its oldest messages go, so that a long run does not eat the machine. */
export const DEFAULT_MAX_BYTES_PER_PARTITION = 128 * KIB * KIB;

/** One day, what every tier can hold. */
export const DEFAULT_RETENTION_MS = 24 * 60 * 60 * 1000;
