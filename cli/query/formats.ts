import type { DuckDBValue } from '@duckdb/node-api';
import { plainTable } from '../plain-table.ts';
import { printable } from '../format.ts';
import { cell } from './csv-cell.ts';
import type { Format } from './options.ts';
import { LINE_COLUMN } from './statement.ts';
import { isNumeric, toJson, toText } from './values.ts';
import type { Column, Rows } from './rows.ts';

type Row = readonly DuckDBValue[];

/** The text of what was found, piece by piece. */
export function formatted(rows: Rows, format: Format): AsyncIterable<string> {
  return WRITERS[format](rows);
}

const WRITERS: Readonly<Record<Format, (rows: Rows) => AsyncIterable<string>>> = {
  table: asTable,
  json: asJson,
  ndjson: asLines,
  csv: asCsv,
};

const LONGEST_CELL = 60;
/** The last column has the rest of a wide line. */
const LONGEST_LAST_CELL = 160;

/** All rows are in memory: a table is for a person, and has a limit. */
async function* asTable({ columns, packs }: Rows): AsyncGenerator<string> {
  const rows: string[][] = [];
  for await (const pack of packs)
    for (const row of pack)
      rows.push(columns.map(({ type }, i) => printable(toText(row[i] ?? null, type), widthOf(i, columns))));
  const headings = columns.map(({ name }) => printable(name, LONGEST_CELL));
  const words = columns.findLastIndex(({ type }) => !isNumeric(type)) + 1;
  yield `${plainTable({ headings, words, rows })}\n`;
}

function widthOf(i: number, columns: readonly Column[]): number {
  return i === columns.length - 1 ? LONGEST_LAST_CELL : LONGEST_CELL;
}

async function* asLines({ columns, packs }: Rows): AsyncGenerator<string> {
  const toLine = lineMaker(columns);
  for await (const pack of packs) yield pack.map((row) => `${toLine(row)}\n`).join('');
}

async function* asJson({ columns, packs }: Rows): AsyncGenerator<string> {
  const toLine = lineMaker(columns);
  let before = '[\n';
  for await (const pack of packs) {
    if (pack.length === 0) continue;
    yield before + pack.map(toLine).join(',\n');
    before = ',\n';
  }
  yield before === ',\n' ? '\n]\n' : '[]\n';
}

/** A record that was asked for as it is stays as it is, byte by byte; other rows are objects. */
function lineMaker(columns: readonly Column[]): (row: Row) => string {
  if (columns.length === 1 && columns[0]?.name === LINE_COLUMN) return (row) => String(row[0]);
  const names = columns.map(({ name }) => JSON.stringify(name));
  return (row) =>
    `{${columns.map(({ type }, i) => `${names[i]}:${toJson(row[i] ?? null, type)}`).join(',')}}`;
}

/** RFC 4180. */
async function* asCsv({ columns, packs }: Rows): AsyncGenerator<string> {
  yield csvLine(columns.flatMap(({ name, cells = [name] }) => cells).map(cell));
  for await (const pack of packs)
    yield pack.map((row) => csvLine(columns.map((column, i) => cellsOf(row[i] ?? null, column)))).join('');
}

function cellsOf(value: DuckDBValue, { type, cells }: Column): string {
  const text = toText(value, type);
  return cells || isNumeric(type) ? text : cell(text);
}

function csvLine(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`;
}
