import type { ContainerClient } from '@azure/storage-blob';
import pMap from 'p-map';
import type { ListedBlob } from '../../shared/azure/blobs-by-path.ts';
import { catalogue } from '../../shared/judge/catalogue.ts';
import type { TimeRange } from '../time-range.ts';
import { plain } from './blob-cache.ts';
import type { BlobCache, CachedCategory } from './blob-cache.ts';
import { partsOf } from './bundle.ts';
import type { Part } from './bundle.ts';
import type { Engine } from './engine.ts';
import { isCountable, pickBlobs, recordsOf } from './find-blobs.ts';
import type { ArchivedCategory } from './find-blobs.ts';
import type { Scan } from './scan.ts';

export interface FetchDeps {
  readonly engine: Engine;
  readonly container: ContainerClient;
  readonly cache: BlobCache;
  readonly scan: Scan;
  readonly onProgress: (bytes: { readonly done: number; readonly all: number }) => void;
}

const CATEGORIES_AT_ONCE = 8;
/** One is downloaded while the engine takes up the other. */
const BUNDLES_AT_ONCE = 2;
/** As stored: all of a bundle that is being made is in memory. */
const BUNDLE_BYTES = 16_000_000;
const BUNDLE_BLOBS = 2_000;

/** What a question needs of a category: what is there, and what is to be fetched. */
interface Need extends CachedCategory {
  readonly key: string;
  /** Records in blobs that need not be read. */
  readonly counted: number;
  readonly cached: readonly Part[];
  readonly missing: readonly ListedBlob[];
}

interface Wanted {
  readonly range: TimeRange;
  /** Nothing is asked but how many records there are. */
  readonly countOnly: boolean;
}

export interface Fetched {
  /** Where the records of each category are, by its key. */
  readonly parts: ReadonlyMap<string, readonly Part[]>;
  /** How many more there are in blobs that were not read. */
  readonly counts: ReadonlyMap<string, number>;
}

/**
 * Downloads what is asked for and not there yet. Where records are to be counted, and nothing else, blobs are left alone of which all
 * records are meant: their metadata says how many.
 */
export async function fetchBlobs(
  categories: readonly ArchivedCategory[],
  wanted: Wanted,
  deps: FetchDeps,
): Promise<Fetched> {
  const { scan } = deps;
  scan.categories += categories.length;
  const needs = await pMap(categories, (category) => find(category, wanted, deps), {
    concurrency: CATEGORIES_AT_ONCE,
  });
  const parts = new Map(needs.map(({ key, cached }) => [key, [...cached]]));
  const batches = needs.flatMap((need) => batchesOf(need.missing).map((blobs) => ({ need, blobs })));
  const all = scan.bytesCached + bytesOf(needs.flatMap(({ missing }) => missing));
  await pMap(
    batches,
    async ({ need, blobs }) => {
      const bundle = await deps.cache.fetch(need, blobs, ({ bytes }, isThere) => {
        scan.downloads++;
        if (isThere) scan.downloaded++;
        else scan.gone++;
        scan.bytesDownloaded += isThere ? bytes : 0;
        deps.onProgress({ done: scan.bytesCached + scan.bytesDownloaded, all });
      });
      parts.get(need.key)?.push({ path: bundle.path, stretches: undefined });
    },
    { concurrency: BUNDLES_AT_ONCE },
  );
  return { parts, counts: new Map(needs.map(({ key, counted }) => [key, counted])) };
}

/** Lists the blobs of a category, and sees which are there. */
async function find(
  category: ArchivedCategory,
  { range, countOnly }: Wanted,
  { container, cache, scan }: FetchDeps,
): Promise<Need> {
  const { folder, source, name } = category;
  const pointers = catalogue.rules(source, name).annotations;
  const picked = await pickBlobs(container, category, range, scan);
  const counted = new Set(countOnly ? picked.filter((blob) => isCountable(blob, range)) : []);
  const left = picked.filter((blob) => !counted.has(blob));
  const blobs = left.filter(({ tier }) => tier !== 'Archive');
  const etags = new Map(blobs.map((blob) => [blob.name, plain(blob.etag)]));
  const bundles = etags.size > 0 ? await cache.bundlesOf({ folder, pointers }) : [];
  const { parts, missing } = partsOf(etags, bundles);
  await Promise.all(parts.map(({ path }) => cache.touch(path)));
  const cached = blobs.filter((blob) => !missing.has(blob.name));
  scan.counted += counted.size;
  scan.offline += left.length - blobs.length;
  scan.picked += blobs.length;
  scan.cached += cached.length;
  scan.bytesCached += bytesOf(cached);
  return {
    folder,
    pointers,
    key: `${source}/${name}`,
    counted: sum([...counted].map(recordsOf)),
    cached: parts,
    missing: blobs.filter((blob) => missing.has(blob.name)),
  };
}

/** In the order of their names, each for a bundle. */
export function batchesOf(blobs: readonly ListedBlob[]): readonly (readonly ListedBlob[])[] {
  const batches: ListedBlob[][] = [];
  let bytes = Infinity;
  for (const blob of blobs) {
    const open = batches.at(-1);
    if (!open || bytes + blob.bytes > BUNDLE_BYTES || open.length === BUNDLE_BLOBS) {
      batches.push([blob]);
      bytes = blob.bytes;
    } else {
      open.push(blob);
      bytes += blob.bytes;
    }
  }
  return batches;
}

function bytesOf(blobs: readonly ListedBlob[]): number {
  return sum(blobs.map(({ bytes }) => bytes));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
