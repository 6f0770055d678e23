import type { SourceHub } from '../settings/source-hubs.ts';
import { MINUTE } from '../time.ts';

/** How far a partition of a hub is. */
export interface HubPosition {
  readonly id: string;
  /** The number of the oldest event that it still holds. */
  readonly beginning: number;
  /** -1 where there has been nothing yet. */
  readonly lastEnqueued: number;
  readonly lastEnqueuedAt: number;
}

export interface HubPositions {
  readonly partitions: readonly HubPosition[];
  /** Before it was asked, in milliseconds. */
  readonly askedAt: number;
}

/** What is asked of the platform beside the ledger. Every call throws an Error where it is not answered. */
export interface Probe {
  positions(hub: SourceHub): Promise<HubPositions>;
  /** Sequence numbers by partition: where the host begins again after a restart. */
  checkpoints(hub: SourceHub): Promise<ReadonlyMap<string, number>>;
  /** How many partitions a records hub has. */
  recordsPartitions(hub: string): Promise<number>;
}

/** Where reports are left. */
export interface ReportStore {
  /** Writes it anew, under its name in the container `capacity`. */
  write(name: string, json: string): Promise<void>;
}

/** What the ledger has decided last of a partition. */
export interface Decided {
  readonly sequenceNumber: number;
  /** Its enqueued time. */
  readonly time: number;
}

/** How many events of a partition are not decided: by the checkpoint where the ledger knows nothing of it. */
export function unreadOf(
  { beginning, lastEnqueued, lastEnqueuedAt }: Omit<HubPosition, 'id'>,
  decided: Decided | undefined,
  checkpoint?: number,
): number {
  if (lastEnqueued < 0) return 0;
  // One that was created again counts from 0: its last event has a lower number, and came later. (Else the ledger is ahead of the answer.)
  const isAnother =
    decided && lastEnqueued < decided.sequenceNumber && lastEnqueuedAt > decided.time + MINUTE;
  const done = isAnother ? -1 : (decided?.sequenceNumber ?? checkpoint ?? -1);
  return Math.max(0, lastEnqueued - Math.max(done, beginning - 1));
}
