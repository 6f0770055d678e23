import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openBlobCache } from '../../cli/query/blob-cache.ts';
import type { BlobCache } from '../../cli/query/blob-cache.ts';
import { temporaryFolder as folderOfQuestion } from '../../cli/query/cache-files.ts';
import { partsOf } from '../../cli/query/bundle.ts';
import { partsSql } from '../../cli/query/bundle-sql.ts';
import { openEngine } from '../../cli/query/engine.ts';
import { blobsUnder } from '../../shared/azure/blobs-by-path.ts';
import type { ListedBlob } from '../../shared/azure/blobs-by-path.ts';
import { startQuarantine } from '../support/quarantine.ts';
import type { Quarantine } from '../support/quarantine.ts';
import { temporaryFolder } from '../cli/temporary-folder.ts';
import { made, messagesWith } from './made-records.ts';

const CATEGORY = { folder: 'entra/SignInLogs/', pointers: { eventTime: '/time' } };
const HOURS = 20;

let quarantine: Quarantine;

/** A blob an hour. */
beforeAll(async () => {
  quarantine = await startQuarantine();
  const records = Array.from({ length: HOURS }, (_, hour) =>
    made('entra/SignInLogs', `2026-11-20T${String(hour).padStart(2, '0')}:10:00Z`, {}),
  );
  await quarantine.take(messagesWith(records));
});

afterAll(() => quarantine.close());

async function blobs(): Promise<ListedBlob[]> {
  const found: ListedBlob[] = [];
  const container = quarantine.blobs.getContainerClient('archive');
  for await (const blob of blobsUnder(container, CATEGORY.folder)) found.push(blob);
  return found;
}

async function openCache(folder?: string) {
  const root = folder ?? (await temporaryFolder());
  const engine = await openEngine(root, folderOfQuestion(root));
  onTestFinished(() => engine.close());
  const cache = openBlobCache(root, quarantine.blobs.getContainerClient('archive'), engine);
  const files = async () => {
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && entry.parentPath !== engine.temporary)
      .map((entry) => path.join(entry.parentPath, entry.name));
  };
  /** How many records of some blobs there are. */
  const countOf = async (some: readonly ListedBlob[]) => {
    const wanted = new Map(some.map(({ name, etag }) => [name, etag]));
    const { parts, missing } = partsOf(wanted, await cache.bundlesOf(CATEGORY));
    expect([...missing]).toEqual([]);
    return engine.jsonOf(`SELECT count(*) FROM (${partsSql(parts)})`);
  };
  return { root, engine, cache, files, countOf };
}

async function fetch(cache: BlobCache, some: readonly ListedBlob[]): Promise<void> {
  await cache.fetch(CATEGORY, some, () => {});
}

describe('the cache', () => {
  test('joins what many questions have left', async () => {
    const { cache, files, countOf } = await openCache();
    const all = await blobs();
    for (const blob of all) await fetch(cache, [blob]);
    await cache.bundlesOf(CATEGORY);

    const before = await files();
    await cache.tidy(1e9);

    expect(before).toHaveLength(HOURS);
    expect(await files()).toHaveLength(1);
    expect(await countOf(all)).toBe(HOURS);
    expect(await countOf(all.slice(3, 5))).toBe(2);
  });

  test('lets one question read what another deletes', async () => {
    const all = await blobs();
    const reading = await openCache();
    await fetch(reading.cache, all.slice(0, 3));
    const bundles = await reading.cache.bundlesOf(CATEGORY);
    const bundle = await reading.cache.fetch(CATEGORY, all.slice(3, 5), () => {});
    const other = await openCache(reading.root);

    await other.cache.tidy(0);

    expect(await reading.files()).toEqual([]);
    const parts = [...bundles, bundle].map(({ path: file }) => ({ path: file, stretches: undefined }));
    expect(await reading.engine.jsonOf(`SELECT count(*) FROM (${partsSql(parts)})`)).toBe(5);
    expect(await other.cache.bundlesOf(CATEGORY)).toEqual([]);
  });

  test('deletes nothing but what it has made, and what was abandoned', async () => {
    const { root, cache, files } = await openCache();
    await fetch(cache, await blobs());
    const [abandoned, open] = [folderOfQuestion(root), folderOfQuestion(root)];
    for (const folder of [abandoned, open, `${root}/photos`]) await mkdir(folder);
    for (const file of ['notes.txt', 'photos/mine.parquet']) await writeFile(`${root}/${file}`, 'mine');
    await utimes(abandoned, 0, 0);

    await cache.tidy(0);

    expect((await files()).map((file) => path.basename(file)).toSorted()).toEqual([
      'mine.parquet',
      'notes.txt',
    ]);
    const folders = await readdir(path.dirname(open));
    expect(folders).toContain(path.basename(open));
    expect(folders).not.toContain(path.basename(abandoned));
  });

  test('has of a blob that has grown what is latest', async () => {
    const { cache, countOf } = await openCache();
    await fetch(cache, await blobs());
    const [first] = await blobs();
    const client = quarantine.blobs.getContainerClient('archive').getBlobClient(first?.name ?? '');
    await client.setMetadata({ ...first?.metadata, touched: 'yes' });
    const now = await blobs();

    await fetch(cache, now.slice(0, 1));

    expect(await countOf(now)).toBe(HOURS);
  });

  test('has nothing of a blob that is gone', async () => {
    const { cache } = await openCache();
    const [first] = await blobs();
    if (!first) throw new Error('There is no blob.');
    const seen: boolean[] = [];

    const none = { ...first, name: first.name.replace('h=00', 'h=23') };
    const bundle = await cache.fetch(CATEGORY, [none], (_, isThere) => seen.push(isThere));

    expect([bundle.etags.size, seen]).toEqual([0, [false]]);
  });

  test('keeps what was made by other rules apart', async () => {
    const { cache } = await openCache();
    await fetch(cache, await blobs());

    const other = { ...CATEGORY, pointers: { eventTime: '/properties/createdDateTime' } };

    expect(await cache.bundlesOf(other)).toEqual([]);
    expect(await cache.bundlesOf(CATEGORY)).toHaveLength(1);
  });

  test('says which blob is damaged, and keeps nothing of it', async () => {
    const { cache, files } = await openCache();
    const container = quarantine.blobs.getContainerClient('archive');
    const name = `${CATEGORY.folder}y=2026/m=11/d=21/h=00/contoso-logs-p0-1.ndjson.gz`;
    await container.getBlockBlobClient(name).upload('no gzip', 7);
    const [damaged] = (await blobs()).filter((blob) => blob.name === name);
    if (!damaged) throw new Error('There is no blob.');

    await expect(fetch(cache, [damaged])).rejects.toThrow(`The blob ${name} cannot be read: no gzip member`);

    await container.getBlobClient(name).delete();
    expect(await files()).toEqual([]);
  });
});
