import { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { Part } from '../../cli/query/bundle.ts';
import { bundleSql } from '../../cli/query/bundle-sql.ts';
import type { Pointers } from '../../cli/query/bundle-sql.ts';
import { askCells } from '../../cli/query/csv.ts';
import { openEngine } from '../../cli/query/engine.ts';
import type { Engine } from '../../cli/query/engine.ts';
import { formatted } from '../../cli/query/formats.ts';
import type { Format } from '../../cli/query/options.ts';
import { writeLines } from '../../cli/query/lines-file.ts';
import { rowsOf } from '../../cli/query/rows.ts';
import { temporaryFolder } from '../cli/temporary-folder.ts';

export interface EngineFixture {
  readonly engine: Engine;
  readonly folder: string;
  /** A bundle as the cache would have it, of a blob with these lines. */
  readonly write: (lines: readonly string[], pointers?: Pointers) => Promise<Part>;
  readonly answer: (
    sql: string,
    format?: Format,
    parameters?: Readonly<Record<string, string>>,
  ) => Promise<string>;
}

const POINTERS: Pointers = { eventTime: '/time', recordKey: '/id' };

/** An engine over a folder of its own, for the time of a test. */
export async function engineFixture(): Promise<EngineFixture> {
  const folder = await temporaryFolder();
  const engine = await openEngine(folder, `${folder}/tmp`);
  onTestFinished(() => engine.close());
  let blobs = 0;
  return {
    engine,
    folder,
    async write(lines, pointers = POINTERS) {
      const name = `entra/SignInLogs/y=2026/m=11/d=20/h=09/contoso-logs-p0-${++blobs}.ndjson`;
      const body = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      const path = `${folder}/${blobs}.parquet`;
      const file = await writeLines(Readable.from([{ name, body }]), `${folder}/${blobs}.lines`);
      await engine.run(bundleSql(file, pointers, path, new Map([[name, 'etag']])));
      return { path, stretches: undefined };
    },
    async answer(sql, format = 'ndjson', parameters = {}) {
      let text = '';
      const rows =
        format === 'csv'
          ? await askCells(engine, sql, parameters, Infinity)
          : rowsOf(await engine.ask(sql, parameters), Infinity);
      for await (const piece of formatted(rows, format)) text += piece;
      return text;
    },
  };
}
