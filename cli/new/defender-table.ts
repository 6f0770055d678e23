import { isDeepStrictEqual } from 'node:util';
import { formatJson } from '../../scripts/format-json.ts';
import type { DefenderTables } from '../../scripts/generate-schemas.ts';
import { isTold, type Seen } from './infer.ts';

type Columns = DefenderTables['tables'][string];

/** Columns that the envelope types for every table. */
const OF_ALL_TABLES = ['Timestamp', 'ReportId', 'MachineGroup'];

const KUSTO_TYPES = ['datetime', 'string', 'bool', 'long', 'real', 'dynamic'];
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** The columns of a table by Kusto type, as `scripts/schema-data/defender.json` has them. */
export function columnsOf(row: Seen | undefined, rows: readonly unknown[]): Columns {
  const names = [...(row?.fields ?? [])].filter(
    ([name, seen]) => !OF_ALL_TABLES.includes(name) && isTold(seen),
  );
  const typed = names.map(([name, seen]) => ({ name, type: kustoType(seen, valuesOf(name, rows)) }));
  const byType = Map.groupBy(typed, ({ type }) => type);
  return Object.fromEntries(
    KUSTO_TYPES.flatMap((type) => {
      const columns = byType.get(type)?.map(({ name }) => name);
      return columns ? [[type, columns] as const] : [];
    }),
  );
}

function valuesOf(name: string, rows: readonly unknown[]): readonly unknown[] {
  return rows.map((row) => (row as Readonly<Record<string, unknown>> | null)?.[name]);
}

/** Text may be a number's or a boolean's, but where nothing else was seen it is text. */
function kustoType({ kinds }: Seen, values: readonly unknown[]): string {
  if (kinds.has('object') || kinds.has('array')) return 'dynamic';
  if (kinds.has('number')) return 'real';
  if (kinds.has('integer')) return 'long';
  if (kinds.has('boolean')) return 'bool';
  const texts = values.filter((value) => typeof value === 'string');
  return texts.length > 0 && texts.every((text) => TIME.test(text)) ? 'datetime' : 'string';
}

/** A line that begins a table, within `"tables"`. */
const TABLE = /^ {4}"(\w+)": \{/;

/** The text of the data file with one more table, in its place; every other byte stays. Throws an Error where that is not so. */
export function withTable(data: string, table: string, columns: Columns): string {
  const lines = data.split('\n');
  const start = lines.findIndex((line) => line.startsWith('  "tables"'));
  const next = lines.findIndex((line, i) => i > start && (TABLE.exec(line)?.[1] ?? '') > table);
  const entry = `    ${JSON.stringify(table)}: ${formatJson(columns, '    ')}`;
  const changed = next === -1 ? appended(lines, entry) : lines.toSpliced(next, 0, `${entry},`);
  const text = changed.join('\n');
  const before = JSON.parse(data) as DefenderTables;
  const expected = { ...before, tables: { ...before.tables, [table]: columns } };
  if (!isDeepStrictEqual(JSON.parse(text), expected))
    throw new Error(`scripts/schema-data/defender.json is not laid out as expected: add ${table} by hand.`);
  return text;
}

/** After the last table, which ends where `"tables"` does. */
function appended(lines: readonly string[], entry: string): string[] {
  const end = lines.findLastIndex((line) => line === '  }');
  return lines.toSpliced(end - 1, 1, `${lines[end - 1]},`, entry);
}
