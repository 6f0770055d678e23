import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import pMap from 'p-map';

const DOWNLOADS_AT_ONCE = 16;

/** Puts copies of the archive's blobs below a prefix into a folder. */
export async function copyBlobs(connectionString: string, prefix: string, folder: string): Promise<void> {
  const container = BlobServiceClient.fromConnectionString(connectionString).getContainerClient('archive');
  await pMap(
    container.listBlobsFlat({ prefix }),
    async ({ name }) => {
      const file = path.join(folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      await container.getBlobClient(name).downloadToFile(file);
    },
    { concurrency: DOWNLOADS_AT_ONCE },
  );
}
