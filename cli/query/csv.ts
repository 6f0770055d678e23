import { DuckDBDecimalType, DuckDBListType, DuckDBStructType, DuckDBTypeId } from '@duckdb/node-api';
import type { DuckDBType } from '@duckdb/node-api';
import { cellSql } from './csv-cell.ts';
import type { Engine, Parameters } from './engine.ts';
import { rowsOf } from './rows.ts';
import type { Column, Rows } from './rows.ts';
import { isWhole } from './values.ts';

/**
 * What a statement finds, with a column for each field of an object, and with cells for a CSV file that follow each other joined by the
 * engine, as far as it can: to hand over a hundred values a row takes longer than to find them.
 */
export async function askCells(
  engine: Engine,
  sql: string,
  parameters: Parameters,
  limit: number,
): Promise<Rows> {
  const asked = `(\n${await engine.nestable(sql)}\n)`;
  const { columns } = rowsOf(await engine.ask(`FROM ${asked} LIMIT 0`, parameters), 0);
  const stretches = stretchesOf(columns.flatMap((column, i) => leavesOf(column, `asked.c${i}`)));
  const names = columns.map((_, i) => `c${i}`).join(', ');
  const select = `SELECT ${stretches.map(valueOf).join(', ')} FROM ${asked} AS asked(${names})`;
  const rows = rowsOf(await engine.ask(select, parameters), limit);
  return { ...rows, columns: stretches.flatMap(columnsOf) };
}

/** A value that is no object. */
interface Leaf extends Column {
  /** SQL. */
  readonly value: string;
  /** SQL of its cell; undefined where the engine writes such a value in another way than `toText`. */
  readonly text: string | undefined;
}

function leavesOf({ name, type }: Column, value: string): readonly Leaf[] {
  if (!(type instanceof DuckDBStructType)) return [{ name, type, value, text: textSql(value, type) }];
  return type.entryNames.flatMap((entry, i) => {
    const entryType = type.entryTypes[i];
    const found = `struct_extract_at(${value}, ${i + 1})`;
    return entryType ? leavesOf({ name: `${name}.${entry}`, type: entryType }, found) : [];
  });
}

function textSql(value: string, type: DuckDBType): string | undefined {
  const text = `${value}::VARCHAR`;
  if (isWhole(type) || type.typeId === DuckDBTypeId.BOOLEAN) return text;
  if (type.typeId === DuckDBTypeId.VARCHAR) return cellSql(text);
  if (type instanceof DuckDBListType && isJsonAlike(type)) return cellSql(`to_json(${value})::VARCHAR`);
  // What has no digit before the point is written without the zero there.
  if (type instanceof DuckDBDecimalType && type.scale > 0 && type.scale < type.width)
    return `rtrim(rtrim(${text}, '0'), '.')`;
  return undefined;
}

/** Whether the engine's JSON of it is that of `toJson`: of decimals, and of what is JSON already, it has other digits. */
function isJsonAlike(type: DuckDBType): boolean {
  if (type instanceof DuckDBListType) return isJsonAlike(type.valueType);
  if (type instanceof DuckDBStructType) return type.entryTypes.every(isJsonAlike);
  const isText = type.typeId === DuckDBTypeId.VARCHAR && type.alias !== 'JSON';
  return isText || isWhole(type) || type.typeId === DuckDBTypeId.BOOLEAN;
}

/** Those that stand side by side and have a text together, and the others alone. */
function stretchesOf(leaves: readonly Leaf[]): readonly (readonly Leaf[])[] {
  const stretches: Leaf[][] = [];
  for (const leaf of leaves) {
    const last = stretches.at(-1);
    if (leaf.text !== undefined && last?.[0]?.text !== undefined) last.push(leaf);
    else stretches.push([leaf]);
  }
  return stretches;
}

function valueOf(stretch: readonly Leaf[]): string {
  const texts = stretch.map(({ value, text }) => text ?? value);
  // NULL is an empty text to it.
  return stretch[0]?.text === undefined ? texts.join() : `concat(${texts.join(", ',', ")})`;
}

function columnsOf(stretch: readonly Leaf[]): readonly Column[] {
  return stretch.slice(0, 1).map(({ name, type, text }) => ({
    name,
    type,
    cells: text === undefined ? undefined : stretch.map((leaf) => leaf.name),
  }));
}
