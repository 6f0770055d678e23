import { randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { DAY } from '../../shared/time.ts';

export const BUNDLE_ENDING = '.parquet';

/** What the cache has made, and may delete: the folder that somebody names may have other files. */
const BUNDLE = /^[\da-f]{12}-\d{10}-[\da-f-]{36}\.parquet$/;

/** Beside it are the folders of accounts. */
const TEMPORARY = 'tmp';

/** For what one question needs while it is asked. */
export function temporaryFolder(root: string): string {
  return `${root}/${TEMPORARY}/${randomUUID()}`;
}

/** Deletes what questions have left that could not clear up after themselves. */
export async function removeAbandoned(root: string): Promise<void> {
  const names = (await readdir(`${root}/${TEMPORARY}`).catch(unlessMissing)) ?? [];
  const folders = await Promise.all(names.map((name) => fileOf(`${root}/${TEMPORARY}/${name}`)));
  const abandoned = folders.filter(({ mtimeMs }) => mtimeMs < Date.now() - DAY);
  await Promise.all(abandoned.map(({ file }) => rm(file, { recursive: true, force: true })));
}

/** Deletes the bundles that have not been asked for the longest, until so many bytes are left. */
export async function trim(root: string, most: number): Promise<void> {
  const files = await bundlesUnder(root);
  let bytes = files.reduce((sum, { size }) => sum + size, 0);
  for (const { file, size } of files.toSorted((a, b) => a.mtimeMs - b.mtimeMs)) {
    if (bytes <= most) return;
    await rm(file, { force: true });
    bytes -= size;
  }
}

/** Not those of other questions, whose folders come and go. */
async function bundlesUnder(root: string): Promise<readonly File[]> {
  const folders = await readdir(root, { withFileTypes: true });
  const accounts = folders.filter((folder) => folder.isDirectory() && folder.name !== TEMPORARY);
  const entries = await Promise.all(
    accounts.map(({ name }) => readdir(`${root}/${name}`, { recursive: true, withFileTypes: true })),
  );
  const bundles = entries.flat().filter((entry) => entry.isFile() && BUNDLE.test(entry.name));
  return Promise.all(bundles.map(({ parentPath, name }) => fileOf(path.join(parentPath, name))));
}

interface File {
  readonly file: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** Of one that is gone, nothing. */
export async function fileOf(file: string): Promise<File> {
  const { size = 0, mtimeMs = 0 } = (await stat(file).catch(unlessMissing)) ?? {};
  return { file, size, mtimeMs };
}

export function unlessMissing(error: unknown): undefined {
  if (isOf(error, 'ENOENT')) return undefined;
  throw error;
}

export function isOf(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
