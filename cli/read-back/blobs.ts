import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { BlobServiceClient } from '@azure/storage-blob';
import { storageFailure } from '../../shared/azure/storage-error.ts';
import { codecOf } from '../../shared/blocks/block-codec.ts';
import { splitLines } from '../split-lines.ts';

export interface StoredBlob {
  readonly name: string;
  readonly body: Buffer;
}

const unpack = promisify(gunzip);

/** Every blob of a container, in the order of their names; none where there is no such container. */
export async function* blobsOf(service: BlobServiceClient, container: string): AsyncGenerator<StoredBlob> {
  const client = service.getContainerClient(container);
  try {
    for await (const { name } of client.listBlobsFlat()) {
      yield { name, body: await client.getBlobClient(name).downloadToBuffer() };
    }
  } catch (error) {
    if (storageFailure(error)?.code !== 'ContainerNotFound') throw error;
  }
}

/** The lines as `zcat` would print them: nothing of Sluice's own is asked for where they begin and end. */
export async function linesOf({ name, body }: StoredBlob): Promise<Buffer[]> {
  // Node's own reader of zstd ends at the first frame.
  if (name.endsWith('.zst')) return codecOf(name).unpackLines(body);
  return splitLines(name.endsWith('.gz') ? await unpack(body) : body);
}
