import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { startStorage } from '../../local/storage/azurite.ts';
import { encodeBlockId } from '../../shared/block-id.ts';
import { contentMetadata } from '../../shared/expiry.ts';

export interface PlannedBlob {
  readonly name: string;
  /** Of its messages. */
  readonly time: number;
  readonly days: number;
}

const DATABASE = '__azurite_db_blob__.json';
const BODY = '{"a":1}\n';
const ETAG_DIGITS = 15;

/** A blob as Azurite keeps it: the part that is another in each. */
interface StoredBlob {
  readonly $loki: number;
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly committedBlocksInOrder: readonly Readonly<Record<string, unknown>>[];
}

interface Collection {
  readonly name: string;
  readonly data: readonly StoredBlob[];
  readonly binaryIndices: Readonly<Record<string, object>>;
  readonly idIndex: readonly number[] | null;
  readonly maxId: number;
}

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
  const file = path.join(folder, DATABASE);
  const database = JSON.parse(await readFile(file, 'utf8')) as {
    readonly collections: readonly Collection[];
  };
  const collections = database.collections.map((one) =>
    one.name === '$BLOBS_COLLECTION$' ? filled(one, blobs) : one,
  );
  await writeFile(file, JSON.stringify({ ...database, collections }));
}

function filled(collection: Collection, blobs: readonly PlannedBlob[]): Collection {
  const [template] = collection.data;
  if (!template) throw new Error('Azurite has not kept the blob that was uploaded.');
  // In the order of their names, which is then that of every index.
  const inOrder = blobs.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const places = inOrder.map((_, i) => i);
  const indices = Object.entries(collection.binaryIndices).map(
    ([property, index]) => [property, { ...index, values: places }] as const,
  );
  return {
    ...collection,
    data: inOrder.map((blob, i) => copied(template, blob, i)),
    binaryIndices: Object.fromEntries(indices),
    idIndex: places.map((i) => i + 1),
    maxId: blobs.length,
  };
}

function copied(template: StoredBlob, blob: PlannedBlob, i: number): StoredBlob {
  const id = blockIdOf(blob, i);
  const metadata = contentMetadata([id]);
  const tags = { source: 'entra', expires: metadata['expires'] ?? '' };
  const added = {
    metadata,
    blobTags: { blobTagSet: Object.entries(tags).map(([key, value]) => ({ key, value })) },
  };
  return {
    ...template,
    ...added,
    $loki: i + 1,
    name: blob.name,
    properties: { ...template.properties, etag: `"0x${String(i).padStart(ETAG_DIGITS, '0')}"` },
    committedBlocksInOrder: template.committedBlocksInOrder.map((block) => ({
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
