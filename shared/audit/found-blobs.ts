import type { BlockId } from '../blocks/block-id.ts';
import type { BlobName } from '../blocks/blob-name.ts';
import { tombstoneKey } from '../retention/tombstones.ts';
import type { BlockPlace } from './findings.ts';

/** A committed block, as it was found. */
export interface FoundBlock {
  /** In base64. */
  readonly id: string;
  /** Undefined for an id that Sluice does not give. */
  readonly facts: BlockId | undefined;
  /** As it is stored, in bytes. */
  readonly size: number;
  /** Where its bytes were read: see `blockDigest`. */
  readonly digest?: string;
  /** What is wrong with its bytes by themselves. */
  readonly damage?: string;
}

/** A blob of one hour and source-hub partition. */
export interface FoundBlob {
  readonly container: string;
  readonly name: string;
  readonly parsed: BlobName;
  readonly bytes: number;
  readonly contents:
    | { readonly kind: 'blocks'; readonly blocks: readonly FoundBlock[] }
    /** In the archive tier: what its metadata says. */
    | { readonly kind: 'offline'; readonly blocks: number; readonly records: number };
}

export interface PlacedBlock {
  readonly blob: FoundBlob;
  readonly block: FoundBlock;
}

/** A blob that retention has deleted, as it noted before. */
export interface GoneBlob {
  /** See `tombstoneKey`: a blob that is begun anew under the same name is another. */
  readonly key: string;
  readonly container: string;
  readonly name: string;
  readonly parsed: BlobName;
  readonly blocks: number;
  readonly records: number;
  readonly bytes: number;
}

/** A decided block that is not committed yet, or that was gone before it could be. */
export interface ExpectedBlock {
  readonly container: string;
  readonly name: string;
  readonly parsed: BlobName;
  /** In base64. */
  readonly id: string;
  readonly facts: BlockId;
}

/** Whether a tombstone is of this very blob, which retention was about to delete then. */
export function isOf(gone: GoneBlob, { container, name, parsed, contents }: FoundBlob): boolean {
  const firstBlock = contents.kind === 'blocks' ? (contents.blocks[0]?.id ?? '') : '';
  return gone.key === tombstoneKey({ blob: { container, name }, name: parsed, firstBlock });
}

/** The block of a blob as a person can find it. */
export function placeOf(
  blob: Pick<FoundBlob, 'container' | 'name' | 'contents'>,
  block: FoundBlock,
): BlockPlace {
  const { container, name, contents } = blob;
  const place = { container, blob: name, block: block.id };
  if (!block.facts || contents.kind === 'offline') return place;
  const before = contents.blocks.slice(0, contents.blocks.indexOf(block));
  const messages = [block.facts.first, block.facts.last] as const;
  if (before.some(({ facts }) => !facts)) return { ...place, messages };
  const line = before.reduce((sum, { facts }) => sum + (facts?.records ?? 0), 1);
  return { ...place, lines: [line, line + block.facts.records - 1], messages };
}
