import type { BlobServiceClient } from '@azure/storage-blob';
import type { BlobAddress } from '../sinks.ts';
import { storageFailure, storageRefused } from './storage-error.ts';

/** What a blob of JSON holds; undefined where there is no such blob. */
export async function readJsonBlob(
  service: BlobServiceClient,
  { container, name }: BlobAddress,
): Promise<unknown> {
  try {
    const bytes = await service.getContainerClient(container).getBlobClient(name).downloadToBuffer();
    return JSON.parse(bytes.toString()) as unknown;
  } catch (error) {
    if (storageFailure(error)?.status === 404) return undefined;
    if (error instanceof SyntaxError) throw error;
    throw storageRefused(`Reading the blob '${container}/${name}'`, error);
  }
}
