import { codecOf } from './blocks/block-codec.ts';
import type { BlobChains, KnownBlob } from './blocks/blob-chains.ts';
import { append, idsIn } from './blocks/block-list.ts';
import { SluiceError } from './errors.ts';
import type { PlanBlock } from './ledger/ledger-rows.ts';
import { contentMetadata, expiryOf, recordsInBlocks } from './blocks/expiry.ts';
import type { BlobContent } from './blocks/expiry.ts';
import { safeName } from './names.ts';
import type { BlobStore, CommitOptions } from './sinks.ts';

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
    if (state.sealed) throw archived(block);
    const before = idsIn(state.blocks);
    if (before.includes(block.id)) return 'committed';
    const ids = [...before, block.id];
    // Blobs have hundreds of blocks, and grow by one of them at a time.
    const records = (state.records ?? recordsInBlocks(before)) + recordsInBlocks([block.id]);
    const expires = state.expires ?? expiryOf(ids[0] ?? block.id);
    const options = commitOptions(block, state, { blocks: ids.length, records, expires });
    const outcome = await deps.store.commit(blob, ids, options);
    if (typeof outcome !== 'string') {
      const blocks = append(state.blocks, block.id);
      const { metadata } = options;
      chains.remember(blob, { ...state, blocks, records, expires, etag: outcome.etag, metadata });
      return 'committed';
    }
    chains.forget(blob);
    if (outcome === 'block-missing' && ++missing > 1) return 'gone';
  }
  throw new SluiceError('ledger-contended', `The blob ${block.container}/${block.blob} keeps changing.`, {
    retriable: true,
  });
}

/** The tiers timer leaves blobs alone that an open plan names, so somebody else has moved it there. */
function archived({ container, blob }: PlanBlock): SluiceError {
  const message =
    `The blob ${container}/${blob} is in the archive tier, and a block that was decided on is still to be added to it. ` +
    'Move it to the hot or the cool tier, which takes some hours; then its partition goes on by itself.';
  return new SluiceError('storage-refused', message, { retriable: true });
}

/** Every commit sends tags, metadata, content type and tier anew, or they are gone. */
function commitOptions(block: PlanBlock, state: KnownBlob, content: BlobContent): CommitOptions {
  return {
    // A blob without a committed block is new, whatever ETag a staged block has given it.
    ifMatch: state.blocks.length > 0 ? state.etag : undefined,
    contentType: codecOf(block.blob).contentType,
    metadata: { ...state.metadata, ...eventMetadata(block, state), ...contentMetadata(content) },
    tags: tagsOf(block, content),
    tier: state.tier,
  };
}

/** So that a query by event time knows which blobs to read, though they are filed by the time at which the hub took them in. */
function eventMetadata({ events }: PlanBlock, { metadata }: KnownBlob): Record<string, string> {
  if (!events) return {};
  const least = Math.min(events[0], timeIn(metadata['leasteventtime'], Infinity));
  const greatest = Math.max(events[1], timeIn(metadata['greatesteventtime'], -Infinity));
  return {
    leasteventtime: new Date(least).toISOString(),
    greatesteventtime: new Date(greatest).toISOString(),
  };
}

function timeIn(text: string | undefined, otherwise: number): number {
  const time = Date.parse(text ?? '');
  // Others can edit metadata, and that must not stop a partition.
  return Number.isNaN(time) ? otherwise : time;
}

function tagsOf({ source, category }: PlanBlock, { expires }: BlobContent): Record<string, string> {
  return { source, category: safeName(category), ...(expires !== undefined && { expires }) };
}
