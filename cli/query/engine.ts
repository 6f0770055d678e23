import { rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBResult } from '@duckdb/node-api';
import { SOURCES } from '../../shared/judge/verdict.ts';
import { UsageError } from '../usage-error.ts';
import { literal } from './sql-text.ts';
import { readSyntax } from './tables.ts';
import type { Syntax } from './tables.ts';

export type Parameters = Readonly<Record<string, string>>;

/** DuckDB in this process, which reads the files of one folder and nothing else. */
export interface Engine {
  /** For files of this process, and as long as this is open. With `/` between its parts. */
  readonly temporary: string;
  /** Throws a UsageError for anything but one SELECT. */
  syntaxOf(sql: string): Promise<Syntax>;
  /** A statement as it can stand in parentheses: there a semicolon is an error. */
  nestable(sql: string): Promise<string>;
  /** Throws a UsageError for what is no condition, or more than one. */
  checkCondition(sql: string): Promise<void>;
  /** Answers how many rows it has changed. */
  run(sql: string, parameters?: Parameters): Promise<number>;
  /** The JSON text that the only row of a statement holds. */
  jsonOf(sql: string): Promise<unknown>;
  /** Rows come as they are read. Throws a UsageError where the statement is wrong. */
  ask(sql: string, parameters: Parameters): Promise<DuckDBResult>;
  close(): void;
}

/** Each reads groups of rows of its own: with every thread more memory is needed. */
const MOST_THREADS = 4;

/** `temporary` is a folder in the other one that is there as long as the engine is. */
export async function openEngine(
  folder: string,
  temporary: string,
  cores = availableParallelism(),
): Promise<Engine> {
  // What does not fit into memory goes there, such as what is to be sorted.
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    temp_directory: temporary,
    threads: String(Math.min(cores, MOST_THREADS)),
  });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run(`SET allowed_directories = [${literal(`${folder}/`)}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');

  return {
    temporary,
    checkCondition: (sql) => checkCondition(connection, sql),
    syntaxOf: (sql) => syntaxOf(connection, sql),
    nestable: (sql) => nestable(connection, sql),
    run: async (sql, parameters = {}) => (await connection.run(sql, { ...parameters })).rowsChanged,
    jsonOf: async (sql) => JSON.parse(await textOf(connection, sql)) as unknown,
    async ask(sql, parameters) {
      return connection.stream(sql, { ...parameters }).catch(rethrow);
    },
    close() {
      // Whoever asked may have had enough rows.
      connection.interrupt();
      connection.closeSync();
      instance.closeSync();
      rmSync(temporary, { recursive: true, force: true });
    },
  };
}

async function syntaxOf(connection: DuckDBConnection, sql: string): Promise<Syntax> {
  const { statements, error } = await parse(connection, sql);
  if (error !== undefined) throw new UsageError(`That is no statement that can be asked: ${error}`);
  if (statements?.length !== 1) throw new UsageError('One SELECT can be asked at a time.');
  return readSyntax(statements);
}

async function nestable(connection: DuckDBConnection, sql: string): Promise<string> {
  const { error } = await parse(connection, `FROM (\n${sql}\n)`);
  if (error === undefined) return sql;
  return textOf(connection, `SELECT json_deserialize_sql(json_serialize_sql(${literal(sql)}))`);
}

/** Alone, and in the parentheses that it will stand in: it must not close them. */
async function checkCondition(connection: DuckDBConnection, condition: string): Promise<void> {
  for (const text of [condition, `(\n${condition}\n)`]) {
    const { error } = await parse(connection, `SELECT 1 WHERE\n${text}\n`);
    if (error !== undefined) throw new UsageError(`--where is no SQL expression: ${error}`);
  }
}

interface Tree {
  readonly statements?: readonly unknown[];
  readonly error: string | undefined;
}

async function parse(connection: DuckDBConnection, sql: string): Promise<Tree> {
  const tree = JSON.parse(await textOf(connection, `SELECT json_serialize_sql(${literal(sql)})`)) as {
    error: boolean;
    error_message?: string;
    statements?: readonly unknown[];
  };
  if (!tree.error) return { statements: tree.statements ?? [], error: undefined };
  const message = tree.error_message ?? '';
  return { error: message.includes('serialized') ? 'it takes a SELECT, or a DESCRIBE.' : message };
}

async function textOf(connection: DuckDBConnection, sql: string): Promise<string> {
  const rows = await (await connection.run(sql)).getRows();
  return String(rows[0]?.[0] ?? 'null');
}

/** A wrong name, or a text that is no number: whoever asked can mend that. */
const MENDABLE =
  /^(?:Binder|Catalog|Parser|Conversion|Invalid Input|Permission) Error|Values were not provided/;

const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /^Binder Error: .*(?:column|key|field)/i,
    "The columns of a table: sluice query 'describe entra.SignInLogs'. Of a field that its schema does not name: _record->>'/properties/name'.",
  ],
  [
    /^Catalog Error: Table/,
    `Tables are categories, by their product (${SOURCES.join(', ')}), such as entra.SignInLogs; and archive.blobs.`,
  ],
];

/** An error of the engine, as whoever asked should hear of it. */
export function rethrow(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  if (!MENDABLE.test(message)) throw error;
  const hints = HINTS.flatMap(([of, hint]) => (of.test(message) ? [hint] : []));
  throw new UsageError([message, ...hints].join('\n'), { cause: error });
}
