import { decodeBlockId } from '../blocks/block-id.ts';
import { readBlobName } from '../blocks/blob-name.ts';
import type { BlobName } from '../blocks/blob-name.ts';
import { expiryDate } from '../blocks/expiry.ts';
import type { BlobAddress, CommittedBlock } from '../sinks.ts';
import { HOUR, startOf } from '../time.ts';

/** Why a blob that its tag says is due is left where it is. */
export const LEFT = {
  'not-ours': 'Its name, or a block of it, is none that Sluice gives.',
  'kept-longer':
    'Its tag says that it is due; the hour in its path and the days in its first block say that it is not.',
  'partition-unknown': 'No partition in the ledger has written it, so that its end could be noted nowhere.',
  'legal-hold': 'It is under a legal hold.',
  immutable: 'An immutability policy protects it.',
  'in-use': 'It is leased, or has snapshots.',
  changed: 'It has changed since it was looked at; the next run looks again.',
} as const;

export type LeftReason = keyof typeof LEFT;

/** A blob that is due by its tag, or where there are no tags by its metadata. */
export interface Candidate {
  readonly blob: BlobAddress;
  /** The day from which on it may go: `2026-11-20`. */
  readonly expires: string;
}

/** A blob as it is looked at before it is deleted. */
export interface FoundBlob {
  readonly etag: string;
  readonly bytes: number;
  /** Undefined in the archive tier, where they cannot be read. */
  readonly blocks: readonly CommittedBlock[] | undefined;
  /** Read where the blocks cannot be. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A blob that is to be deleted, and what will be gone with it. */
export interface ExpiredBlob {
  readonly blob: BlobAddress;
  readonly etag: string;
  readonly name: BlobName;
  readonly expires: string;
  readonly blocks: number;
  readonly records: number;
  readonly bytes: number;
  /** A blob that is deleted can begin anew under its name, with another first block. Empty in the archive tier. */
  readonly firstBlock: string;
}

/**
 * Whether a blob may be deleted. A tag can be edited by hand, so it only points to the blob: what decides is the hour in the path and
 * the retention that stands in the id of the blob's first block, which nobody can change afterwards.
 */
export function judgeExpired(
  { blob, expires }: Candidate,
  found: FoundBlob,
  today: string,
): ExpiredBlob | LeftReason {
  const name = readBlobName(blob.name);
  if (!name) return 'not-ours';
  const { etag, bytes, blocks, metadata } = found;
  const facts = { blob, etag, name, bytes };
  if (!blocks) return judgeUnreadable({ ...facts, expires, firstBlock: '' }, metadata, today);
  const ids = blocks.map(({ id }) => decodeBlockId(id));
  const [first] = ids;
  if (!first || ids.includes(undefined) || startOf(HOUR, first.time) !== name.hour) return 'not-ours';
  const due = first.retentionDays === 0 ? undefined : expiryDate(name.hour, first.retentionDays);
  if (due === undefined || due > today) return 'kept-longer';
  const records = ids.reduce((sum, id) => sum + (id?.records ?? 0), 0);
  return { ...facts, expires: due, blocks: blocks.length, records, firstBlock: blocks[0]?.id ?? '' };
}

/** In the archive tier the metadata stands for the block ids: it and the tag must say the same. */
function judgeUnreadable(
  facts: Omit<ExpiredBlob, 'blocks' | 'records'>,
  metadata: FoundBlob['metadata'],
  today: string,
): ExpiredBlob | LeftReason {
  const [blocks, records] = [Number(metadata['blocks']), Number(metadata['records'])];
  if (!Number.isSafeInteger(blocks) || !Number.isSafeInteger(records)) return 'not-ours';
  const { expires, name } = facts;
  const isCertain = metadata['expires'] === expires && expires >= expiryDate(name.hour, 1);
  return isCertain && expires <= today ? { ...facts, blocks, records } : 'kept-longer';
}
