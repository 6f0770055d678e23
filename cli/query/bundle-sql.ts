import { hash } from 'node:crypto';
import type { Annotations } from '../../shared/judge/catalogue.ts';
import type { Part } from './bundle.ts';
import { literal } from './sql-text.ts';

/** Where a category's records have their time and their key: JSON pointers. */
export type Pointers = Pick<Annotations, 'eventTime' | 'recordKey'>;

/** Lines of blobs, each behind the name of its blob and the hour of that, in milliseconds since 1970. */
export interface LinesFile {
  readonly path: string;
  readonly lines: number;
  /** Bytes. The engine passes over longer ones than it is told of, in silence where they are the last of a file. */
  readonly longestLine: number;
}

/** Between the parts of a line: no record holds a raw control character. */
export const DELIMITER = '\u0001';
/** Of a bundle's metadata: a JSON array of names and ETags. */
const BLOBS = 'blobs';
/** A question about an hour should not have to unpack a day. */
const ROWS_OF_A_GROUP = 2_048;
const LEAST_BUFFER = 8 * 1_024 * 1_024;

/** What a bundle has of each record. Another version of this, or another schema, makes other bundles. */
function columnsSql({ eventTime, recordKey }: Pointers): string {
  const key = recordKey === undefined ? 'NULL::VARCHAR' : `_record->>${literal(recordKey)}`;
  return `_blob, ${timeSql(eventTime)} AS _time, ${key} AS _key, _line`;
}

/** Tells bundles apart that were made by other rules. */
export function bundleKey(pointers: Pointers): string {
  return hash('sha256', columnsSql(pointers)).slice(0, 12);
}

/** Makes a bundle of lines; answers how many there are. */
export function bundleSql(
  { path, longestLine }: LinesFile,
  pointers: Pointers,
  target: string,
  etags: ReadonlyMap<string, string>,
): string {
  const options = [
    "columns={'_blob': 'VARCHAR', '_hour': 'BIGINT', '_line': 'VARCHAR'}, auto_detect=false, header=false",
    "delim=e'\\x01', quote='', escape='', new_line='\\n'",
    `max_line_size=${longestLine + 2}, buffer_size=${Math.max(LEAST_BUFFER, 2 * longestLine)}`,
  ];
  // To read the lines as JSON at once would lose those in which the engine, and not Sluice, finds a fault, such as half of a surrogate pair.
  const records = `SELECT *, TRY_CAST(_line AS JSON) AS _record FROM read_csv(${literal(path)}, ${options.join(', ')})`;
  return copySql(`SELECT ${columnsSql(pointers)} FROM (${records})`, target, etags);
}

/** Makes a bundle of others. */
export function joinSql(parts: readonly Part[], target: string, etags: ReadonlyMap<string, string>): string {
  return copySql(partsSql(parts), target, etags);
}

function copySql(select: string, target: string, etags: ReadonlyMap<string, string>): string {
  const blobs = literal(JSON.stringify([...etags]));
  return `COPY (${select}) TO ${literal(target)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROWS_OF_A_GROUP}, KV_METADATA {${BLOBS}: ${blobs}})`;
}

/** The JSON of pairs: the path of each bundle, and its blobs. */
export function blobsOfBundlesSql(paths: readonly string[]): string {
  return (
    'SELECT json_group_array(json_array(file_name, decode(value)::JSON)) ' +
    `FROM parquet_kv_metadata([${paths.map(literal).join(', ')}]) WHERE decode(key) = ${literal(BLOBS)}`
  );
}

/** `_blob`, `_time`, `_key` and `_line` of the records of some blobs. */
export function partsSql(parts: readonly Part[]): string {
  const whole = parts.filter(({ stretches }) => stretches === undefined);
  const some = parts.filter(({ stretches }) => stretches !== undefined);
  const selects = [
    ...(whole.length > 0 ? [fromSql(whole)] : []),
    ...some.map((part) => `${fromSql([part])} WHERE ${withinSql(part)}`),
  ];
  return selects.join(' UNION ALL ');
}

function fromSql(parts: readonly Part[]): string {
  return `SELECT _blob, _time, _key, _line FROM read_parquet([${parts.map(({ path }) => literal(path)).join(', ')}])`;
}

function withinSql({ stretches = [] }: Part): string {
  return stretches
    .map(([first, last]) => `_blob BETWEEN ${literal(first)} AND ${literal(last)}`)
    .join(' OR ');
}

/**
 * The event time in the forms that `parseEventTime` reads; where a record has none, the hour in which the hub took it in. A TIMESTAMP
 * in UTC, to the microsecond.
 */
function timeSql(pointer: string | undefined): string {
  const hour = 'make_timestamp_ms(_hour)';
  if (pointer === undefined) return hour;
  const text = `_record->>${literal(pointer)}`;
  const forms = [
    `timezone('UTC', TRY_CAST(${text} AS TIMESTAMPTZ))`,
    `try_strptime(${text}, '%m/%d/%Y %I:%M:%S %p')`,
    `make_timestamp_ms(TRY_CAST(${text} AS BIGINT))`,
  ];
  // The engine knows words for times too, such as 'infinity'.
  const digit = `(${text})[1] BETWEEN '0' AND '9'`;
  return `coalesce(CASE WHEN ${digit} THEN coalesce(${forms.join(', ')}) END, ${hour})`;
}
