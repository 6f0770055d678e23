import type { Partition } from '../message.ts';
import type { BlobAddress, CommittedBlock } from '../sinks.ts';

/** A blob as a listing of its container has it. */
export interface ListedBlob {
  readonly name: string;
  readonly bytes: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly isBlockBlob: boolean;
  /** Whether it is in the archive tier, where nothing but its metadata can be read. */
  readonly isOffline: boolean;
}

/** What the audit asks of the account that holds the archive. It reads, and nothing else. */
export interface ArchiveReader {
  /** What lies directly under a prefix that is empty or ends with a slash; folders end with a slash. */
  children(container: string, prefix: string): AsyncIterable<string>;
  /** In the order of their names. */
  blobs(container: string, prefix: string): AsyncIterable<ListedBlob>;
  /** The committed blocks in their order; undefined where the blob is not there any more. */
  blocks(blob: BlobAddress): Promise<readonly CommittedBlock[] | 'offline' | undefined>;
  /** Whether there is such a block at all, staged or committed. */
  hasBlock(blob: BlobAddress, blockId: string): Promise<boolean>;
  /** Undefined where the blob is not there any more. */
  download(blob: BlobAddress, offset: number, length: number): Promise<Buffer | undefined>;
}

/** What a source hub holds of a partition now. */
export interface HubRange {
  /** In milliseconds since 1970. */
  readonly createdOn: number;
  readonly beginning: number;
  /** The last number it has given out. */
  readonly last: number;
}

export interface HubReader {
  range(partition: Partition): Promise<HubRange>;
}
