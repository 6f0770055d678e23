import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { BlobFile } from '../../cli/query/category-sql.ts';
import { measureLines } from '../../cli/query/longest-line.ts';
import { openEngine } from '../../cli/query/engine.ts';
import type { Engine } from '../../cli/query/engine.ts';
import { formatted } from '../../cli/query/formats.ts';
import type { Format } from '../../cli/query/options.ts';
import { rowsOf } from '../../cli/query/rows.ts';
import { temporaryFolder } from '../cli/temporary-folder.ts';

export interface EngineFixture {
  readonly engine: Engine;
  readonly folder: string;
  /** A file as the cache would have it, with these lines. */
  readonly write: (...lines: readonly string[]) => Promise<BlobFile>;
  readonly answer: (
    sql: string,
    format?: Format,
    parameters?: Readonly<Record<string, string>>,
  ) => Promise<string>;
}

/** An engine over a folder of its own, for the time of a test. */
export async function engineFixture(): Promise<EngineFixture> {
  const folder = await temporaryFolder();
  const engine = await openEngine(folder);
  onTestFinished(() => engine.close());
  let files = 0;
  return {
    engine,
    folder,
    async write(...lines) {
      const file = `${folder}/entra/SignInLogs/y=2026/m=11/d=20/h=09/contoso-logs-p0-${++files}.ndjson/e.ndjson`;
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, lines.map((line) => `${line}\n`).join(''));
      const content = await readFile(file);
      return { path: file, longestLine: await measureLines(file, content) };
    },
    async answer(sql, format = 'ndjson', parameters = {}) {
      let text = '';
      const rows = rowsOf(await engine.ask(sql, parameters), Infinity);
      for await (const piece of formatted(rows, format)) text += piece;
      return text;
    },
  };
}
