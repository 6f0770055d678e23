import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBResult } from '@duckdb/node-api';
import { UsageError } from '../usage-error.ts';
import { literal } from './sql-text.ts';
import { readSyntax } from './tables.ts';
import type { Syntax } from './tables.ts';

export type Parameters = Readonly<Record<string, string>>;

/** DuckDB in this process, which reads the files of one folder and nothing else. */
export interface Engine {
  /** Throws a UsageError for anything but one SELECT. */
  syntaxOf(sql: string): Promise<Syntax>;
  /** Answers how many rows it has changed. */
  run(sql: string, parameters?: Parameters): Promise<number>;
  /** The JSON text that the only row of a statement holds. */
  jsonOf(sql: string): Promise<unknown>;
  /** Rows come as they are read. Throws a UsageError where the statement is wrong. */
  ask(sql: string, parameters: Parameters): Promise<DuckDBResult>;
  close(): void;
}

export async function openEngine(folder: string): Promise<Engine> {
  // What does not fit into memory goes there, such as what is to be sorted.
  const temporary = path.join(folder, 'tmp');
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    temp_directory: temporary,
  });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run(`SET allowed_directories = [${literal(`${folder}/`)}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');

  return {
    syntaxOf: (sql) => syntaxOf(connection, sql),
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
    },
  };
}

async function syntaxOf(connection: DuckDBConnection, sql: string): Promise<Syntax> {
  const tree = JSON.parse(await textOf(connection, `SELECT json_serialize_sql(${literal(sql)})`)) as {
    error: boolean;
    error_message?: string;
    statements?: readonly unknown[];
  };
  if (tree.error) throw new UsageError(`That is no statement that can be asked: ${tree.error_message}`);
  if (tree.statements?.length !== 1) throw new UsageError('One SELECT can be asked at a time.');
  return readSyntax(tree.statements);
}

async function textOf(connection: DuckDBConnection, sql: string): Promise<string> {
  const rows = await (await connection.run(sql)).getRows();
  return String(rows[0]?.[0] ?? 'null');
}

/** A wrong name, or a text that is no number: whoever asked can mend that. */
const MENDABLE =
  /^(?:Binder|Catalog|Parser|Conversion|Invalid Input|Permission) Error|Values were not provided/;

/** An error of the engine, as whoever asked should hear of it. */
export function rethrow(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  if (!MENDABLE.test(message)) throw error;
  const hint = /^Binder Error: .*(?:column|key|field)/i.test(message)
    ? "\nThe columns of a table: sluice query 'describe entra.SignInLogs'. Of a field that its schema does not name: _record->>'/properties/name'."
    : '';
  throw new UsageError(message + hint, { cause: error });
}
