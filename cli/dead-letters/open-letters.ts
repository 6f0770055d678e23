import { azureBlobStore } from '../../shared/azure/blob-store.ts';
import { blobService } from '../../shared/azure/clients.ts';
import { azureBlobTree } from '../azure-blob-tree.ts';
import { findSettings, storageConnection } from '../found-settings.ts';
import type { LetterFilter } from './letter-filter.ts';
import { createLetterReader, DEAD_LETTERS } from './read-letters.ts';
import type { LetterReader } from './read-letters.ts';

/** The dead letters of the app whose settings are found. */
export async function openLetters(filter: LetterFilter): Promise<LetterReader> {
  const service = blobService(storageConnection(await findSettings(), 'ArchiveStorage'));
  return createLetterReader(
    { tree: azureBlobTree(service, DEAD_LETTERS), store: azureBlobStore(service) },
    filter,
  );
}
