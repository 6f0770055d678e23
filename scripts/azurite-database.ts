import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const DATABASE = '__azurite_db_blob__.json';

/** A blob as Azurite keeps it: what is looked at here, and whatever else it notes. */
export interface StoredBlob {
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Of one uploaded as a whole: where its bytes lie. */
  readonly persistency?: { readonly id: string; readonly offset: number; readonly count: number };
  readonly committedBlocksInOrder?: readonly Readonly<Record<string, unknown>>[] | undefined;
}

interface Collection {
  readonly name: string;
  readonly data: readonly StoredBlob[];
  readonly binaryIndices: Readonly<Record<string, object>>;
  readonly idIndex: readonly number[] | null;
  readonly maxId: number;
}

/**
 * Puts other blobs into the database of an Azurite that does not run. Azurite looks through all blobs at every request, and ten
 * thousand uploads would take it hours.
 */
export async function rewriteBlobs(
  folder: string,
  rewrite: (blobs: readonly StoredBlob[]) => readonly StoredBlob[],
): Promise<void> {
  const file = path.join(folder, DATABASE);
  const database = JSON.parse(await readFile(file, 'utf8')) as {
    readonly collections: readonly Collection[];
  };
  const collections = database.collections.map((one) =>
    one.name === '$BLOBS_COLLECTION$' ? filled(one, rewrite(one.data)) : one,
  );
  await writeFile(file, JSON.stringify({ ...database, collections }));
}

function filled(collection: Collection, blobs: readonly StoredBlob[]): Collection {
  // In the order of their names, which is then that of every index.
  const inOrder = blobs.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const places = inOrder.map((_, i) => i);
  const indices = Object.entries(collection.binaryIndices).map(
    ([property, index]) => [property, { ...index, values: places }] as const,
  );
  return {
    ...collection,
    data: inOrder.map((blob, i) => ({ ...blob, $loki: i + 1 })),
    binaryIndices: Object.fromEntries(indices),
    idIndex: places.map((i) => i + 1),
    maxId: blobs.length,
  };
}
