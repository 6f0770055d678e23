import type { ContainerClient } from '@azure/storage-blob';
import pMap from 'p-map';
import type { ListedBlob } from '../../shared/azure/blobs-by-path.ts';
import { catalogue } from '../../shared/catalogue.ts';
import type { Rules } from '../../shared/catalogue.ts';
import type { Shape } from '../../shared/shape.ts';
import { safeName } from '../../shared/names.ts';
import { SOURCES } from '../../shared/verdict.ts';
import type { TimeRange } from '../time-range.ts';
import { UsageError } from '../usage-error.ts';
import type { BlobCache } from './blob-cache.ts';
import { linesSql, nameOf, viewSql } from './category-sql.ts';
import type { BlobFile, CategoryFiles } from './category-sql.ts';
import type { Engine } from './engine.ts';
import { mergedFields, sampledShape, usedFields } from './fields.ts';
import { archivedCategories, pickBlobs } from './find-blobs.ts';
import type { ArchivedCategory } from './find-blobs.ts';
import { identifier } from './sql-text.ts';
import type { Table, Uses } from './tables.ts';

export interface Scan {
  categories: number;
  /** Blobs whose name and metadata were looked at, those that can hold what is asked for, and of these the ones in the cache. */
  listed: number;
  picked: number;
  cached: number;
  downloaded: number;
  bytesCached: number;
  bytesDownloaded: number;
  /** In the archive tier. */
  offline: number;
  /** Deleted in the meantime. */
  gone: number;
}

export interface LoadDeps {
  readonly engine: Engine;
  readonly container: ContainerClient;
  readonly cache: BlobCache;
  readonly onProgress: (scan: Readonly<Scan>, bytes: { readonly done: number; readonly all: number }) => void;
}

export interface Wanted {
  readonly tables: readonly Table[];
  readonly uses: Uses;
  readonly range: TimeRange;
  readonly distinct: boolean;
}

const CATEGORIES_AT_ONCE = 8;
const DOWNLOADS_AT_ONCE = 16;

/** Makes the tables of a statement, with what they need of the archive. Throws a UsageError for one that no category is meant by. */
export async function loadTables(wanted: Wanted, deps: LoadDeps): Promise<Scan> {
  const scan = noScan();
  const archived = namedCategories(wanted.tables) ?? (await archivedCategories(deps.container));
  const needed = archived.filter(({ source, name }) => wanted.tables.some(({ fits }) => fits(source, name)));
  const filesOf = await fetchFiles(needed, wanted.range, scan, deps);
  for (const table of wanted.tables) {
    const known = knownCategories(archived).filter(({ source, name }) => table.fits(source, name));
    if (known.length === 0) throw noSuchTable(table, archived);
    const categories = known.map((category) => ({ ...category, files: filesOf.get(category.key) ?? [] }));
    const shapes = await Promise.all(categories.map((category) => shapeOf(category, deps.engine)));
    if (table.schema !== undefined)
      await deps.engine.run(`CREATE SCHEMA IF NOT EXISTS ${identifier(table.schema)}`);
    const sql = viewSql({
      table,
      fields: usedFields(mergedFields(shapes), wanted.uses),
      categories: categories.map(toCategoryFiles),
      range: wanted.range,
      distinct: wanted.distinct,
      folder: deps.cache.folder,
    });
    await deps.engine.run(sql);
  }
  return scan;
}

/** Where all are named that are meant, and a schema or a product's list has them, nobody needs to look which there are. */
function namedCategories(tables: readonly Table[]): readonly ArchivedCategory[] | undefined {
  const listed = new Map(
    SOURCES.flatMap((source) =>
      catalogue.names(source).map((name) => {
        const category = { source, name, folder: `${source}/${safeName(name)}/` };
        return [`${source}/${name}`.toLowerCase(), category] as const;
      }),
    ),
  );
  const found: ArchivedCategory[] = [];
  for (const { only } of tables)
    for (const key of only ?? ['']) {
      const category = listed.get(key.toLowerCase());
      if (!category) return undefined;
      found.push(category);
    }
  return [...new Set(found)];
}

function noScan(): Scan {
  return {
    categories: 0,
    listed: 0,
    picked: 0,
    cached: 0,
    downloaded: 0,
    bytesCached: 0,
    bytesDownloaded: 0,
    offline: 0,
    gone: 0,
  };
}

interface KnownCategory {
  readonly key: string;
  readonly source: string;
  readonly name: string;
  readonly rules: Rules;
}

/** Those that have a schema, or are in the archive. */
function knownCategories(archived: readonly ArchivedCategory[]): readonly KnownCategory[] {
  const known = new Map<string, KnownCategory>();
  for (const source of SOURCES) {
    const inArchive = archived.filter((category) => category.source === source).map(({ name }) => name);
    for (const name of [...catalogue.names(source), ...inArchive]) {
      const key = `${source}/${name}`;
      known.set(key, { key, source, name, rules: catalogue.rules(source, name) });
    }
  }
  return [...known.values()];
}

function toCategoryFiles({ key, rules, files }: KnownCategory & Pick<CategoryFiles, 'files'>): CategoryFiles {
  const { eventTime, recordKey } = rules.annotations;
  return { category: key, eventTime, recordKey, files };
}

/** So many records show what a category without a schema of its own has in them. */
const SAMPLED_RECORDS = 1_000;

async function shapeOf(
  { rules, files }: KnownCategory & Pick<CategoryFiles, 'files'>,
  engine: Engine,
): Promise<Pick<Shape, 'fields'>> {
  const shape: Pick<Shape, 'fields'> = rules.shape() ?? { fields: new Map() };
  const { schemaId } = rules.category;
  const hasOwnSchema = schemaId !== '' && !schemaId.endsWith('/envelope.schema.json');
  if (hasOwnSchema || files.length === 0) return shape;
  const sample = `SELECT _record FROM (${linesSql(files)}) LIMIT ${SAMPLED_RECORDS}`;
  const sampled = sampledShape(await engine.jsonOf(`SELECT json_group_structure(_record) FROM (${sample})`));
  return {
    fields: new Map([...sampled.fields, ...[...shape.fields].filter(([, { fields }]) => fields.size > 0)]),
  };
}

function noSuchTable(table: Table, archived: readonly ArchivedCategory[]): UsageError {
  const alike = archived.filter(({ source }) => source === table.schema);
  const there = (alike.length > 0 ? alike : archived).map(({ source, name }) => `${source}/${name}`);
  const more = there.length > MOST_NAMED ? ` and ${there.length - MOST_NAMED} more` : '';
  const names = there.length === 0 ? 'none' : there.slice(0, MOST_NAMED).join(', ');
  return new UsageError(`No category is meant by ${nameOf(table)}. The archive has: ${names}${more}.`);
}

const MOST_NAMED = 40;

/** By category. */
async function fetchFiles(
  categories: readonly ArchivedCategory[],
  range: TimeRange,
  scan: Scan,
  { container, cache, onProgress }: LoadDeps,
): Promise<ReadonlyMap<string, readonly BlobFile[]>> {
  scan.categories = categories.length;
  const picked = await pMap(
    categories,
    async (category) => ({ category, picked: await pickBlobs(container, category, range) }),
    { concurrency: CATEGORIES_AT_ONCE },
  );
  for (const { picked: found } of picked) {
    scan.listed += found.listed;
    scan.picked += found.blobs.length;
    scan.offline += found.offline.length;
  }
  const wanted = picked.flatMap(({ category, picked: { blobs } }) =>
    blobs.map((blob) => ({ category, blob })),
  );
  const all = wanted.reduce((sum, { blob }) => sum + blob.bytes, 0);
  const files = await pMap(
    wanted,
    async ({ category, blob }) => {
      const file = await fileOf(blob, scan, cache);
      onProgress(scan, { done: scan.bytesCached + scan.bytesDownloaded, all });
      return { key: `${category.source}/${category.name}`, file };
    },
    { concurrency: DOWNLOADS_AT_ONCE },
  );
  const byKey = Map.groupBy(files, ({ key }) => key);
  return new Map(
    [...byKey].map(([key, some]) => [key, some.flatMap(({ file }) => (file === undefined ? [] : [file]))]),
  );
}

async function fileOf(blob: ListedBlob, scan: Scan, cache: BlobCache): Promise<BlobFile | undefined> {
  const found = await cache.find(blob);
  if (found !== undefined) {
    scan.cached++;
    scan.bytesCached += blob.bytes;
    return found;
  }
  const file = await cache.fetch(blob);
  if (file === undefined) {
    scan.gone++;
    return undefined;
  }
  scan.downloaded++;
  scan.bytesDownloaded += blob.bytes;
  return file;
}
