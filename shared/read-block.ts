import { codecOf } from './block-codec.ts';
import type { Line } from './block-codec.ts';
import type { BlobAddress, BlobStore } from './sinks.ts';

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
  const { blocks } = await store.state(blob);
  const at = blocks.findIndex(({ id }) => id === blockId);
  const size = blocks[at]?.size;
  if (size === undefined) return undefined;
  const offset = blocks.slice(0, at).reduce((sum, before) => sum + before.size, 0);
  return store.download(blob, offset, size);
}
