import type { TimeRange } from '../time-range.ts';
import { columnsOf } from './fields.ts';
import type { Field } from './fields.ts';
import { identifier, literal, timestamp } from './sql-text.ts';
import type { Table } from './tables.ts';

/** A copy of a blob. */
export interface BlobFile {
  /** `<folder>/<name of the blob>/<anything>`, with `/` between the parts. */
  readonly path: string;
  /** Bytes. The engine passes over longer ones than it is told of, in silence where they are the last of a file. */
  readonly longestLine: number;
}

/** A category, and files with records of it. */
export interface CategoryFiles {
  /** `entra/SignInLogs` */
  readonly category: string;
  /** JSON pointers. */
  readonly eventTime: string | undefined;
  readonly recordKey: string | undefined;
  readonly files: readonly BlobFile[];
}

export interface View {
  readonly table: Pick<Table, 'schema' | 'name'>;
  readonly categories: readonly CategoryFiles[];
  readonly fields: readonly Field[];
  /** Of event times. */
  readonly range: TimeRange;
  /** Each record once, by its key. */
  readonly distinct: boolean;
  readonly folder: string;
}

/** Columns of Sluice's own in each table, whatever a record says of that name. */
export const OWN_COLUMNS = ['_time', '_category', '_key', '_blob', '_record', '_line'];

/** SQL that makes a table of the records of some categories. */
export function viewSql({ table, categories, fields, range, distinct, folder }: View): string {
  const own = new Set(OWN_COLUMNS);
  const columns = columnsOf(
    fields.filter(({ names: [name = ''] }) => !own.has(name.toLowerCase())),
    '_record',
  );
  const rows = categories.filter(({ files }) => files.length > 0).map((files) => rowsSql(files, folder));
  const folded =
    'QUALIFY row_number() OVER (PARTITION BY _category, coalesce(_key, _line) ORDER BY _time) = 1';
  return [
    `CREATE VIEW ${nameOf(table)} AS SELECT ${[...OWN_COLUMNS, ...columns].join(', ')}`,
    `FROM (${rows.length > 0 ? rows.join(' UNION ALL ') : NO_ROWS})`,
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

function rowsSql({ category, eventTime, recordKey, files }: CategoryFiles, folder: string): string {
  const key = recordKey === undefined ? 'NULL' : `_record->>${literal(recordKey)}`;
  return [
    `SELECT ${timeSql(eventTime)} AS _time, ${literal(category)} AS _category, ${key} AS _key,`,
    `regexp_replace(substr(filename, ${folder.length + 2}), '/[^/]*$', '') AS _blob, _record, _line`,
    `FROM (${linesSql(files)})`,
  ].join(' ');
}

/** Bytes: smaller buffers are no faster. */
const LEAST_LINE = 512 * 1024;

/**
 * The lines as they are, each beside what the engine makes of it: to read them as JSON at once would lose those in which it, and not
 * Sluice, finds a fault, such as half of a surrogate pair. No line holds a raw control character, so that none is taken for a delimiter.
 */
export function linesSql(files: readonly BlobFile[]): string {
  const longest = files.reduce((most, file) => Math.max(most, file.longestLine + 2), LEAST_LINE);
  const options = [
    "columns={'_line': 'VARCHAR'}, auto_detect=false, header=false, delim=e'\\x01', quote='', escape='', new_line='\\n'",
    `max_line_size=${longest}, buffer_size=${2 * longest}`,
    "filename=true, hive_partitioning=true, hive_types={'y': BIGINT, 'm': BIGINT, 'd': BIGINT, 'h': BIGINT}",
  ];
  return `SELECT _line, TRY_CAST(_line AS JSON) AS _record, filename, y, m, d, h FROM read_csv([${files.map(({ path }) => literal(path)).join(', ')}], ${options.join(', ')})`;
}

/**
 * The event time in the forms that `parseEventTime` reads; where a record has none, the hour in which the hub took it in. A TIMESTAMP
 * in UTC, to the microsecond.
 */
function timeSql(pointer: string | undefined): string {
  const hour = 'make_timestamp(y, m, d, h, 0, 0)';
  if (pointer === undefined) return hour;
  const text = `_record->>${literal(pointer)}`;
  const forms = [
    `timezone('UTC', TRY_CAST(${text} AS TIMESTAMPTZ))`,
    `try_strptime(${text}, '%m/%d/%Y %I:%M:%S %p')`,
    `make_timestamp_ms(TRY_CAST(${text} AS BIGINT))`,
  ];
  return `coalesce(${[...forms, hour].join(', ')})`;
}
