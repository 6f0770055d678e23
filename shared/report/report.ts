import type { CapacityReport, LedgerProof } from '../capacity/report.ts';

/**
 * What the report page shows, and `GET /api/report.json` answers: what the ledger says of the last minutes, and the last capacity
 * report, which a timer works out. Plain JSON; times are ISO 8601 in UTC, sizes in bytes.
 *
 * Names of categories, fields, rules and hubs come from data or from settings: whoever shows them escapes them.
 */
export interface Report {
  readonly version: typeof REPORT_PAGE_VERSION;
  readonly generatedAt: string;
  readonly live: LiveReport;
  /** Null where there is none yet, or one that this version cannot read. */
  readonly capacity: CapacityReport | null;
  readonly capacityMissing: 'none-yet' | 'other-version' | null;
}

export const REPORT_PAGE_VERSION = 1;

/** Of the minutes in the window, by the time at which the hub took a message in. */
export interface LiveReport {
  readonly window: LiveWindow;
  readonly proof: LedgerProof;
  readonly series: LiveSeries;
  /** The largest by bytes first, at most 100. */
  readonly categories: readonly LiveCategory[];
  /** How many there are besides. */
  readonly moreCategories: number;
  /** Fields that the schemas do not name, the most frequent first, at most 100. */
  readonly drift: readonly LiveDrift[];
  readonly partitions: readonly LivePartition[];
}

export interface LiveWindow {
  readonly from: string;
  /** When the ledger was read: the last minute is not over. */
  readonly to: string;
  readonly minutes: number;
}

/** Totals of steps of `stepMinutes` from the start of the window on; the last step is not over. */
export interface LiveSeries {
  readonly stepMinutes: number;
  readonly messages: readonly number[];
  /** The largest five by bytes, and the others together as `other`. */
  readonly categories: readonly LiveLine[];
}

export interface LiveLine {
  readonly key: string;
  readonly records: readonly number[];
  readonly bytes: readonly number[];
}

export interface LiveCategory {
  /** `entra/SignInLogs` */
  readonly key: string;
  readonly records: number;
  readonly bytes: number;
  readonly archived: number;
  readonly deadLettered: number;
  readonly excluded: number;
  readonly passedOn: number;
  readonly invalid: number;
  /** The last minute with any. */
  readonly lastSeen: string;
}

export interface LiveDrift {
  readonly category: string;
  /** JSON pointer. */
  readonly pointer: string;
  readonly records: number;
  /** The first and the last minute of the window with any. */
  readonly firstSeen: string;
  readonly lastSeen: string;
}

/** A partition of a source hub, by its head row in the ledger. */
export interface LivePartition {
  readonly namespace: string;
  readonly hub: string;
  readonly id: string;
  /** Null where nothing has been decided yet. */
  readonly lastDecided: number | null;
  /** When the hub took in the last message that has been decided. */
  readonly lastDecidedAt: string | null;
  /** Records hubs for which something waits in the archive, and since when. */
  readonly behind: readonly string[];
  readonly behindSince: string | null;
}
