import { codecOf } from './block-codec.ts';
import type { Line } from './block-codec.ts';
import type { BlobAddress, BlobStore, CommittedBlock } from '../sinks.ts';

/** The lines of one committed block, with their origins; undefined where the block, or the blob, is not there any more. */
export async function readBlock(
  blob: BlobAddress,
  blockId: string,
  store: BlobStore,
  origins?: string,
): Promise<Line[] | undefined> {
  const body = await downloadBlock(blob, blockId, store);
  return body && codecOf(blob.name).unpack(body, origins);
}

/** One line of a committed block, from 0; undefined where the block, or the blob, is not there any more. */
export async function readLine(
  blob: BlobAddress,
  blockId: string,
  line: number,
  store: BlobStore,
): Promise<Buffer | undefined> {
  const body = await downloadBlock(blob, blockId, store);
  return body && (await codecOf(blob.name).unpackLines(body))[line];
}

async function downloadBlock(
  blob: BlobAddress,
  blockId: string,
  store: BlobStore,
): Promise<Buffer | undefined> {
  const block = (await placedBlocks(blob, store)).find(({ id }) => id === blockId);
  return block && store.download(blob, block.offset, block.size);
}

/** A committed block, and where in its blob it begins. */
export interface PlacedBlock extends CommittedBlock {
  /** Bytes. */
  readonly offset: number;
}

/** All of a blob, in order; none where there is no such blob. */
export async function placedBlocks(blob: BlobAddress, store: BlobStore): Promise<PlacedBlock[]> {
  const { blocks } = await store.state(blob);
  let offset = 0;
  return blocks.map(({ id, size }) => {
    offset += size;
    return { id, size, offset: offset - size };
  });
}
