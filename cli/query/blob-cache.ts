import { randomUUID } from 'node:crypto';
import { chmod, link, mkdir, readdir, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { ContainerClient } from '@azure/storage-blob';
import { pMapIterable } from 'p-map';
import type { ListedBlob } from '../../shared/azure/blobs-by-path.ts';
import { storageFailure, storageRefused } from '../../shared/azure/storage-error.ts';
import { partsOf } from './bundle.ts';
import type { Bundle } from './bundle.ts';
import { blobsOfBundlesSql, bundleKey, bundleSql, joinSql } from './bundle-sql.ts';
import type { Pointers } from './bundle-sql.ts';
import { BUNDLE_ENDING, fileOf, isOf, removeAbandoned, trim, unlessMissing } from './cache-files.ts';
import type { Engine } from './engine.ts';
import { writeLines } from './lines-file.ts';
import type { BlobBody } from './lines-file.ts';

/** Whose blobs are kept together. */
export interface CachedCategory {
  /** `entra/SignInLogs/` */
  readonly folder: string;
  readonly pointers: Pointers;
}

/**
 * Copies of blobs in a folder of this machine: bundles, `<folder>/<source>/<category>/<rules>-<number>-<random>.parquet`. A blob that has
 * grown since has another ETag, and is fetched again. Others may use the folder meanwhile, and delete what is in it: whatever is read here
 * is read by a hard link of the engine's own.
 */
export interface BlobCache {
  /** Those that are there, the latest first, and that stay for as long as the engine is open. */
  bundlesOf(category: CachedCategory): Promise<readonly Bundle[]>;
  /** Downloads blobs to a bundle of their own. Those that are not there any more are not in it. */
  fetch(
    category: CachedCategory,
    blobs: readonly ListedBlob[],
    onBlob: (blob: ListedBlob, isThere: boolean) => void,
  ): Promise<Bundle>;
  /** Notes that a bundle was asked for. */
  touch(file: string): Promise<void>;
  /** Joins the small bundles of what was asked for, and deletes what has not been asked for the longest until so many bytes are left. */
  tidy(bytes: number): Promise<void>;
}

const DOWNLOADS_AT_ONCE = 32;
/** Bundles are joined when there are so many of less than so many bytes: each question about the last hours leaves one. */
const MOST_SMALL = 16;
const SMALL_BYTES = 4_000_000;
const DIGITS = 10;

export function openBlobCache(root: string, container: ContainerClient, engine: Engine): BlobCache {
  const { host, pathname } = new URL(container.url);
  const home = [root.replaceAll(path.sep, '/'), host.replace(':', '_'), pathname.slice(1)].join('/');
  const opened = new Map<string, CachedCategory>();

  async function bundlesOf(category: CachedCategory): Promise<readonly Bundle[]> {
    opened.set(category.folder, category);
    const held = await Promise.all((await bundlePaths(category)).map(hold));
    const paths = held.filter((file) => file !== undefined);
    if (paths.length === 0) return [];
    const found = await engine.jsonOf(blobsOfBundlesSql(paths));
    // In any order.
    const blobs = new Map(found as readonly [path: string, etags: [string, string][]][]);
    return paths.map((file) => ({ path: file, etags: new Map(blobs.get(file)) }));
  }

  async function bundlePaths({ folder, pointers }: CachedCategory): Promise<string[]> {
    const names = (await readdir(`${home}/${folder}`).catch(unlessMissing)) ?? [];
    const own = names.filter(
      (name) => name.startsWith(`${bundleKey(pointers)}-`) && name.endsWith(BUNDLE_ENDING),
    );
    // The latest first.
    return own
      .toSorted()
      .toReversed()
      .map((name) => `${home}/${folder}${name}`);
  }

  /** Undefined where it is gone. */
  async function hold(file: string): Promise<string | undefined> {
    const own = `${engine.temporary}/${path.basename(file)}`;
    try {
      await link(file, own);
    } catch (error) {
      if (isOf(error, 'ENOENT')) return undefined;
      if (!isOf(error, 'EEXIST')) throw error;
    }
    return own;
  }

  /** Their clocks may go back; so they are numbered. */
  async function nextNumber(category: CachedCategory): Promise<string> {
    const [latest = ''] = await bundlePaths(category);
    const number = Number(path.basename(latest).split('-')[1] ?? 0) + 1;
    return String(number).padStart(DIGITS, '0');
  }

  async function fetch(
    category: CachedCategory,
    blobs: readonly ListedBlob[],
    onBlob: (blob: ListedBlob, isThere: boolean) => void,
  ): Promise<Bundle> {
    const etags = new Map<string, string>();

    async function* bodies(): AsyncGenerator<BlobBody> {
      const downloads = pMapIterable(blobs, async (blob) => ({ blob, found: await download(blob) }), {
        concurrency: DOWNLOADS_AT_ONCE,
      });
      for await (const { blob, found } of downloads) {
        onBlob(blob, found !== undefined);
        if (!found) continue;
        etags.set(blob.name, found.etag);
        yield { name: blob.name, body: found.body };
      }
    }

    const text = `${engine.temporary}/${randomUUID()}.lines`;
    try {
      const lines = await writeLines(bodies(), text);
      return await write(category, etags, async (target) => {
        const rows = await engine.run(bundleSql(lines, category.pointers, target, etags));
        if (rows !== lines.lines)
          throw new Error(`Of ${lines.lines} records of ${category.folder} the engine has read ${rows}.`);
      });
    } finally {
      await rm(text, { force: true });
    }
  }

  async function download({ name }: ListedBlob): Promise<{ etag: string; body: Buffer } | undefined> {
    try {
      const { readableStreamBody, etag = '' } = await container.getBlobClient(name).download();
      return readableStreamBody && { etag: plain(etag), body: await buffer(readableStreamBody) };
    } catch (error) {
      if (storageFailure(error)?.status === 404) return undefined;
      throw storageRefused(`Reading ${name}`, error);
    }
  }

  /** Nobody sees it before it is whole. */
  async function write(
    category: CachedCategory,
    etags: ReadonlyMap<string, string>,
    make: (target: string) => Promise<void>,
  ): Promise<Bundle> {
    const folder = `${home}/${category.folder}`;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const name = `${bundleKey(category.pointers)}-${await nextNumber(category)}-${randomUUID()}${BUNDLE_ENDING}`;
    const part = `${engine.temporary}/${name}`;
    await make(part);
    await chmod(part, 0o600);
    await link(part, `${folder}${name}`);
    return { path: part, etags };
  }

  async function joinSmall(category: CachedCategory): Promise<void> {
    if ((await bundlePaths(category)).length < MOST_SMALL) return;
    const { current, outdated } = sorted(await bundlesOf(category));
    const sized = await Promise.all(
      current.map(async (bundle) => ({ bundle, ...(await fileOf(bundle.path)) })),
    );
    const small = sized.filter(({ size }) => size < SMALL_BYTES).map(({ bundle }) => bundle);
    const isJoined = small.length >= MOST_SMALL;
    if (isJoined) await join(category, small);
    const unused = isJoined ? [...outdated, ...small] : outdated;
    const names = unused.map(({ path: file }) => path.basename(file));
    await Promise.all(names.map((name) => rm(`${home}/${category.folder}${name}`, { force: true })));
  }

  async function join(category: CachedCategory, bundles: readonly Bundle[]): Promise<void> {
    // Of a blob that has grown, what is latest.
    const etags = new Map(
      bundles
        .toReversed()
        .flatMap((bundle) => [...bundle.etags])
        .toSorted(byName),
    );
    await write(category, etags, async (target) => {
      await engine.run(joinSql(partsOf(etags, bundles).parts, target, etags));
    });
  }

  return {
    bundlesOf,
    fetch,
    async touch(file) {
      const now = new Date();
      await utimes(file, now, now);
    },
    async tidy(bytes) {
      for (const category of opened.values()) await joinSmall(category);
      await trim(root, bytes);
      await removeAbandoned(root);
    },
  };
}

/** A listing has them without quotes, an answer with. */
export function plain(etag: string): string {
  return etag.replaceAll('"', '');
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : Number(a > b);
}

/** Of bundles, the latest first, those that have a blob that no later one has, and the rest. */
function sorted(bundles: readonly Bundle[]) {
  const seen = new Set<string>();
  const isOutdated = bundles.map(({ etags }) => {
    const before = seen.size;
    for (const name of etags.keys()) seen.add(name);
    return seen.size === before;
  });
  return {
    current: bundles.filter((_, i) => !isOutdated[i]),
    outdated: bundles.filter((_, i) => isOutdated[i]),
  };
}
