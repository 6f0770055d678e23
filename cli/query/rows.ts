import type { DuckDBResult, DuckDBType, DuckDBValue } from '@duckdb/node-api';

import { rethrow } from './engine.ts';

export interface Column {
  readonly name: string;
  readonly type: DuckDBType;
}

/** What a statement has found: its columns, and the rows in packs as they come. */
export interface Rows {
  readonly columns: readonly Column[];
  readonly packs: AsyncIterable<readonly (readonly DuckDBValue[])[]>;
  /** Once the packs have been read: whether there were more rows than the limit. */
  readonly cut: () => boolean;
}

export function rowsOf(result: DuckDBResult, limit: number): Rows {
  const types = result.columnTypes();
  const columns = result.deduplicatedColumnNames().flatMap((name, i) => {
    const type = types[i];
    return type ? [{ name, type }] : [];
  });
  let isCut = false;

  async function* packs(): AsyncGenerator<readonly (readonly DuckDBValue[])[]> {
    let left = limit;
    for (;;) {
      const chunk = await result.fetchChunk().catch(rethrow);
      const rows = chunk?.getRows() ?? [];
      isCut = rows.length > left;
      if (rows.length > 0) yield isCut ? rows.slice(0, left) : rows;
      if (rows.length === 0 || isCut) return;
      left -= rows.length;
    }
  }

  return { columns, packs: packs(), cut: () => isCut };
}
