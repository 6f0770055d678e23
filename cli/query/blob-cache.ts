import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { randomUUID } from 'node:crypto';
import type { ContainerClient } from '@azure/storage-blob';
import type { ListedBlob } from '../../shared/azure/blobs-by-path.ts';
import { storageFailure, storageRefused } from '../../shared/azure/storage-error.ts';

/** Copies of blobs in a folder of this machine. A blob that has grown since has another ETag, and another file. */
export interface BlobCache {
  /** Where the container's files are. With `/` between its parts, and none at the end. */
  readonly folder: string;
  /** The file that holds a blob, `<folder>/<name of the blob>/<ETag>`, if it is there. */
  find(blob: ListedBlob): Promise<string | undefined>;
  /** Downloads a blob; undefined where it is not there any more. */
  fetch(blob: ListedBlob): Promise<string | undefined>;
  /** Deletes files until so many bytes are left, first what has not been asked for the longest. */
  trim(bytes: number): Promise<void>;
}

export async function openBlobCache(root: string, container: ContainerClient): Promise<BlobCache> {
  const { host, pathname } = new URL(container.url);
  const folder = [root.replaceAll(path.sep, '/'), host.replace(':', '_'), pathname.slice(1)].join('/');
  // What the logs hold is for nobody else on this machine.
  await mkdir(folder, { recursive: true, mode: 0o700 });

  function fileOf(name: string, etag: string): string {
    const extension = /\.ndjson(?:\.\w+)?$/.exec(name)?.[0] ?? '';
    return `${folder}/${name}/${etag.replaceAll(/\W/g, '')}${extension}`;
  }

  async function find({ name, etag }: ListedBlob): Promise<string | undefined> {
    const file = fileOf(name, etag);
    const now = new Date();
    try {
      await utimes(file, now, now);
      return file;
    } catch (error) {
      return unlessMissing(error);
    }
  }

  async function fetch({ name }: ListedBlob): Promise<string | undefined> {
    const download = await open(name);
    if (!download?.readableStreamBody) return undefined;
    const file = fileOf(name, download.etag ?? '');
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    const part = `${file}.${randomUUID()}.part`;
    await pipeline(download.readableStreamBody, createWriteStream(part, { mode: 0o600 }));
    await rename(part, file);
    return file;
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
