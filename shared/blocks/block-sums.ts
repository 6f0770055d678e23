import { hash } from 'node:crypto';
import { safeName } from '../names.ts';

/** What blocks hold in all: the ledger keeps it, and the audit holds the archive against it. */
export interface BlockSum {
  readonly blocks: number;
  readonly records: number;
  /** As they are stored. */
  readonly bytes: number;
  /** 256 bits in hex: the digests of the blocks, added up. */
  readonly digest: string;
}

/** By `<container>/<source>/<category>`, the category as in the path of a blob. */
export type BlockSums = Readonly<Record<string, BlockSum>>;

export const NO_BLOCKS: BlockSum = { blocks: 0, records: 0, bytes: 0, digest: '0'.repeat(64) };

const MODULUS = 2n ** 256n;

/** The order does not matter, so what several batches and several readers add up comes to the same. */
export function addBlocks(a: BlockSum, b: BlockSum): BlockSum {
  if (a.blocks === 0) return b;
  const digest = (BigInt(`0x${a.digest}`) + BigInt(`0x${b.digest}`)) % MODULUS;
  return {
    blocks: a.blocks + b.blocks,
    records: a.records + b.records,
    bytes: a.bytes + b.bytes,
    digest: digest.toString(16).padStart(64, '0'),
  };
}

export function mergeBlockSums(a: BlockSums, b: BlockSums): BlockSums {
  const sums: Record<string, BlockSum> = { ...a };
  for (const [key, sum] of Object.entries(b)) sums[key] = addBlocks(sums[key] ?? NO_BLOCKS, sum);
  return sums;
}

export function blockSumKey(container: string, source: string, category: string): string {
  return `${container}/${source}/${safeName(category)}`;
}

/** Of a block as it is stored, and of the place where it belongs: neither other bytes nor another place give the same. */
export function blockDigest(
  { container, blob, id }: { readonly container: string; readonly blob: string; readonly id: string },
  body: Buffer,
): string {
  return hash('sha256', `${container}/${blob}\n${id}\n${hash('sha256', body, 'hex')}`, 'hex');
}
