import type { MemoryBlobStore } from '../../local/memory-sinks.ts';
import type { ArchiveReader } from '../../shared/audit/reading.ts';

/** Reads what a store in memory holds, where nothing is in the archive tier, and no block staged that is not committed. */
export function memoryArchiveReader(store: MemoryBlobStore): ArchiveReader {
  const namesIn = (container: string, prefix: string): string[] =>
    [...store.blobs.keys()]
      .filter((key) => key.startsWith(`${container}/${prefix}`))
      .map((key) => key.slice(container.length + 1))
      .toSorted();

  return {
    async *children(container, prefix) {
      const children = namesIn(container, prefix).map((name) => {
        const end = name.indexOf('/', prefix.length);
        return end === -1 ? name : name.slice(0, end + 1);
      });
      yield* new Set(children);
    },

    async *blobs(container, prefix) {
      for (const name of namesIn(container, prefix)) {
        const { body, options } = store.blobs.get(`${container}/${name}`) ?? {};
        const bytes = body?.length ?? 0;
        yield { name, bytes, metadata: options?.metadata ?? {}, isBlockBlob: true, isOffline: false };
      }
    },

    async blocks(blob) {
      return (await store.state(blob)).blocks;
    },

    async hasBlock(blob, blockId) {
      return (await store.state(blob)).blocks.some(({ id }) => id === blockId);
    },

    download: (blob, offset, length) => store.download(blob, offset, length),
  };
}
