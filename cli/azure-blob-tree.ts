import type { BlobServiceClient } from '@azure/storage-blob';
import { storageFailure, storageRefused } from '../shared/azure/storage-error.ts';
import type { BlobTree } from './blob-tree.ts';

/** A container of an archive account. One that is not there is empty. */
export function azureBlobTree(service: BlobServiceClient, container: string): BlobTree {
  const client = service.getContainerClient(container);

  return {
    async folders(folder) {
      const names: string[] = [];
      try {
        for await (const item of client.listBlobsByHierarchy('/', { prefix: folder }))
          if (item.kind === 'prefix') names.push(item.name);
      } catch (error) {
        passOver(error);
      }
      return names;
    },

    async *blobs(folder) {
      try {
        for await (const { name, properties } of client.listBlobsFlat({ prefix: folder }))
          yield { name, size: properties.contentLength ?? 0 };
      } catch (error) {
        passOver(error);
      }
    },
  };

  function passOver(error: unknown): void {
    if (storageFailure(error)?.code !== 'ContainerNotFound')
      throw storageRefused(`Listing the container '${container}'`, error);
  }
}
