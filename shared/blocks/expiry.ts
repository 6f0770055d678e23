import { decodeBlockId } from './block-id.ts';
import { DAY, HOUR, startOf } from '../time.ts';

/** The first day (UTC) at whose beginning so many days have passed since the end of the hour that the blob holds. */
export function expiryDate(time: number, days: number): string {
  const endOfHour = startOf(HOUR, time) + HOUR;
  return dayOf(Math.ceil((endOfHour + days * DAY) / DAY) * DAY);
}

/** `2026-11-20`; days sort as text. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** Retention is decided by the block that began the blob. Undefined where it is kept for ever. */
export function expiryOf(firstBlockId: string): string | undefined {
  const first = decodeBlockId(firstBlockId);
  return first && first.retentionDays > 0 ? expiryDate(first.time, first.retentionDays) : undefined;
}

export function recordsInBlocks(ids: readonly string[]): number {
  return ids.reduce((sum, id) => sum + (decodeBlockId(id)?.records ?? 0), 0);
}

/** What a blob holds, and the day on which it expires; undefined where it is kept for ever. */
export interface BlobContent {
  readonly blocks: number;
  readonly records: number;
  readonly expires: string | undefined;
}

/**
 * What block list and tags say too: the list cannot be read any more once the blob is in the archive tier, and an account with a
 * hierarchical namespace has no tags.
 */
export function contentMetadata({ blocks, records, expires }: BlobContent): Record<string, string> {
  return {
    blocks: String(blocks),
    records: String(records),
    ...(expires !== undefined && { expires }),
  };
}
