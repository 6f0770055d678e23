import { createHash } from 'node:crypto';
import type { ExpiredBlob } from './expired-blob.ts';
import type { EntityValue, LedgerTable } from '../sinks.ts';

/** Rows in one transaction of a table. */
const MOST_ROWS = 100;

/**
 * What retention deletes is noted in the ledger before it is deleted, so that nobody takes it for lost. A tombstone whose blob is
 * still there says no more than that somebody was about to delete it.
 */
export interface Tombstones {
  /** Of one partition. Those that are there already may stand. */
  write(partitionKey: string, blobs: readonly ExpiredBlob[], deletedAt: number): Promise<void>;
  /** Of a blob that could not be deleted. */
  withdraw(partitionKey: string, blob: ExpiredBlob): Promise<void>;
}

/** `gone-2026-11-20T10:00-<hash>`: sorts by the hour that the blob held. */
export function tombstoneKey({
  blob,
  name,
  firstBlock,
}: Pick<ExpiredBlob, 'blob' | 'name' | 'firstBlock'>): string {
  const hash = createHash('sha256').update(`${blob.container}/${blob.name}\n${firstBlock}`).digest('hex');
  return `gone-${new Date(name.hour).toISOString().slice(0, 16)}-${hash.slice(0, 32)}`;
}

export function ledgerTombstones(table: LedgerTable): Tombstones {
  async function write(
    partitionKey: string,
    blobs: readonly ExpiredBlob[],
    deletedAt: number,
  ): Promise<void> {
    for (let start = 0; start < blobs.length; start += MOST_ROWS) {
      const rows = blobs.slice(start, start + MOST_ROWS).map((blob) => toRow(blob, deletedAt));
      const creations = rows.map((row) => ({ ...row, ifMatch: undefined }));
      if ((await table.transact(partitionKey, creations)) !== 'changed') continue;
      // Some are there: from a run that ended before it could delete, or of another instance.
      for (const row of rows) await writeOne(partitionKey, row);
    }
  }

  /** A blob only grows until it is deleted, so whoever has seen more blocks in it is right. */
  async function writeOne(partitionKey: string, row: Row): Promise<void> {
    for (;;) {
      const known = await table.get(partitionKey, row.rowKey);
      if (known && Number(known.values['blocks']) >= Number(row.values['blocks'])) return;
      if ((await table.transact(partitionKey, [{ ...row, ifMatch: known?.etag }])) !== 'changed') return;
    }
  }

  async function withdraw(partitionKey: string, blob: ExpiredBlob): Promise<void> {
    await table.transact(partitionKey, [{ rowKey: tombstoneKey(blob), delete: true }]);
  }

  return { write, withdraw };
}

interface Row {
  readonly rowKey: string;
  readonly values: Readonly<Record<string, EntityValue>>;
}

function toRow(expired: ExpiredBlob, deletedAt: number): Row {
  const { blob, name, blocks, records, bytes, expires } = expired;
  return {
    rowKey: tombstoneKey(expired),
    values: {
      container: blob.container,
      blob: blob.name,
      source: name.source,
      category: name.category,
      hour: new Date(name.hour).toISOString(),
      blocks,
      records,
      bytes,
      expires,
      deletedAt: new Date(deletedAt).toISOString(),
    },
  };
}
