import { BlobServiceClient } from '@azure/storage-blob';
import { startStorage } from '../../local/storage/azurite.ts';
import { encodeBlockId } from '../../shared/blocks/block-id.ts';
import { contentMetadata, expiryOf, recordsInBlocks } from '../../shared/blocks/expiry.ts';
import { rewriteBlobs } from '../azurite-database.ts';
import type { StoredBlob } from '../azurite-database.ts';

export interface PlannedBlob {
  readonly name: string;
  /** Of its messages. */
  readonly time: number;
  readonly days: number;
}

const BODY = '{"a":1}\n';
const ETAG_DIGITS = 15;

/**
 * Fills a folder with what Azurite would have there if all the blobs had been uploaded to it: one is, and its entry in the database
 * is copied. Azurite looks through all blobs at every request, and a hundred thousand uploads would take it hours.
 */
export async function seedAzurite(folder: string, blobs: readonly PlannedBlob[]): Promise<void> {
  const storage = await startStorage({ inMemory: false, folder });
  try {
    const service = BlobServiceClient.fromConnectionString(storage.connectionString);
    const container = service.getContainerClient('archive');
    await container.create();
    const blob = container.getBlockBlobClient('template');
    await blob.stageBlock(blockIdOf({ name: '', time: 0, days: 1 }, 0), BODY, BODY.length);
    await blob.commitBlockList([blockIdOf({ name: '', time: 0, days: 1 }, 0)]);
  } finally {
    await storage.close();
  }
  await rewriteBlobs(folder, ([template]) => {
    if (!template) throw new Error('Azurite has not kept the blob that was uploaded.');
    return blobs.map((blob, i) => copied(template, blob, i));
  });
}

function copied(template: StoredBlob, blob: PlannedBlob, i: number): StoredBlob {
  const id = blockIdOf(blob, i);
  const metadata = contentMetadata({ blocks: 1, records: recordsInBlocks([id]), expires: expiryOf(id) });
  const tags = { source: 'entra', expires: metadata['expires'] ?? '' };
  const added = {
    metadata,
    blobTags: { blobTagSet: Object.entries(tags).map(([key, value]) => ({ key, value })) },
  };
  return {
    ...template,
    ...added,
    name: blob.name,
    properties: { ...template.properties, etag: `"0x${String(i).padStart(ETAG_DIGITS, '0')}"` },
    committedBlocksInOrder: template.committedBlocksInOrder?.map((block) => ({
      ...block,
      blobName: blob.name,
      name: id,
    })),
  };
}

function blockIdOf({ time, days }: PlannedBlob, i: number): string {
  const random = String(i).padStart(16, '0');
  return encodeBlockId({ run: 1, first: i, last: i, time, records: 1, retentionDays: days, random });
}
