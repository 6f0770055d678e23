import { rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { blobService } from '../../shared/azure/clients.ts';
import type { Connection } from '../../shared/settings/connection.ts';
import type { Progress } from '../progress.ts';
import type { TimeRange } from '../time-range.ts';
import { loadBlobsTable } from './blobs-table.ts';
import { openBlobCache } from './blob-cache.ts';
import { temporaryFolder } from './cache-files.ts';
import { askCells } from './csv.ts';
import { openEngine } from './engine.ts';
import type { Engine, Parameters } from './engine.ts';
import { loadTables } from './load-tables.ts';
import { rowsOf } from './rows.ts';
import type { Rows } from './rows.ts';
import { describeScan, loadingLine, newScan } from './scan.ts';
import type { Syntax, Table } from './tables.ts';

export interface Question {
  readonly sql: string;
  /** What of it is an expression of the user's own. */
  readonly where?: string | undefined;
  readonly parameters: Parameters;
  /** A table of the command line's own, beside those that the statement names by category. */
  readonly table?: Table | undefined;
  readonly range: TimeRange;
  readonly distinct: boolean;
  /** Nothing is asked but how many records there are. */
  readonly countOnly?: boolean;
  /** It is for a CSV file. */
  readonly inCells?: boolean;
  /** Of rows. */
  readonly limit: number;
}

export interface Archive {
  readonly connection: Connection;
  /** Of the cache. */
  readonly folder: string;
  /** Bytes that the cache may hold in the end. */
  readonly cacheBytes: number;
  readonly progress: Progress;
}

const CONTAINER = 'archive';

/** Asks the archive, and hands the rows on as they come. What was read and what was left out is said on standard error. */
export async function ask(
  question: Question,
  { connection, folder, cacheBytes, progress }: Archive,
  use: (rows: Rows) => Promise<void>,
): Promise<void> {
  const root = path.resolve(folder).replaceAll(path.sep, '/');
  const temporary = temporaryFolder(root);
  const endInterrupted = (): void => {
    progress.stop();
    rmSync(temporary, { recursive: true, force: true });
    // As it would have without this: to exit would be to wait for the engine.
    process.kill(process.pid, 'SIGINT');
  };
  process.once('SIGINT', endInterrupted);
  await mkdir(root, { recursive: true, mode: 0o700 });
  const engine = await openEngine(root, temporary);
  try {
    if (question.where !== undefined) await engine.checkCondition(question.where);
    const syntax = await engine.syntaxOf(question.sql);
    const container = blobService(connection).getContainerClient(CONTAINER);
    const cache = openBlobCache(root, container, engine);
    const scan = newScan();
    progress.begin('Looking for what is asked for');
    const deps = { engine, container, cache, scan };
    if (syntax.blobs) await loadBlobsTable(question.range, deps);
    const { range, distinct, countOnly = false } = question;
    await loadTables(
      { tables: tablesOf(question, syntax), uses: syntax.uses, range, distinct, countOnly },
      { ...deps, onProgress: (bytes) => progress.update(loadingLine(scan, bytes)) },
    );
    progress.update('Reading');
    const rows = await rowsFor(question, engine);
    progress.stop();
    await use(rows);
    for (const line of describeScan(scan)) progress.note(line);
    if (rows.count() === 0) progress.note('Nothing was found.');
    if (rows.cut())
      progress.note(`There are more: the first ${question.limit} are shown. --limit shows others.`);
    await cache.tidy(cacheBytes);
  } finally {
    process.off('SIGINT', endInterrupted);
    progress.stop();
    engine.close();
  }
}

async function rowsFor({ sql, parameters, limit, inCells }: Question, engine: Engine): Promise<Rows> {
  if (inCells) return askCells(engine, sql, parameters, limit);
  return rowsOf(await engine.ask(sql, parameters), limit);
}

function tablesOf({ table }: Question, { tables }: Syntax): readonly Table[] {
  return table ? [table, ...tables] : tables;
}
