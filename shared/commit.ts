import { codecOf } from './block-codec.ts';
import { decodeBlockId } from './block-id.ts';
import type { BlobChains } from './blob-chains.ts';
import { SluiceError } from './errors.ts';
import type { PlanBlock } from './ledger-rows.ts';
import { safeName } from './names.ts';
import type { BlobState, BlobStore, CommitOptions } from './sinks.ts';
import { DAY, HOUR, startOf } from './time.ts';

export interface CommitDeps {
  readonly store: BlobStore;
}

/** Rivals that carry out the same plan change a blob a few times, not for ever. */
const MOST_TRIES = 20;

/**
 * Adds a decided block to its blob's block list. Whoever does it, and however often, the block is in the list once.
 * `gone`: the staged block is not there any more (storage keeps it for a week), so its records are lost.
 */
export async function commit(
  block: PlanBlock,
  chains: BlobChains,
  deps: CommitDeps,
): Promise<'committed' | 'gone'> {
  const blob = { container: block.container, name: block.blob };
  for (let tries = 0, missing = 0; tries < MOST_TRIES; tries++) {
    const state = await chains.state(blob);
    if (state.blocks.some(({ id }) => id === block.id)) return 'committed';
    const ids = [...state.blocks.map(({ id }) => id), block.id];
    const options = commitOptions(block, ids, state);
    const outcome = await deps.store.commit(blob, ids, options);
    if (typeof outcome !== 'string') {
      // The size matters only to who reads a range, and he asks for the state anew.
      const blocks = [...state.blocks, { id: block.id, size: 0 }];
      chains.remember(blob, { blocks, etag: outcome.etag, metadata: options.metadata });
      return 'committed';
    }
    chains.forget(blob);
    if (outcome === 'block-missing' && ++missing > 1) return 'gone';
  }
  throw new SluiceError('ledger-contended', `The blob ${block.container}/${block.blob} keeps changing.`, {
    retriable: true,
  });
}

/** Every commit sends tags, metadata and content type anew, or they are gone. */
function commitOptions(block: PlanBlock, ids: readonly string[], state: BlobState): CommitOptions {
  return {
    // A blob without a committed block is new, whatever ETag a staged block has given it.
    ifMatch: state.blocks.length > 0 ? state.etag : undefined,
    contentType: codecOf(block.blob).contentType,
    metadata: { ...state.metadata, ...eventMetadata(block, state), ...contentMetadata(ids) },
    tags: tagsOf(block, ids[0] ?? block.id),
  };
}

/** So that a query by event time knows which blobs to read, though they are filed by the time at which the hub took them in. */
function eventMetadata({ events }: PlanBlock, { metadata }: BlobState): Record<string, string> {
  if (!events) return {};
  const least = Math.min(events[0], timeIn(metadata['leasteventtime'], Infinity));
  const greatest = Math.max(events[1], timeIn(metadata['greatesteventtime'], -Infinity));
  return {
    leasteventtime: new Date(least).toISOString(),
    greatesteventtime: new Date(greatest).toISOString(),
  };
}

/** What the block list says too, which nobody may read any more once the blob is in the archive tier. */
function contentMetadata(ids: readonly string[]): Record<string, string> {
  const records = ids.reduce((sum, id) => sum + (decodeBlockId(id)?.records ?? 0), 0);
  return { blocks: String(ids.length), records: String(records) };
}

function timeIn(text: string | undefined, otherwise: number): number {
  const time = Date.parse(text ?? '');
  // Others can edit metadata, and that must not stop a partition.
  return Number.isNaN(time) ? otherwise : time;
}

/** Retention is decided by the block that began the blob. No tag `expires` means for ever. */
function tagsOf({ source, category }: PlanBlock, firstBlockId: string): Record<string, string> {
  const tags = { source, category: safeName(category) };
  const first = decodeBlockId(firstBlockId);
  if (!first || first.retentionDays === 0) return tags;
  return { ...tags, expires: expiryDate(first.time, first.retentionDays) };
}

/** The first day (UTC) at whose beginning so many days have passed since the end of the hour that the blob holds. */
export function expiryDate(time: number, days: number): string {
  const endOfHour = startOf(HOUR, time) + HOUR;
  return new Date(Math.ceil((endOfHour + days * DAY) / DAY) * DAY).toISOString().slice(0, 10);
}
