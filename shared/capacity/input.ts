import type { Partition } from '../message.ts';
import type { TierStep } from '../blocks/tiers.ts';
import type { Measures } from './measures.ts';
import type { Prices } from './prices.ts';
import type { Decided, HubPosition, HubPositions } from './probe.ts';
import type { Plan, TierName } from './report.ts';

/** A source hub, as the settings and the hub itself have it. */
export interface SourceHubFacts {
  readonly namespace: string;
  readonly hub: string;
  readonly consumerGroups: number;
  readonly retentionHours: number;
  /** Undefined where the hub could not be asked. */
  readonly partitions: number | undefined;
}

/** A records hub, and how Sluice packs what it sends there. */
export interface RecordsHubFacts extends SourceHubFacts {
  readonly messageBytes: number;
  readonly takes: (category: string) => boolean;
}

/** Where the readers of a partition are. Undefined is what could not be asked. */
export interface PartitionState {
  readonly partition: Partition;
  readonly retentionHours: number;
  /** With the time when it was asked. */
  readonly hub: (Omit<HubPosition, 'id'> & Pick<HubPositions, 'askedAt'>) | undefined;
  readonly checkpoint: number | undefined;
  /** Undefined where the ledger has decided nothing. */
  readonly decided: Decided | undefined;
  readonly backlog: { readonly hubs: readonly string[]; readonly since: number } | undefined;
}

/** What becomes of a category's records in the archive, and after it. */
export interface CategoryFacts {
  /** 0 = for ever. */
  readonly retentionDays: number;
  /** When it moves to which tier of the archive account. */
  readonly steps: readonly TierStep[];
  /** Whether each of its records is a message of its own on the records hub. */
  readonly messagePerRecord: boolean;
}

/** Of a day, of a hub `hub:contoso/logs`, of all source hubs of a namespace `namespace:contoso`, or of all there are `total`. */
export interface DayLoad {
  readonly messages: number;
  readonly records: number;
  readonly bytes: number;
  readonly slices: number;
  /** Per second, of the greatest minute. */
  readonly peakMessages: number;
  readonly peakBytes: number;
  readonly p95Bytes: number;
}

export interface DayCategory {
  readonly records: number;
  readonly bytes: number;
  /** Archive and dead letters, as stored. */
  readonly storedRecords: number;
  readonly storedBytes: number;
  /** The dead letters among them, which have a retention of their own. */
  readonly deadLetterRecords: number;
  readonly deadLetterBytes: number;
}

/** A finished day, all partitions together. */
export interface DaySummary {
  /** Its start, in milliseconds. */
  readonly day: number;
  readonly loads: Readonly<Record<string, DayLoad>>;
  readonly categories: Readonly<Record<string, DayCategory>>;
  readonly blocks: number;
  readonly batches: number;
}

/** When a category or a hub was first and last heard of, and the longest of the silences that it kept in between. */
export interface Sighting {
  /** Starts of minutes, in milliseconds. */
  readonly first: number;
  readonly last: number;
  /** The longest first: in minutes, and when they ended. */
  readonly gaps: readonly (readonly [minutes: number, endedAt: number])[];
}

export type Sightings = Readonly<Record<string, Sighting>>;

/** Everything that a report is made of. */
export interface CapacityInput {
  readonly basis: 'ledger' | 'what-if';
  readonly now: number;
  readonly measures: Measures;
  readonly sourceHubs: readonly SourceHubFacts[];
  readonly recordsHubs: readonly RecordsHubFacts[];
  readonly partitions: readonly PartitionState[];
  /** Oldest first. */
  readonly days: readonly DaySummary[];
  /** Older ones, whose records expire within the next 30 days. */
  readonly expiringDays: readonly DaySummary[];
  readonly sightings: Sightings;
  readonly categoryOf: (key: string) => CategoryFacts;
  /** Of every category's dead letters; 0 = for ever. */
  readonly deadLetterDays: number;
  readonly prices: Prices;
  readonly planOf: (namespace: string) => Plan | undefined;
  /** To be reckoned with in place of the cheapest that fits. */
  readonly tier?: TierName | undefined;
}
