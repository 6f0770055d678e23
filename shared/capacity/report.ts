/**
 * What Sluice knows of its own size, at one moment: `capacity/latest.json` in the archive account, `sluice capacity --json`, and what the
 * report page shows. Plain JSON. A reader checks `version`; what is added leaves it as it is, what changes its meaning raises it.
 *
 * Times are ISO 8601 in UTC. Rates are per second, sizes in bytes; MB is 1,000,000 bytes wherever it is written out. Events are messages
 * of a hub. Money is in `prices.currency`, and a month has 730 hours, as Azure bills it.
 *
 * Names of categories, fields, hubs and scopes come from data: whoever shows them escapes them.
 */
export interface CapacityReport {
  readonly version: typeof REPORT_VERSION;
  readonly generatedAt: string;
  /** `ledger`: measured. `what-if`: from figures that somebody gave. */
  readonly basis: 'ledger' | 'what-if';
  /** What of the time the figures are of, in whole minutes. */
  readonly window: { readonly from: string; readonly to: string; readonly minutes: number };
  readonly prices: PriceFacts;
  /** What is to be done something about, the most urgent first. Empty where all is well. */
  readonly warnings: readonly Warning[];
  /** All source hubs together. */
  readonly total: Load;
  readonly ledger: LedgerProof;
  /** By namespace, since that is what units are bought for: its source hubs, and the records hubs where they are in it too. */
  readonly namespaces: readonly NamespaceReport[];
  /** The largest by bytes first. */
  readonly categories: readonly CategoryReport[];
  readonly lag: LagReport;
  readonly backlog: BacklogReport;
  readonly silent: readonly SilentSource[];
  /** Fields that the schemas do not name, the most frequent first. At most 100. */
  readonly drift: readonly DriftedField[];
  readonly storage: StorageReport;
  readonly cost: CostReport;
  readonly trend: TrendReport;
  /** For charts. */
  readonly series: Series;
}

export const REPORT_VERSION = 1;

export interface PriceFacts {
  readonly region: string;
  readonly currency: string;
  /** `2026-11-20` */
  readonly date: string;
  readonly source: string;
}

export type WarningCode =
  /** Unread events will be let go by the hub before they are read, at this lag or soon. */
  | 'retention-near'
  /** At the peak, more than 80% of the provisioned units were needed, or more than there are. */
  | 'units-near'
  | 'units-exceeded'
  /** The trend reaches a limit within 30 days. */
  | 'limit-soon'
  /** The peak needs more than the tier has. */
  | 'tier-exceeded'
  | 'source-silent'
  | 'backlog'
  | 'lagging'
  /** More was counted than is archived, dead-lettered or excluded. */
  | 'ledger-unbalanced'
  /** The host has moved on past what the ledger has decided. */
  | 'checkpoint-ahead'
  /** A source hub or the checkpoints could not be asked: lag is not known. */
  | 'hub-unknown'
  /** One partition takes far more than its share. */
  | 'hot-partition';

export interface Warning {
  readonly code: WarningCode;
  readonly severity: 'high' | 'medium' | 'low';
  /** What it is about: a partition `contoso/logs/0`, a hub, a namespace, a category. May come from data. */
  readonly subject: string;
  /** A sentence or two for a person, which may hold the subject. */
  readonly text: string;
}

/** Per second, out of one-minute bins. */
export interface Rate {
  /** Over the whole window. */
  readonly average: number;
  /** Over the minutes with traffic. */
  readonly averageActive: number;
  /** 95th percentile of the minutes of the window (those without traffic count). */
  readonly p95: number;
  readonly peak: number;
  /** The minute of the peak; absent where there was no traffic. */
  readonly peakAt?: string;
}

/** In bytes. Null where there is nothing to tell it from. */
export interface Sizes {
  readonly mean: number | null;
  readonly p95: number | null;
  readonly max: number | null;
  /** Which of them are estimates: a p95 is told from the means of minutes, since the ledger keeps no single sizes. */
  readonly estimates: readonly ('p95' | 'max')[];
}

export interface Load {
  /** Totals of the window. Messages that hold records of several categories count for each. */
  readonly messages: number;
  readonly records: number;
  readonly bytes: number;
  readonly messageRate: Rate;
  readonly recordRate: Rate;
  readonly byteRate: Rate;
  readonly messageSizes: Sizes;
  readonly recordSizes: Sizes;
  readonly activeMinutes: number;
}

/** records = archived + dead-lettered + excluded, of the window. */
export interface LedgerProof {
  readonly messages: number;
  readonly records: number;
  readonly archived: number;
  readonly deadLettered: number;
  readonly excluded: number;
  readonly balanced: boolean;
  readonly invalid: number;
  readonly passedOn: number;
  readonly salvagedMessages: number;
  readonly deadLettersByReason: Readonly<Record<string, number>>;
  readonly excludedByRule: Readonly<Record<string, number>>;
}

export type TierName = 'basic' | 'standard' | 'premium' | 'dedicated';

/** What is paid for. */
export interface Plan {
  readonly tier: TierName;
  /** Throughput, processing or capacity units. */
  readonly units: number;
}

export type Limit = 'ingress-bytes' | 'ingress-events' | 'egress-bytes' | 'egress-events';

/** In throughput units, as fractions: each limit by itself. */
export interface UnitLoad {
  readonly ingressBytes: number;
  readonly ingressEvents: number;
  readonly egressBytes: number;
  readonly egressEvents: number;
  /** The greatest of them, and which it is. */
  readonly units: number;
  readonly binding: Limit;
}

/** Of a namespace, or of a hub in it. */
export interface UnitNeed {
  readonly average: UnitLoad;
  readonly p95: UnitLoad;
  readonly peak: UnitLoad;
}

export interface NamespaceReport {
  readonly name: string;
  readonly hubs: readonly HubReport[];
  /** In the window. */
  readonly need: UnitNeed;
  /** What the tiers are chosen for: the peak of the window, or that of the last seven finished days where it was greater. */
  readonly sizing: { readonly load: UnitLoad; readonly basis: 'window' | 'days' };
  readonly provisioned: Plan | null;
  /** Share of the provisioned units that `sizing` takes, 0.8 for 80%; null where they are not known. */
  readonly used: number | null;
  /** All four, in the order of their names above. */
  readonly tiers: readonly TierOption[];
  readonly recommended: TierName;
  /** Why that one, in a sentence. */
  readonly because: string;
  /** 64 KB slices that are billed, per month. */
  readonly billedEventsPerMonth: number;
  /** On average; and at the peak rate. */
  readonly messagesPerFiveMinutes: { readonly average: number; readonly peak: number };
}

export interface TierOption {
  readonly tier: TierName;
  readonly fits: boolean;
  /** Why it does not; or, where it does, why it need not be it. A sentence each. */
  readonly reasons: readonly string[];
  /** That the peak needs, whole ones and at least 1. */
  readonly units: number;
  /** What an estimate rests on, for those tiers whose units have no fixed limit. */
  readonly unitsAreEstimate: boolean;
  readonly maxUnits: number;
  readonly monthly: {
    readonly units: number;
    readonly events: number;
    /** Of what the hubs keep beyond what is included. */
    readonly storage: number;
    readonly total: number;
  };
}

export interface HubReport {
  readonly name: string;
  readonly role: 'source' | 'records';
  /** `measured`, or `estimated`: what Sluice itself packs for the records hub is told from what it passes on. */
  readonly basis: 'measured' | 'estimated';
  /** Of a records hub: as messages that come in there. */
  readonly load: Load;
  readonly consumerGroups: number;
  readonly retentionHours: number;
  readonly partitions: PartitionNeed;
  readonly need: UnitNeed;
  readonly billedEventsPerMonth: number;
}

export interface PartitionNeed {
  /** Null where the hub could not be asked. */
  readonly count: number | null;
  /** That the peak needs: 1 MB/s or 1,000 events/s in, and 2 MB/s or 4,096 events/s out, each. */
  readonly needed: number;
  /** The peak of the busiest one as a share of what one takes. */
  readonly busiest: { readonly id: string; readonly used: number } | null;
}

export interface CategoryReport {
  /** `entra/SignInLogs` */
  readonly key: string;
  readonly source: string;
  readonly name: string;
  readonly load: Load;
  /** Of all bytes, 0 to 1. */
  readonly share: number;
  readonly deadLettered: number;
  readonly excluded: number;
  readonly invalid: number;
  /** Throughput units in, if it had a namespace of its own. */
  readonly units: { readonly average: number; readonly p95: number; readonly peak: number };
  readonly storage: CategoryStorage;
  readonly lastSeen: string;
}

export interface CategoryStorage {
  /** 0 = for ever. */
  readonly retentionDays: number;
  /** After so many days it is moved to the tier; null = never. */
  readonly coolAfterDays: number | null;
  readonly coldAfterDays: number | null;
  readonly archiveAfterDays: number | null;
  /** As they are stored, archive and dead letters. */
  readonly bytesPerMonth: number;
  /** The dead letters among them: how long they are kept, in days (0 = for ever), in the tier in which they are written. */
  readonly deadLetters: { readonly retentionDays: number; readonly bytesPerMonth: number };
  /** Stored by what came in; null where nothing was archived. */
  readonly compression: number | null;
  /** What is there once as much expires as comes; after a year, where it is kept for ever. */
  readonly steadyBytes: number;
  readonly steadyCostPerMonth: number;
}

export interface LagReport {
  readonly partitions: readonly PartitionLag[];
  /** The greatest of the partitions; null where none is known. */
  readonly events: number | null;
  readonly minutes: number | null;
  /** The least of the partitions: for so many hours, ingestion may stop from now on, and no event is lost. */
  readonly pauseHours: number | null;
}

export interface PartitionLag {
  readonly namespace: string;
  readonly hub: string;
  readonly id: string;
  /** Events in the hub that the ledger has not decided; null where the hub could not be asked. */
  readonly events: number | null;
  /** The age of the oldest of them; an estimate where there are several. */
  readonly minutes: number | null;
  readonly pauseHours: number | null;
  /** The last sequence numbers: in the hub, in the ledger, in the host's checkpoint. */
  readonly lastEnqueued: number | null;
  readonly lastDecided: number | null;
  readonly checkpoint: number | null;
  readonly lastEnqueuedAt: string | null;
  readonly lastDecidedAt: string | null;
}

/** What waits in the archive because a records hub was down. */
export interface BacklogReport {
  /** Those that are behind. */
  readonly hubs: readonly string[];
  readonly partitions: readonly {
    readonly namespace: string;
    readonly hub: string;
    readonly id: string;
    readonly recordsHubs: readonly string[];
    readonly since: string;
  }[];
  /** Of the oldest; null where nothing waits. */
  readonly since: string | null;
}

export interface SilentSource {
  /** A category `entra/SignInLogs`, or a hub `contoso/logs`. */
  readonly subject: string;
  readonly kind: 'category' | 'hub';
  readonly lastSeen: string;
  readonly silentMinutes: number;
  /** The longest silence that it otherwise keeps. */
  readonly habitMinutes: number;
}

export interface DriftedField {
  readonly category: string;
  /** JSON pointer. */
  readonly pointer: string;
  readonly records: number;
}

export interface StorageReport {
  /** What a month brings is told from the last finished days, or from the window where there are none yet or it is longer than a day. */
  readonly basis: 'window' | 'days';
  /** Archive and dead letters, as stored. */
  readonly bytesPerMonth: number;
  readonly steadyBytes: number;
  /** In days; null where something is kept for ever, which grows without end. */
  readonly steadyAfterDays: number | null;
  /** Blocks staged, lists committed, checkpoints. */
  readonly writesPerMonth: number;
  readonly tableTransactionsPerMonth: number;
  /** Of functions; told from the blocks, as the ledger keeps no batches. */
  readonly executionsPerMonth: number;
  /** What of what is kept today expires when, by the days of the ledger. The next 30 days. */
  readonly expiring: readonly { readonly day: string; readonly bytes: number; readonly records: number }[];
}

export interface CostReport {
  /** Of a month at steady state, with the recommended tiers, or those that are provisioned. */
  readonly items: readonly CostItem[];
  readonly total: number;
  /** Names of the largest three. */
  readonly largest: readonly string[];
}

export interface CostItem {
  /** For a person: `Event Hubs units (contoso, standard)`. */
  readonly name: string;
  readonly monthly: number;
  /** How it comes about: `2 TU x 730 h x 0.03`. */
  readonly detail: string;
}

export interface TrendReport {
  /** Finished days, oldest first. */
  readonly days: readonly TrendDay[];
  /** Of the daily peaks, in bytes and messages per second; null with too few days (4). */
  readonly bytes: TrendLine | null;
  readonly messages: TrendLine | null;
  readonly limits: readonly LimitDate[];
}

export interface TrendDay {
  /** `2026-11-20` */
  readonly day: string;
  readonly messages: number;
  readonly records: number;
  readonly bytes: number;
  readonly peakMessages: number;
  readonly peakBytes: number;
  readonly p95Bytes: number;
}

/** Straight, through the daily peaks; robust against single days. */
export interface TrendLine {
  /** On the first and last of the days, as the line has it. */
  readonly from: number;
  readonly to: number;
  readonly perDay: number;
  /** The slope is between these, with 90% confidence. */
  readonly perDayBand: readonly [low: number, high: number];
  /** Growth in 30 days as a share of today's; 0.1 for 10%. */
  readonly perMonth: number;
}

export interface LimitDate {
  readonly namespace: string;
  readonly limit: 'provisioned-units' | 'partitions' | 'tier-maximum';
  /** `4 standard units`, `32 partitions of logs` */
  readonly what: string;
  readonly binding: Limit;
  /** At peak. Null where the trend does not reach it within ten years. `2026-11-20` */
  readonly at: string | null;
  /** By the steep and the flat end of the band. */
  readonly earliest: string | null;
  readonly latest: string | null;
  readonly reached: boolean;
}

/** At most 360 points, from `from` on, each the average of `stepMinutes` minutes, per second. */
export interface Series {
  readonly from: string;
  readonly stepMinutes: number;
  readonly points: number;
  readonly messages: readonly number[];
  readonly records: readonly number[];
  readonly bytes: readonly number[];
  /** The greatest minute in each step. */
  readonly peakBytes: readonly number[];
  /** The largest by bytes, the others together as `other`: at most 9. */
  readonly categories: readonly { readonly key: string; readonly bytes: readonly number[] }[];
}
