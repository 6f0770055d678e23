import type { BlockCodec, Line } from './block-codec.ts';
import type { BlobAddress, BlobStore } from './sinks.ts';

/** The lines of one committed block, with their origins. */
export async function readBlock(
  blob: BlobAddress,
  blockId: string,
  { store, codec }: { readonly store: BlobStore; readonly codec: BlockCodec },
  origins?: string,
): Promise<Line[]> {
  const { blocks } = await store.state(blob);
  const at = blocks.findIndex(({ id }) => id === blockId);
  const size = blocks[at]?.size;
  if (size === undefined) throw new Error(`The block ${blockId} is not in ${blob.container}/${blob.name}.`);
  const offset = blocks.slice(0, at).reduce((sum, before) => sum + before.size, 0);
  return codec.unpack(await store.download(blob, offset, size), origins);
}
