import type { DuckDBResult, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { rethrow } from './engine.ts';

export interface Column {
  readonly name: string;
  readonly type: DuckDBType;
  /** Where it has several cells of a CSV file, joined: their names. */
  readonly cells?: readonly string[] | undefined;
}

/** What a statement has found: its columns, and the rows in packs as they come. */
export interface Rows {
  readonly columns: readonly Column[];
  readonly packs: AsyncIterable<readonly (readonly DuckDBValue[])[]>;
  /** Once the packs have been read: whether there were more rows than the limit. */
  readonly cut: () => boolean;
  /** Likewise: how many were handed on. */
  readonly count: () => number;
}

export function rowsOf(result: DuckDBResult, limit: number): Rows {
  const types = result.columnTypes();
  const columns = result.deduplicatedColumnNames().flatMap((name, i) => {
    const type = types[i];
    return type ? [{ name, type }] : [];
  });
  let isCut = false;
  let count = 0;

  async function* packs(): AsyncGenerator<readonly (readonly DuckDBValue[])[]> {
    let left = limit;
    for (;;) {
      const chunk = await result.fetchChunk().catch(rethrow);
      const rows = chunk?.getRows() ?? [];
      isCut = rows.length > left;
      const pack = isCut ? rows.slice(0, left) : rows;
      count += pack.length;
      if (pack.length > 0) yield pack;
      if (rows.length === 0 || isCut) return;
      left -= rows.length;
    }
  }

  return { columns, packs: packs(), cut: () => isCut, count: () => count };
}
