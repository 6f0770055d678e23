import type { ContainerClient } from '@azure/storage-blob';
import pMap from 'p-map';
import type { ListedBlob } from '../../shared/azure/blobs-by-path.ts';
import { readBlobName } from '../../shared/blocks/blob-name.ts';
import { HOUR } from '../../shared/time.ts';
import type { TimeRange } from '../time-range.ts';
import type { Engine } from './engine.ts';
import { archivedCategories, blobsOfHours } from './find-blobs.ts';
import type { ArchivedCategory } from './find-blobs.ts';
import type { Scan } from './scan.ts';

const CATEGORIES_AT_ONCE = 8;

/** As it comes from JSON. */
const COLUMNS = {
  name: 'VARCHAR',
  source: 'VARCHAR',
  category: 'VARCHAR',
  hour: 'TIMESTAMP',
  partition: 'VARCHAR',
  bytes: 'BIGINT',
  records: 'BIGINT',
  blocks: 'BIGINT',
  least_event_time: 'TIMESTAMP',
  greatest_event_time: 'TIMESTAMP',
  expires: 'DATE',
  tier: 'VARCHAR',
} as const;

type Row = Record<keyof typeof COLUMNS, string | number | undefined>;

/** Makes the table `archive.blobs`: what the names and the metadata of blobs say, of the hours that a range touches. */
export async function loadBlobsTable(
  range: TimeRange,
  { engine, container, scan }: { engine: Engine; container: ContainerClient; scan: Scan },
): Promise<void> {
  const columns = Object.entries(COLUMNS).map(([name, type]) => `${name} ${type}`);
  await engine.run('CREATE SCHEMA archive');
  await engine.run(`CREATE TABLE archive.blobs (${columns.join(', ')})`);
  const categories = await archivedCategories(container, scan);
  scan.categories += categories.length;
  await pMap(
    categories,
    async (category) => {
      const blobs = await blobsOfHours(container, category, range, scan);
      const rows = blobs.flatMap((blob) => rowOf(category, blob, range));
      await engine.run(
        `INSERT INTO archive.blobs SELECT unnest(from_json($rows, '${JSON.stringify([COLUMNS])}'), recursive := true)`,
        { rows: JSON.stringify(rows) },
      );
    },
    { concurrency: CATEGORIES_AT_ONCE },
  );
}

function rowOf(
  { source, name: category }: ArchivedCategory,
  { name, bytes, metadata, tier }: ListedBlob,
  { from, to }: TimeRange,
): Row[] {
  const parts = readBlobName(name);
  if (!parts || parts.hour >= to || parts.hour + HOUR <= from) return [];
  const row = {
    name,
    source,
    category: `${source}/${category}`,
    hour: new Date(parts.hour).toISOString(),
    partition: parts.partition,
    bytes,
    records: metadata['records'],
    blocks: metadata['blocks'],
    least_event_time: metadata['leasteventtime'],
    greatest_event_time: metadata['greatesteventtime'],
    expires: metadata['expires'],
    tier,
  };
  return [row];
}
