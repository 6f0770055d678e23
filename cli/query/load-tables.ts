import { catalogue } from '../../shared/judge/catalogue.ts';
import type { Rules } from '../../shared/judge/catalogue.ts';
import type { Shape } from '../../shared/judge/shape.ts';
import { safeName } from '../../shared/names.ts';
import { SOURCES } from '../../shared/judge/verdict.ts';
import type { TimeRange } from '../time-range.ts';
import { UsageError } from '../usage-error.ts';
import { countedSql, rowsSql, viewSql } from './category-sql.ts';
import type { CategoryParts } from './category-sql.ts';
import type { Engine } from './engine.ts';
import { fetchBlobs } from './fetch-blobs.ts';
import type { FetchDeps } from './fetch-blobs.ts';
import { mergedFields, sampledShape, usedFields } from './fields.ts';
import { archivedCategories } from './find-blobs.ts';
import type { ArchivedCategory } from './find-blobs.ts';
import { identifier, literal } from './sql-text.ts';
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
  for (const { table, categories } of meant) {
    const vain = table.patterns.find(({ fits }) => !known.some(({ source, name }) => fits(source, name)));
    if (vain) throw await noSuchCategory(vain.text, known, archived, deps.engine);
    if (categories.length === 0) throw new UsageError('No category fits both --source and --category.');
  }
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

async function noSuchCategory(
  text: string,
  known: readonly KnownCategory[],
  archived: readonly ArchivedCategory[],
  engine: Engine,
): Promise<UsageError> {
  const names = known.map(({ category }) => literal(category)).join(', ');
  const alike = await engine.jsonOf(
    `SELECT to_json(max_by(name, alike)) FROM (
      SELECT name, greatest(jaro_winkler_similarity(lower(name), text), jaro_winkler_similarity(split_part(lower(name), '/', 2), text)) AS alike
      FROM (SELECT unnest([${names}]) AS name, lower(${literal(text)}) AS text)
    ) WHERE alike > ${LEAST_ALIKE}`,
  );
  const hint = typeof alike === 'string' ? ` Did you mean ${alike}?` : '';
  const there = archived.map(({ source, name }) => `${source}/${name}`);
  const more = there.length > MOST_NAMED ? ` and ${there.length - MOST_NAMED} more` : '';
  const has = there.length === 0 ? 'none' : there.slice(0, MOST_NAMED).join(', ');
  return new UsageError(`There is no category '${text}'.${hint} The archive has: ${has}${more}.`);
}

const MOST_NAMED = 40;
/** Of two names that are the same, it is 1. */
const LEAST_ALIKE = 0.85;
