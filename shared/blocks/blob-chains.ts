import { LRUCache } from 'lru-cache';
import type { BlobAddress, BlobState, BlobStore } from '../sinks.ts';
import { blockList } from './block-list.ts';
import type { BlockList } from './block-list.ts';

/** Of the blobs that a partition writes side by side: those of a hundred categories and more, and what comes late for others. */
const MOST_BLOBS_REMEMBERED = 500;

/** Of all of them together; some 90 bytes each. A hundred categories have half as many in blobs that still grow. */
const MOST_BLOCKS_REMEMBERED = 32_000;

/** What is remembered of a blob. */
export interface KnownBlob extends Omit<BlobState, 'blocks'> {
  readonly blocks: BlockList;
  /** What its blocks hold, where they have been counted. */
  readonly records?: number;
  /** The day on which it expires, where that has been read from its first block. */
  readonly expires?: string | undefined;
}

export interface BlobChain {
  readonly container: string;
  /** Start of the hour, in milliseconds since 1970. */
  readonly hour: number;
  /** What the names of its blobs begin with; a number from 1 and the extension follow. */
  readonly prefix: string;
  readonly extension: string;
}

/**
 * The blobs of one category, hour and source partition follow each other: 1, 2, 3 ... A blob is sealed after some hundred blocks,
 * because each commit sends the whole list of them (about 105 bytes a block).
 */
export interface BlobChains {
  /** The blob that the next block goes to. */
  open(chain: BlobChain): Promise<BlobAddress>;
  state(blob: BlobAddress): Promise<KnownBlob>;
  remember(blob: BlobAddress, state: KnownBlob): void;
  forget(blob: BlobAddress): void;
}

export interface BlobChainsDeps {
  readonly store: BlobStore;
  readonly blocksPerBlob: number;
}

export function createBlobChains({ store, blocksPerBlob }: BlobChainsDeps): BlobChains {
  const states = new LRUCache<string, KnownBlob>({
    max: MOST_BLOBS_REMEMBERED,
    maxSize: MOST_BLOCKS_REMEMBERED,
    // One that is longer than all that is remembered is remembered alone.
    sizeCalculation: ({ blocks }) => Math.min(blocks.length + 1, MOST_BLOCKS_REMEMBERED),
  });
  const numbers = new LRUCache<string, number>({ max: MOST_BLOBS_REMEMBERED });
  let latestHour = Number.NEGATIVE_INFINITY;

  async function open({ container, hour, prefix, extension }: BlobChain): Promise<BlobAddress> {
    if (hour > latestHour) {
      latestHour = hour;
      // Of the hours before, hardly anything comes any more, and what does is found by asking.
      states.clear();
    }
    const chain = container + prefix + extension;
    for (let no = numbers.get(chain) ?? 1; ; no++) {
      const blob = { container, name: `${prefix}${no}${extension}` };
      const { blocks, sealed } = await state(blob);
      if (sealed || blocks.length >= blocksPerBlob) {
        // Nothing is added to it any more.
        forget(blob);
        continue;
      }
      numbers.set(chain, no);
      return blob;
    }
  }

  async function state(blob: BlobAddress): Promise<KnownBlob> {
    const known = states.get(keyOf(blob));
    if (known) return known;
    const { blocks, ...others } = await store.state(blob);
    const found = { ...others, blocks: blockList(blocks.map(({ id }) => id)) };
    remember(blob, found);
    return found;
  }

  function remember(blob: BlobAddress, found: KnownBlob): void {
    states.set(keyOf(blob), found);
  }

  function forget(blob: BlobAddress): void {
    states.delete(keyOf(blob));
  }

  return { open, state, remember, forget };
}

function keyOf({ container, name }: BlobAddress): string {
  return `${container}/${name}`;
}
