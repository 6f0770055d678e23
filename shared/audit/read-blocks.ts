import { codecOf } from '../blocks/block-codec.ts';
import { decodeBlockId } from '../blocks/block-id.ts';
import { blockDigest } from '../blocks/block-sums.ts';
import type { BlobAddress, CommittedBlock } from '../sinks.ts';
import type { FoundBlock } from './found-blobs.ts';
import type { ArchiveReader } from './reading.ts';

/** Blocks can be small, and a request for each of them would cost more than their bytes. */
const BYTES_AT_ONCE = 4 * 1024 * 1024;

export function foundBlock({ id, size }: CommittedBlock): FoundBlock {
  return { id, size, facts: decodeBlockId(id) };
}

/** Every byte of a blob, block by block; undefined where the blob is not there any more. */
export async function readBlocks(
  blob: BlobAddress,
  blocks: readonly CommittedBlock[],
  archive: ArchiveReader,
): Promise<FoundBlock[] | undefined> {
  const read: FoundBlock[] = [];
  let offset = 0;
  for (const stretch of stretchesOf(blocks)) {
    const length = stretch.reduce((sum, { size }) => sum + size, 0);
    const body = await archive.download(blob, offset, length);
    if (!body) return undefined;
    offset += length;
    let at = 0;
    for (const block of stretch)
      read.push(await readBlock(blob, block, body.subarray(at, (at += block.size))));
  }
  return read;
}

/** Blocks that follow each other, and are read at once. */
function stretchesOf(blocks: readonly CommittedBlock[]): CommittedBlock[][] {
  const stretches: CommittedBlock[][] = [];
  let room = 0;
  for (const block of blocks) {
    const open = stretches.at(-1);
    if (open && block.size <= room) open.push(block);
    else {
      stretches.push([block]);
      room = BYTES_AT_ONCE;
    }
    room -= block.size;
  }
  return stretches;
}

async function readBlock(
  { container, name }: BlobAddress,
  block: CommittedBlock,
  body: Buffer,
): Promise<FoundBlock> {
  const found = foundBlock(block);
  const digest = blockDigest({ container, blob: name, id: block.id }, body);
  const damage = await damageOf(name, found, body);
  return { ...found, digest, ...(damage !== undefined && { damage }) };
}

async function damageOf(name: string, { facts }: FoundBlock, body: Buffer): Promise<string | undefined> {
  try {
    const { length } = await codecOf(name).unpackLines(body);
    if (!facts || length === facts.records) return undefined;
    return `it holds ${length} lines, and should hold ${facts.records}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
