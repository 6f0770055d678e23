import { catalogue } from '../../shared/catalogue.ts';
import type { Rules } from '../../shared/catalogue.ts';
import type { Shape } from '../../shared/shape.ts';
import { safeName } from '../../shared/names.ts';
import { SOURCES } from '../../shared/verdict.ts';
import type { TimeRange } from '../time-range.ts';
import { UsageError } from '../usage-error.ts';
import { countedSql, nameOf, rowsSql, viewSql } from './category-sql.ts';
import type { CategoryParts } from './category-sql.ts';
import type { Engine } from './engine.ts';
import { fetchBlobs } from './fetch-blobs.ts';
import type { FetchDeps } from './fetch-blobs.ts';
import { mergedFields, sampledShape, usedFields } from './fields.ts';
import { archivedCategories } from './find-blobs.ts';
import type { ArchivedCategory } from './find-blobs.ts';
import { identifier } from './sql-text.ts';
import type { Table, Uses } from './tables.ts';

export interface Wanted {
  readonly tables: readonly Table[];
  readonly uses: Uses;
  readonly range: TimeRange;
  readonly distinct: boolean;
  /** Nothing is asked but how many records there are: see `COUNTED`. */
  readonly countOnly: boolean;
}

/** Makes the tables of a statement, with what they need of the archive. Throws a UsageError for one that no category is meant by. */
export async function loadTables(
  { tables, uses, range, distinct, countOnly }: Wanted,
  deps: FetchDeps,
): Promise<void> {
  const archived = namedCategories(tables) ?? (await archivedCategories(deps.container, deps.scan));
  const known = knownCategories(archived);
  const meant = tables.map((table) => ({
    table,
    categories: known.filter(({ source, name }) => table.fits(source, name)),
  }));
  for (const { table, categories } of meant) if (categories.length === 0) throw noSuchTable(table, archived);
  const needed = archived.filter(({ source, name }) => tables.some(({ fits }) => fits(source, name)));
  const { parts, counts } = await fetchBlobs(needed, { range, countOnly }, deps);
  if (countOnly) await deps.engine.run(countedSql(counts));
  for (const { table, categories } of meant) {
    const readable = categories.map((category) => ({
      ...category,
      parts: parts.get(category.category) ?? [],
    }));
    const shapes = await Promise.all(readable.map((category) => shapeOf(category, deps.engine)));
    const fields = usedFields(mergedFields(shapes), uses);
    if (table.schema !== undefined)
      await deps.engine.run(`CREATE SCHEMA IF NOT EXISTS ${identifier(table.schema)}`);
    await deps.engine.run(viewSql({ table, fields, categories: readable, range, distinct }));
  }
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

interface KnownCategory {
  /** `entra/SignInLogs` */
  readonly category: string;
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
      const category = `${source}/${name}`;
      known.set(category, { category, source, name, rules: catalogue.rules(source, name) });
    }
  }
  return [...known.values()];
}

/** So many records show what a category without a schema of its own has in them. */
const SAMPLED_RECORDS = 1_000;

async function shapeOf(
  { category, rules, parts }: KnownCategory & CategoryParts,
  engine: Engine,
): Promise<Pick<Shape, 'fields'>> {
  const shape: Pick<Shape, 'fields'> = rules.shape() ?? { fields: new Map() };
  const { schemaId } = rules.category;
  const hasOwnSchema = schemaId !== '' && !schemaId.endsWith('/envelope.schema.json');
  if (hasOwnSchema || parts.length === 0) return shape;
  const sample = `SELECT _record FROM (${rowsSql({ category, parts })}) LIMIT ${SAMPLED_RECORDS}`;
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
