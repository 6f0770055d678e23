import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { BlobServiceClient } from '@azure/storage-blob';
import { storageFailure } from '../../shared/azure/storage-error.ts';
import { codecOf } from '../../shared/block-codec.ts';

export interface StoredBlob {
  readonly name: string;
  readonly body: Buffer;
}

const unpack = promisify(gunzip);
const LINE_FEED = 0x0a;

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

/** Each line ends with a line feed. What follows the last one is a line too, if it is anything. */
export function splitLines(text: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < text.length;) {
    const feed = text.indexOf(LINE_FEED, start);
    const end = feed === -1 ? text.length : feed;
    lines.push(text.subarray(start, end));
    start = end + 1;
  }
  return lines;
}
