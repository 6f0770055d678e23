import pMap from 'p-map';
import type { Container } from '../blocks/draft.ts';
import { hoursPrefix, readBlobName } from '../blocks/blob-name.ts';
import type { BlobName } from '../blocks/blob-name.ts';
import type { Fault } from './findings.ts';
import type { ArchiveReader, ListedBlob } from './reading.ts';
import { HOUR } from '../time.ts';

const CONTAINERS: readonly Container[] = ['archive', 'dead-letter', 'salvaged', 'pass-on'];

/** What category functions failed on. The ledger does not count it: its records are in the archive. */
const HANDLER_FAILURES = 'handlers';

const LISTINGS_AT_ONCE = 8;

export interface CategoryFolder {
  readonly container: Container;
  readonly source: string;
  /** As in the path of a blob. */
  readonly category: string;
}

export interface DatedBlob extends ListedBlob {
  readonly container: Container;
  readonly parsed: BlobName;
}

/** Every category that anything is filed under, and what lies where no blob of Sluice's does. */
export async function listCategories(
  archive: ArchiveReader,
): Promise<{ folders: CategoryFolder[]; faults: Fault[] }> {
  const folders: CategoryFolder[] = [];
  const faults: Fault[] = [];
  for (const container of CONTAINERS) {
    const stray = (blob: string): void => {
      faults.push({ kind: 'blob-foreign', container, blob, why: 'name' });
    };
    for await (const source of archive.children(container, '')) {
      if (!source.endsWith('/')) stray(source);
      else if (container !== 'dead-letter' || source !== `${HANDLER_FAILURES}/`) {
        for await (const path of archive.children(container, source)) {
          const [, category = ''] = path.split('/');
          if (path.endsWith('/')) folders.push({ container, source: source.slice(0, -1), category });
          else stray(path);
        }
      }
    }
  }
  return { folders, faults };
}

/** The blobs of some hours of one day, with as few requests as there are categories. */
export async function listHours(
  folders: readonly CategoryFolder[],
  from: number,
  to: number,
  archive: ArchiveReader,
): Promise<{ blobs: DatedBlob[]; faults: Fault[] }> {
  const blobs: DatedBlob[] = [];
  const faults: Fault[] = [];
  await pMap(
    folders,
    async ({ container, source, category }) => {
      const prefix = hoursPrefix(source, category, from, to - HOUR);
      for await (const blob of archive.blobs(container, prefix)) {
        const parsed = blob.isBlockBlob ? readBlobName(blob.name) : undefined;
        if (!parsed) faults.push({ kind: 'blob-foreign', container, blob: blob.name, why: 'name' });
        else if (parsed.hour >= from && parsed.hour < to) blobs.push({ ...blob, container, parsed });
      }
    },
    { concurrency: LISTINGS_AT_ONCE },
  );
  return { blobs, faults };
}
