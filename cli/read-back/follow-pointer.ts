import type { BlobServiceClient } from '@azure/storage-blob';
import { linesOf } from './blobs.ts';
import type { Pointer } from './records-hub.ts';

/** The bytes of the record that a pointer leads to; undefined where its block is not there. */
export async function followPointer(
  service: BlobServiceClient,
  { container, blob, block, line }: Pointer,
): Promise<Buffer | undefined> {
  const client = service.getContainerClient(container).getBlockBlobClient(blob);
  const { committedBlocks = [] } = await client.getBlockList('committed');
  const at = committedBlocks.findIndex(({ name }) => name === block);
  const size = committedBlocks[at]?.size;
  if (size === undefined) return undefined;
  const offset = committedBlocks.slice(0, at).reduce((sum, before) => sum + before.size, 0);
  const lines = await linesOf({ name: blob, body: await client.downloadToBuffer(offset, size) });
  return lines[line];
}
