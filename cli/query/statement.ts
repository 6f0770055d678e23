import { COUNTED, nameOf } from './category-sql.ts';
import type { Table } from './tables.ts';

/** Holds a record's own bytes. */
export const LINE_COLUMN = '_line';

/** What is asked for on the command line without a statement of one's own. */
export interface Asked {
  readonly where?: string | undefined;
  readonly count?: boolean | undefined;
  /** Nothing but whole blobs is asked for: what is known of them is in the table `COUNTED`. */
  readonly countOnly?: boolean | undefined;
  /** Records as they are, a column for each field, or what a person can read of them. */
  readonly as: 'lines' | 'columns' | 'table';
}

/** A SELECT over one table. */
export function statementFor(
  table: Pick<Table, 'schema' | 'name'>,
  { where, count, countOnly, as }: Asked,
): string {
  // On lines of its own: an expression may end with a comment.
  const filter = where === undefined ? '' : `\nWHERE (\n${where}\n)`;
  const from = `FROM ${nameOf(table)}${filter}`;
  if (countOnly)
    return `SELECT category, sum(records)::BIGINT AS records
FROM (SELECT _category AS category, count(*) AS records ${from} GROUP BY ALL UNION ALL FROM ${COUNTED})
GROUP BY category ORDER BY category`;
  if (count)
    return `SELECT _category AS category, count(*) AS records ${from}\nGROUP BY _category ORDER BY _category`;
  // A hundred columns of each record would have to be held to be sorted: they come as they are kept.
  const order = as === 'columns' ? '' : '\nORDER BY _time, _category, _line';
  return `SELECT ${COLUMNS[as]} ${from}${order}`;
}

const COLUMNS: Readonly<Record<Asked['as'], string>> = {
  lines: LINE_COLUMN,
  columns: '* EXCLUDE (_record, _line, _blob)',
  table: '_time AS "time", _category AS category, _line AS record',
};

/** A count of what another statement finds. */
export function countOf(sql: string): string {
  return `SELECT count(*) AS rows FROM (\n${sql.trim().replace(/;\s*$/, '')}\n)`;
}
