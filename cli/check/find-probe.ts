import type { BlobServiceClient } from '@azure/storage-blob';
import { storageFailure } from '../../shared/azure/storage-error.ts';
import type { Partition } from '../../shared/message.ts';
import { blobPrefix } from '../../shared/names.ts';
import { HOUR, MINUTE, startOf } from '../../shared/time.ts';
import { linesOf } from '../read-back/blobs.ts';
import type { ProbeRecord } from './probe-record.ts';

export interface FoundProbe {
  /** With its container. */
  readonly blob: string;
  /** `2026-11-20`, when retention deletes it; undefined: it is kept for ever. */
  readonly expires: string | undefined;
}

/** So far the hub's clock, by which the hour of a blob goes, may be from this one. */
const CLOCKS_APART = 5 * MINUTE;

/** Reads the blobs of the probe's category, in which there is nothing but probes. Undefined while it is in none. */
export async function findProbe(
  service: BlobServiceClient,
  { id, category, container = 'archive' }: ProbeRecord,
  { partition, time }: { readonly partition: Partition; readonly time: number },
): Promise<FoundProbe | undefined> {
  const client = service.getContainerClient(container);
  const until = Date.now() + CLOCKS_APART;
  for (let hour = startOf(HOUR, time - CLOCKS_APART); hour <= until; hour += HOUR) {
    const prefix = blobPrefix(category.source, category.name, hour, partition);
    try {
      for await (const { name, metadata } of client.listBlobsFlat({ prefix, includeMetadata: true })) {
        const body = await client.getBlobClient(name).downloadToBuffer();
        const lines = await linesOf({ name, body });
        if (lines.some((line) => line.includes(id)))
          return { blob: `${container}/${name}`, expires: metadata?.['expires'] };
      }
    } catch (error) {
      // It is made with the first blob.
      if (storageFailure(error)?.code !== 'ContainerNotFound') throw error;
    }
  }
  return undefined;
}
