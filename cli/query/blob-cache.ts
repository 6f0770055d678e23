import { mkdir, readdir, rename, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { randomUUID } from 'node:crypto';
import type { ContainerClient } from '@azure/storage-blob';
import type { ListedBlob } from '../../shared/azure/blobs-by-path.ts';
import type { BlobFile } from './category-sql.ts';
import { measureLines } from './longest-line.ts';
import { storageFailure, storageRefused } from '../../shared/azure/storage-error.ts';

/**
 * Copies of blobs in a folder of this machine, `<folder>/<name of the blob>/<ETag>-<longest line>.ndjson.gz`. A blob that has grown
 * since has another ETag, and another file.
 */
export interface BlobCache {
  /** Where the container's files are. With `/` between its parts, and none at the end. */
  readonly folder: string;
  /** The file that holds a blob, if it is there. */
  find(blob: ListedBlob): Promise<BlobFile | undefined>;
  /** Downloads a blob; undefined where it is not there any more. */
  fetch(blob: ListedBlob): Promise<BlobFile | undefined>;
  /** Deletes files until so many bytes are left, first what has not been asked for the longest. */
  trim(bytes: number): Promise<void>;
}

export async function openBlobCache(root: string, container: ContainerClient): Promise<BlobCache> {
  const { host, pathname } = new URL(container.url);
  const folder = [root.replaceAll(path.sep, '/'), host.replace(':', '_'), pathname.slice(1)].join('/');
  // What the logs hold is for nobody else on this machine.
  await mkdir(folder, { recursive: true, mode: 0o700 });

  async function find({ name, etag }: ListedBlob): Promise<BlobFile | undefined> {
    const own = `${folder}/${name}`;
    const files = await readdir(own).catch(unlessMissing);
    const file = files?.find((one) => one.startsWith(`${plain(etag)}-`) && !one.endsWith(PART));
    const longestLine = Number(/-(\d+)\./.exec(file ?? '')?.[1]);
    if (file === undefined || Number.isNaN(longestLine)) return undefined;
    const now = new Date();
    await utimes(`${own}/${file}`, now, now);
    return { path: `${own}/${file}`, longestLine };
  }

  async function fetch({ name }: ListedBlob): Promise<BlobFile | undefined> {
    const download = await open(name);
    if (!download?.readableStreamBody) return undefined;
    const body = await buffer(download.readableStreamBody);
    const longest = await measureLines(name, body);
    const own = `${folder}/${name}`;
    await mkdir(own, { recursive: true, mode: 0o700 });
    const extension = /\.ndjson(?:\.\w+)?$/.exec(name)?.[0] ?? '';
    const file = `${own}/${plain(download.etag ?? '')}-${longest}${extension}`;
    const part = `${file}.${randomUUID()}${PART}`;
    await writeFile(part, body, { mode: 0o600 });
    await rename(part, file);
    return { path: file, longestLine: longest };
  }

  async function open(name: string) {
    try {
      return await container.getBlobClient(name).download();
    } catch (error) {
      if (storageFailure(error)?.status === 404) return undefined;
      throw storageRefused(`Reading ${name}`, error);
    }
  }

  return { folder, find, fetch, trim: (bytes) => trim(root, bytes) };
}

/** Of files that are being written. */
const PART = '.part';

/** An ETag as part of a file's name. */
function plain(etag: string): string {
  return etag.replaceAll(/\W/g, '');
}

async function trim(root: string, most: number): Promise<void> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sized = await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const file = path.join(parentPath, name);
      const { size, mtimeMs } = await stat(file);
      return { file, size, mtimeMs };
    }),
  );
  let bytes = sized.reduce((sum, { size }) => sum + size, 0);
  for (const { file, size } of sized.toSorted((a, b) => a.mtimeMs - b.mtimeMs)) {
    if (bytes <= most) return;
    await rm(file, { force: true });
    // The folder of the blob; it stays where it holds another file.
    await rmdir(path.dirname(file)).catch(() => {});
    bytes -= size;
  }
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
