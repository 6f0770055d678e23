import { randomUUID } from 'node:crypto';
import type {
  BlobAddress,
  BlobState,
  BlobStore,
  CommitOptions,
  Entity,
  EntityWrite,
  LedgerTable,
  OutgoingMessage,
  RecordsHub,
  SourceHubs,
} from '../shared/sinks.ts';

/** Sinks that keep everything in memory and behave as the services do: for tests that run thousands of times, and the bench. */
export interface MemoryBlobStore extends BlobStore {
  /** Committed blobs by `container/name`. */
  readonly blobs: ReadonlyMap<string, { readonly body: Buffer; readonly options: CommitOptions }>;
  /** As storage does with what nobody has committed for a week; the ids of the blocks. */
  dropStaged(): string[];
  /** As somebody does who sets metadata: the blob is the same, and has another ETag. */
  touch(blob: BlobAddress): void;
  remove(blob: BlobAddress): void;
}

interface StoredBlob {
  etag: string;
  blocks: { id: string; body: Buffer }[];
  options: CommitOptions;
}

export function memoryBlobStore(): MemoryBlobStore {
  const committed = new Map<string, StoredBlob>();
  const staged = new Map<string, Map<string, Buffer>>();

  return {
    stage(blob, blockId, body) {
      const blocks = staged.get(keyOf(blob)) ?? new Map<string, Buffer>();
      blocks.set(blockId, Buffer.from(body));
      staged.set(keyOf(blob), blocks);
      return Promise.resolve();
    },

    state(blob): Promise<BlobState> {
      const found = committed.get(keyOf(blob));
      const blocks = found?.blocks.map(({ id, body }) => ({ id, size: body.length })) ?? [];
      const { metadata = {}, tier } = found?.options ?? {};
      return Promise.resolve({ etag: found?.etag, blocks, metadata, tier });
    },

    commit(blob, blockIds, options) {
      const key = keyOf(blob);
      const found = committed.get(key);
      if (found?.etag !== options.ifMatch) return Promise.resolve('changed' as const);
      // As the service does: the staged block, if there is one, wins over the committed one of the same id.
      const bodyOf = (id: string) =>
        staged.get(key)?.get(id) ?? found?.blocks.find((block) => block.id === id)?.body;
      const blocks = blockIds.flatMap((id) => {
        const body = bodyOf(id);
        return body ? [{ id, body }] : [];
      });
      if (blocks.length < blockIds.length) return Promise.resolve('block-missing' as const);
      const etag = randomUUID();
      committed.set(key, { etag, blocks, options });
      staged.delete(key);
      return Promise.resolve({ etag });
    },

    download(blob, offset, length) {
      const body = bodyOfBlob(committed.get(keyOf(blob)));
      if (!body) return Promise.reject(new Error(`no blob ${keyOf(blob)}`));
      return Promise.resolve(body.subarray(offset, offset + length));
    },

    dropStaged() {
      const ids = [...staged.values()].flatMap((blocks) => [...blocks.keys()]);
      staged.clear();
      return ids;
    },

    touch(blob) {
      const found = committed.get(keyOf(blob));
      if (found) found.etag = randomUUID();
    },

    remove(blob) {
      committed.delete(keyOf(blob));
      staged.delete(keyOf(blob));
    },

    get blobs() {
      const entries = [...committed].map(([key, stored]) => {
        return [key, { body: bodyOfBlob(stored) ?? Buffer.alloc(0), options: stored.options }] as const;
      });
      return new Map(entries);
    },
  };
}

function bodyOfBlob(blob: StoredBlob | undefined): Buffer | undefined {
  return blob && Buffer.concat(blob.blocks.map(({ body }) => body));
}

function keyOf({ container, name }: BlobAddress): string {
  return `${container}/${name}`;
}

export interface MemoryTable extends LedgerTable {
  readonly rows: ReadonlyMap<string, readonly Entity[]>;
}

export function memoryTable(): MemoryTable {
  const partitions = new Map<string, Map<string, Entity>>();

  return {
    get: (partitionKey, rowKey) => Promise.resolve(partitions.get(partitionKey)?.get(rowKey)),

    async *query(partitionKey, from, to, columns) {
      const rows = [...(partitions.get(partitionKey)?.values() ?? [])];
      const wanted = rows.filter(({ rowKey }) => rowKey >= from && rowKey < to);
      const inOrder = wanted.toSorted((a, b) => (a.rowKey < b.rowKey ? -1 : 1));
      yield* columns ? inOrder.map((row) => withColumns(row, columns)) : inOrder;
    },

    transact(partitionKey, writes) {
      const refusal = refusalOf(writes);
      if (refusal) return Promise.reject(refusal);
      const rows = partitions.get(partitionKey) ?? new Map<string, Entity>();
      if (!writes.every((write) => isAsExpected(rows.get(write.rowKey), write))) {
        return Promise.resolve('changed' as const);
      }
      partitions.set(partitionKey, rows);
      return Promise.resolve(writes.map((write) => apply(rows, write)));
    },

    get rows() {
      return new Map([...partitions].map(([key, rows]) => [key, [...rows.values()]]));
    },
  };
}

function withColumns(row: Entity, columns: readonly string[]): Entity {
  const values = Object.entries(row.values).filter(([name]) => columns.includes(name));
  return { ...row, values: Object.fromEntries(values) };
}

/** https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model; text is UTF-16 there. */
const TABLE_LIMITS = { rows: 100, textBytes: 65_536, entityBytes: 1_048_576, transactionBytes: 4_194_304 };

function refusalOf(writes: readonly EntityWrite[]): Error | undefined {
  const sizes = writes.map((write) =>
    'delete' in write ? [] : Object.values(write.values).map((value) => 2 * String(value).length),
  );
  const entities = sizes.map((ofOne) => ofOne.reduce((sum, size) => sum + size, 0));
  if (writes.length > TABLE_LIMITS.rows) return new Error(`${writes.length} rows in a transaction`);
  if (sizes.some((ofOne) => ofOne.some((size) => size > TABLE_LIMITS.textBytes)))
    return new Error('a text too large');
  if (entities.some((size) => size > TABLE_LIMITS.entityBytes)) return new Error('a row too large');
  const total = entities.reduce((sum, size) => sum + size, 0);
  return total > TABLE_LIMITS.transactionBytes ? new Error('a transaction too large') : undefined;
}

function isAsExpected(found: Entity | undefined, write: EntityWrite): boolean {
  return 'delete' in write ? found !== undefined : found?.etag === write.ifMatch;
}

function apply(rows: Map<string, Entity>, write: EntityWrite): string {
  const { rowKey } = write;
  if ('delete' in write) {
    rows.delete(rowKey);
    return '';
  }
  const etag = randomUUID();
  rows.set(rowKey, { rowKey, etag, values: write.values });
  return etag;
}

/** A hub that still holds everything. */
export const memorySourceHubs: SourceHubs = {
  facts: () => Promise.resolve({ createdOn: 0, beginning: 0 }),
};

export interface MemoryRecordsHub extends RecordsHub {
  readonly sent: readonly { hub: string; partitionKey: string; message: OutgoingMessage }[];
}

export function memoryRecordsHub(maxMessageBytes = 1_048_576): MemoryRecordsHub {
  const sent: { hub: string; partitionKey: string; message: OutgoingMessage }[] = [];
  return {
    sent,
    maxMessageBytes: () => Promise.resolve(maxMessageBytes),
    send(hub, partitionKey, messages) {
      if (messages.some((message) => isTooLarge(message, maxMessageBytes)))
        return Promise.reject(new Error('a message too large'));
      for (const { body, properties } of messages)
        sent.push({ hub, partitionKey, message: { body: Buffer.from(body), properties } });
      return Promise.resolve();
    },
  };
}

/** UTF-8 takes at most so many bytes for a UTF-16 unit: most messages need not be counted to the byte. */
const LONGEST_CHARACTER = 3;

function isTooLarge(message: OutgoingMessage, most: number): boolean {
  const texts = Object.entries(message.properties).flatMap(([name, value]) => [name, String(value)]);
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  if (message.body.length + characters * LONGEST_CHARACTER <= most) return false;
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), message.body.length) > most;
}
