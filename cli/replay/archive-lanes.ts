import { decodeBlockId } from '../../shared/blocks/block-id.ts';
import type { Partition } from '../../shared/message.ts';
import { originalName } from '../../shared/names.ts';
import { placedBlocks } from '../../shared/blocks/read-block.ts';
import type { PlacedBlock } from '../../shared/blocks/read-block.ts';
import type { BlobStore } from '../../shared/sinks.ts';
import { wildcards } from '../../shared/wildcards.ts';
import type { BlobTree } from '../blob-tree.ts';
import { hourBlobs } from '../hour-blobs.ts';
import type { HourBlob } from '../hour-blobs.ts';
import type { TimeRange } from '../time-range.ts';

export const ARCHIVE = 'archive' as const;

/** What of the archive is meant; in patterns, `*` stands for any characters. */
export interface ArchiveQuery {
  readonly range: TimeRange;
  readonly source?: readonly string[] | undefined;
  readonly category?: readonly string[] | undefined;
}

/** The blobs of a category, hour and source partition: within it, order is kept. */
export interface Lane {
  /** Tells it from the others of its hour. */
  readonly key: string;
  readonly hour: number;
  /** `<source>/<category>`, as in the path. */
  readonly folder: string;
  readonly partition: Partition;
  readonly blobs: readonly HourBlob[];
}

export interface ArchiveHours {
  readonly lanes: readonly Lane[];
  /** Blobs that do not tell where their records come from. */
  readonly plain: readonly HourBlob[];
  /** Partitions, as in the paths, that the ledger does not know. */
  readonly unknown: ReadonlySet<string>;
}

/** What is there to be sent, hour after hour. `partitionOf` knows a partition by how a path names it. */
export async function archiveHours(
  tree: BlobTree,
  { range, source, category }: ArchiveQuery,
  partitionOf: (name: string) => Partition | undefined,
): Promise<ArchiveHours> {
  const fitsSource = anyOf(source);
  const fitsCategory = anyOf(category);
  const blobs = await hourBlobs(tree, range, (name, safe) => {
    return fitsSource(name) && fitsCategory(`${name}/${originalName(safe) ?? safe}`);
  });
  const plain = blobs.filter(({ name }) => name.endsWith('.ndjson'));
  const unknown = new Set<string>();
  const lanes: Lane[] = [];
  for (const ofLane of Map.groupBy(
    blobs,
    ({ hour, folder, partition }) => `${hour} ${folder} ${partition}`,
  ).values()) {
    const [first] = ofLane;
    const packed = ofLane.filter((blob) => !plain.includes(blob));
    if (!first || packed.length === 0) continue;
    const partition = partitionOf(first.partition);
    const { hour, folder } = first;
    if (partition)
      lanes.push({ key: `${folder} ${first.partition}`, hour, folder, partition, blobs: packed });
    else unknown.add(first.partition);
  }
  return { lanes: lanes.toSorted(byHour), plain, unknown };
}

function byHour(a: Lane, b: Lane): number {
  return a.hour - b.hour || (a.key < b.key ? -1 : 1);
}

/** Without patterns, everything fits. */
function anyOf(patterns: readonly string[] | undefined): (text: string) => boolean {
  const fits = patterns?.map(wildcards);
  return (text) => !fits || fits.some((fit) => fit(text));
}

export interface LaneBlock extends PlacedBlock {
  readonly blob: string;
  /** Sorts as the messages came. */
  readonly key: string;
  readonly records: number;
}

/** The blocks of a lane in the order of their messages; a rule's days give some records blobs of their own. */
export async function laneBlocks({ blobs }: Lane, store: BlobStore): Promise<LaneBlock[]> {
  const blocks: LaneBlock[] = [];
  for (const { name } of blobs) {
    for (const block of await placedBlocks({ container: ARCHIVE, name }, store)) {
      const id = decodeBlockId(block.id);
      // Nothing of ours: it has no origins either.
      if (!id) continue;
      const key = [id.run, id.first, id.last].map((n) => String(n).padStart(16, '0')).join('~');
      blocks.push({ ...block, blob: name, key: `${key}~${name}~${block.id}`, records: id.records });
    }
  }
  return blocks.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}
