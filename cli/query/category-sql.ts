import type { TimeRange } from '../time-range.ts';
import type { Part } from './bundle.ts';
import { partsSql } from './bundle-sql.ts';
import { columnsOf, togetherOf } from './fields.ts';
import type { Field } from './fields.ts';
import { identifier, literal, timestamp } from './sql-text.ts';
import type { Table } from './tables.ts';

/** A category, and where its records are. */
export interface CategoryParts {
  /** `entra/SignInLogs` */
  readonly category: string;
  readonly parts: readonly Part[];
}

export interface View {
  readonly table: Pick<Table, 'schema' | 'name'>;
  readonly categories: readonly CategoryParts[];
  readonly fields: readonly Field[];
  /** Of event times. */
  readonly range: TimeRange;
  /** Each record once, by its key. */
  readonly distinct: boolean;
}

/** Columns of Sluice's own in each table, whatever a record says of that name. */
export const OWN_COLUMNS = ['_time', '_category', '_key', '_blob', '_record', '_line'];

/** SQL that makes a table of the records of some categories. */
export function viewSql({ table, categories, fields, range, distinct }: View): string {
  const own = new Set(OWN_COLUMNS);
  const others = fields.filter(({ names: [name = ''] }) => !own.has(name.toLowerCase()));
  const columns = columnsOf(others, '_record', '_together');
  const rows = categories.filter(({ parts }) => parts.length > 0).map(rowsSql);
  const folded =
    'QUALIFY row_number() OVER (PARTITION BY _category, coalesce(_key, _line) ORDER BY _time) = 1';
  return [
    `CREATE VIEW ${nameOf(table)} AS SELECT ${[...OWN_COLUMNS, ...columns].join(', ')}`,
    `FROM (SELECT *, ${togetherOf(others, '_record')} AS _together FROM (${rows.length > 0 ? rows.join(' UNION ALL ') : NO_ROWS}))`,
    `WHERE ${withinSql(range)}`,
    ...(distinct ? [folded] : []),
  ].join('\n');
}

export function nameOf({ schema, name }: Pick<Table, 'schema' | 'name'>): string {
  return [...(schema === undefined ? [] : [schema]), name].map(identifier).join('.');
}

const NO_ROWS =
  'SELECT NULL::TIMESTAMP AS _time, NULL::VARCHAR AS _category, NULL::VARCHAR AS _key, NULL::VARCHAR AS _blob, ' +
  'NULL::JSON AS _record, NULL::VARCHAR AS _line WHERE false';

function withinSql({ from, to }: TimeRange): string {
  const bounds = [
    ...(Number.isFinite(from) ? [`_time >= ${timestamp(from)}`] : []),
    ...(Number.isFinite(to) ? [`_time < ${timestamp(to)}`] : []),
  ];
  return bounds.length > 0 ? bounds.join(' AND ') : 'true';
}

/** All columns that are not the record's own. */
export function rowsSql({ category, parts }: CategoryParts): string {
  return `SELECT *, ${literal(category)} AS _category, TRY_CAST(_line AS JSON) AS _record FROM (${partsSql(parts)})`;
}

/** A table of how many records of a category there are beside those that can be read. */
export const COUNTED = 'counted';

export function countedSql(counts: ReadonlyMap<string, number>): string {
  const rows = [...counts].map(([category, records]) => `(${literal(category)}, ${records})`);
  return `CREATE TABLE ${COUNTED} AS SELECT * FROM (VALUES ${['(NULL, 0)', ...rows].join(', ')}) AS t(category, records) WHERE records > 0`;
}
