import type { ContainerClient } from '@azure/storage-blob';
import pMap from 'p-map';
import type { ListedBlob } from '../../shared/azure/blobs-by-path.ts';
import { catalogue } from '../../shared/catalogue.ts';
import type { TimeRange } from '../time-range.ts';
import { plain } from './blob-cache.ts';
import type { BlobCache, CachedCategory } from './blob-cache.ts';
import { partsOf } from './bundle.ts';
import type { Part } from './bundle.ts';
import type { Engine } from './engine.ts';
import { pickBlobs } from './find-blobs.ts';
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
  readonly cached: readonly Part[];
  readonly missing: readonly ListedBlob[];
}

/** Downloads what is asked for and not there yet. Answers where the records of each category are, by its key. */
export async function fetchBlobs(
  categories: readonly ArchivedCategory[],
  range: TimeRange,
  deps: FetchDeps,
): Promise<ReadonlyMap<string, readonly Part[]>> {
  const { scan } = deps;
  scan.categories = categories.length;
  const needs = await pMap(
    categories,
    async (category) => needOf(category, await pickBlobs(deps.container, category, range, scan), deps),
    { concurrency: CATEGORIES_AT_ONCE },
  );
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
  return parts;
}

/** What of the picked blobs is in the cache, and what is not. */
async function needOf(
  { source, name, folder }: ArchivedCategory,
  blobs: readonly ListedBlob[],
  { cache, scan }: FetchDeps,
): Promise<Need> {
  const pointers = catalogue.rules(source, name).annotations;
  const category = { folder, pointers };
  const wanted = new Map(blobs.map(({ name: blob, etag }) => [blob, plain(etag)]));
  const bundles = wanted.size > 0 ? await cache.bundlesOf(category) : [];
  const { parts, missing } = partsOf(wanted, bundles);
  const cached = blobs.filter((blob) => !missing.has(blob.name));
  scan.cached += cached.length;
  scan.bytesCached += bytesOf(cached);
  await Promise.all(parts.map(({ path }) => cache.touch(path)));
  return {
    ...category,
    key: `${source}/${name}`,
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
  return blobs.reduce((sum, { bytes }) => sum + bytes, 0);
}
