import type { Partition } from './message.ts';

/** The block blob that a block goes to. */
export interface BlobAddress {
  readonly container: string;
  readonly name: string;
}

export interface CommittedBlock {
  readonly id: string;
  /** Bytes. */
  readonly size: number;
}

/** The committed state of a blob; a blob is new when it has no committed block, whatever its ETag says. */
export interface BlobState {
  readonly etag: string | undefined;
  readonly blocks: readonly CommittedBlock[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Where somebody has set one; undefined: the account's own. */
  readonly tier?: Tier | undefined;
  /** In the archive tier: nothing can be added to it, and its blocks are not to be had. */
  readonly sealed?: boolean;
}

export const TIERS = ['Hot', 'Cool', 'Cold', 'Archive'] as const;
export type Tier = (typeof TIERS)[number];

export interface CommitOptions {
  /** The ETag that the blob must still have; undefined: there must be no such blob. */
  readonly ifMatch: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly tier?: Tier | undefined;
}

/**
 * `changed`: somebody else has committed in the meantime (412, or 409 BlobAlreadyExists).
 * `block-missing`: a block in the list is neither staged nor committed (400 InvalidBlockList).
 * Both mean: read the state again.
 */
export type CommitOutcome = { readonly etag: string } | 'changed' | 'block-missing';

/** Block blobs. Every failure but the outcomes named here is thrown as an Error. */
export interface BlobStore {
  /** Uploads a block; nobody sees it before it is committed. Once that is done, the bytes of the body may become others. */
  stage(blob: BlobAddress, blockId: string, body: Buffer): Promise<void>;
  state(blob: BlobAddress): Promise<BlobState>;
  commit(blob: BlobAddress, blockIds: readonly string[], options: CommitOptions): Promise<CommitOutcome>;
  download(blob: BlobAddress, offset: number, length: number): Promise<Buffer>;
}

export type EntityValue = string | number | boolean;

export interface Entity {
  readonly rowKey: string;
  readonly etag: string;
  readonly values: Readonly<Record<string, EntityValue>>;
}

/** A row to be written, or to be deleted. */
export type EntityWrite =
  | {
      readonly rowKey: string;
      /** The ETag that the row must still have; undefined: there must be no such row. */
      readonly ifMatch: string | undefined;
      readonly values: Readonly<Record<string, EntityValue>>;
    }
  /** Whatever its ETag is, but it must be there. */
  | { readonly rowKey: string; readonly delete: true };

/** A table whose transactions are atomic within one partition key (at most 100 rows and 4 MiB each). */
export interface LedgerTable {
  get(partitionKey: string, rowKey: string): Promise<Entity | undefined>;
  /** Rows with `from <= rowKey < to`, in the order of their keys: with these columns alone, where some are named. */
  query(partitionKey: string, from: string, to: string, columns?: readonly string[]): AsyncIterable<Entity>;
  /**
   * Writes all rows or none: the new ETags in order (an empty one for a row that is deleted), or `changed` where a row was not as
   * expected (412, 409, 404).
   */
  transact(partitionKey: string, writes: readonly EntityWrite[]): Promise<readonly string[] | 'changed'>;
}

/** What a source hub says of a partition. */
export interface HubFacts {
  /** When the hub was created, in milliseconds: another time, another hub of the same name. */
  readonly createdOn: number;
  /** The sequence number of the oldest message that it still holds. */
  readonly beginning: number;
}

export interface SourceHubs {
  facts(partition: Partition): Promise<HubFacts>;
}

/** A message for the second hub. */
export interface OutgoingMessage {
  readonly body: Buffer;
  readonly properties: Readonly<Record<string, string | number | boolean>>;
}

export interface RecordsHub {
  /** The hub's own limit for a message with its properties and framing, in bytes. */
  maxMessageBytes(hub: string): Promise<number>;
  /** Sends in order; resolves when the hub has accepted all of them. Their bodies may be other bytes afterwards. */
  send(hub: string, partitionKey: string, messages: readonly OutgoingMessage[]): Promise<void>;
}
