import type { BlobServiceClient } from '@azure/storage-blob';
import type { ArchiveReader } from '../audit/reading.ts';
import type { BlobAddress } from '../sinks.ts';
import { storageFailure, storageRefused } from './storage-error.ts';

/** Reads an archive account, and needs no more right than that (Storage Blob Data Reader). */
export function azureArchiveReader(service: BlobServiceClient): ArchiveReader {
  const containerOf = (container: string) => service.getContainerClient(container);
  const clientOf = ({ container, name }: BlobAddress) => containerOf(container).getBlockBlobClient(name);

  return {
    async *children(container, prefix) {
      try {
        for await (const child of containerOf(container).listBlobsByHierarchy('/', { prefix }))
          yield child.name;
      } catch (error) {
        if (storageFailure(error)?.code !== 'ContainerNotFound')
          throw refused('Listing', { container, name: prefix }, error);
      }
    },

    async *blobs(container, prefix) {
      const options = { prefix, includeMetadata: true };
      try {
        for await (const { name, properties, metadata = {} } of containerOf(container).listBlobsFlat(
          options,
        )) {
          // With a hierarchical namespace, folders are listed too.
          if (metadata['hdi_isfolder'] === 'true') continue;
          yield {
            name,
            metadata,
            bytes: properties.contentLength ?? 0,
            isBlockBlob: properties.blobType === 'BlockBlob',
            isOffline: properties.accessTier === 'Archive',
          };
        }
      } catch (error) {
        if (storageFailure(error)?.code !== 'ContainerNotFound')
          throw refused('Listing', { container, name: prefix }, error);
      }
    },

    async blocks(blob) {
      try {
        const { committedBlocks = [] } = await clientOf(blob).getBlockList('committed');
        return committedBlocks.map(({ name, size }) => ({ id: name, size }));
      } catch (error) {
        const failure = storageFailure(error);
        if (failure?.status === 404) return undefined;
        // Moved there since it was listed.
        if (failure?.code === 'BlobArchived') return 'offline';
        throw refused('Reading the block list of', blob, error);
      }
    },

    async hasBlock(blob, blockId) {
      try {
        const { committedBlocks = [], uncommittedBlocks = [] } = await clientOf(blob).getBlockList('all');
        return [...committedBlocks, ...uncommittedBlocks].some(({ name }) => name === blockId);
      } catch (error) {
        const failure = storageFailure(error);
        if (failure?.status === 404 || failure?.code === 'BlobArchived') return false;
        throw refused('Reading the block list of', blob, error);
      }
    },

    async download(blob, offset, length) {
      try {
        return await clientOf(blob).downloadToBuffer(offset, length);
      } catch (error) {
        if (storageFailure(error)?.status === 404) return undefined;
        throw refused('Reading', blob, error);
      }
    },
  };
}

function refused(what: string, { container, name }: BlobAddress, error: unknown): Error {
  return storageRefused(`${what} '${container}/${name}'`, error);
}
