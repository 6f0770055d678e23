export interface Metric {
  readonly name: string;
  readonly unit: string;
  /** `sum`: what came since it was last sent. `distribution`: count, sum, least and greatest. `gauge`: the last value. */
  readonly kind: 'sum' | 'distribution' | 'gauge';
  readonly dimensions: readonly string[];
  /** For docs/telemetry.md; a test holds them against each other. */
  readonly meaning: string;
}

const BY_CATEGORY = ['namespace', 'hub', 'category'] as const;

/** Everything that is measured. Names are part of what users build alerts on: they stay. */
export const METRICS = {
  recordsIn: {
    name: 'sluice.records.in',
    unit: 'records',
    kind: 'sum',
    dimensions: BY_CATEGORY,
    meaning: 'Records that were decided on: archived, dead-lettered and excluded together.',
  },
  recordsArchived: {
    name: 'sluice.records.archived',
    unit: 'records',
    kind: 'sum',
    dimensions: BY_CATEGORY,
    meaning: 'Records that went to the archive.',
  },
  recordsDeadLettered: {
    name: 'sluice.records.dead_lettered',
    unit: 'records',
    kind: 'sum',
    dimensions: [...BY_CATEGORY, 'reason'],
    meaning: 'Records that went to quarantine, by the reasons of [error-codes.md](error-codes.md).',
  },
  recordsExcluded: {
    name: 'sluice.records.excluded',
    unit: 'records',
    kind: 'sum',
    dimensions: BY_CATEGORY,
    meaning: 'Records that a rule left out of the archive.',
  },
  recordsPassedOn: {
    name: 'sluice.records.passed_on',
    unit: 'records',
    kind: 'sum',
    dimensions: BY_CATEGORY,
    meaning: 'Records that are passed on, at once or from the backlog.',
  },
  bytesIn: {
    name: 'sluice.bytes.in',
    unit: 'bytes',
    kind: 'sum',
    dimensions: BY_CATEGORY,
    meaning: 'Of the records, as they came.',
  },
  batchDuration: {
    name: 'sluice.batch.duration',
    unit: 'ms',
    kind: 'distribution',
    dimensions: ['namespace', 'hub', 'outcome'],
    meaning: 'How long a batch took; `outcome` is `taken-in`, or `failed` where it will come again.',
  },
  batchDelay: {
    name: 'sluice.batch.delay',
    unit: 's',
    kind: 'distribution',
    dimensions: ['namespace', 'hub'],
    meaning: 'From when the hub took in the oldest message of a batch to when the batch was taken in.',
  },
  lagEvents: {
    name: 'sluice.lag.events',
    unit: 'messages',
    kind: 'gauge',
    dimensions: ['namespace', 'hub'],
    meaning: 'Messages in the hub that have not been decided on, in all its partitions.',
  },
  lagMinutes: {
    name: 'sluice.lag.minutes',
    unit: 'minutes',
    kind: 'gauge',
    dimensions: ['namespace', 'hub'],
    meaning: 'The age of the oldest of them.',
  },
  unitsNeeded: {
    name: 'sluice.units.needed',
    unit: 'throughput units',
    kind: 'gauge',
    dimensions: ['namespace', 'measure'],
    meaning: 'What a namespace needs, in and out; `measure` is `average`, `p95` or `peak` of the window.',
  },
  hubUnitsNeeded: {
    name: 'sluice.units.needed.hub',
    unit: 'throughput units',
    kind: 'gauge',
    dimensions: ['namespace', 'hub', 'measure'],
    meaning: 'The same of a hub.',
  },
  categoryUnitsNeeded: {
    name: 'sluice.units.needed.category',
    unit: 'throughput units',
    kind: 'gauge',
    dimensions: ['category', 'measure'],
    meaning: 'The same of a category, as if it had a namespace of its own; in only.',
  },
  unitsProvisioned: {
    name: 'sluice.units.provisioned',
    unit: "the tier's units",
    kind: 'gauge',
    dimensions: ['namespace', 'tier'],
    meaning: 'What is paid for, where `SLUICE_PROVISIONED` says so.',
  },
  costMonthly: {
    name: 'sluice.cost.monthly',
    unit: 'the `currency`',
    kind: 'gauge',
    dimensions: ['currency'],
    meaning: 'What a month costs at steady state.',
  },
} as const satisfies Record<string, Metric>;

export type MetricKey = keyof typeof METRICS;

export type Dimensions = Readonly<Record<string, string>>;

export interface Measurement {
  readonly metric: MetricKey;
  readonly value: number;
  readonly dimensions: Dimensions;
}
