import { codecOf } from '../../shared/blocks/block-codec.ts';
import { placedBlocks } from '../../shared/blocks/read-block.ts';
import type { BlobStore } from '../../shared/sinks.ts';
import type { BlobTree } from '../blob-tree.ts';
import { hourBlobs } from '../hour-blobs.ts';
import type { HourBlob } from '../hour-blobs.ts';
import { merged } from '../merged.ts';
import { HANDLERS } from './letter-filter.ts';
import type { LetterFilter } from './letter-filter.ts';
import { parseLetter } from './letter.ts';
import type { Letter } from './letter.ts';

export const DEAD_LETTERS = 'dead-letter';

export interface LetterSource {
  readonly tree: BlobTree;
  readonly store: BlobStore;
}

/** The letters of an hour that came off one partition, in the order of their messages; those of a category function apart. */
export interface LetterGroup {
  readonly hour: number;
  /** As in the paths: `contoso-logs-p0`. */
  readonly partition: string;
  readonly letters: AsyncIterable<Letter>;
}

export interface LetterReader {
  /** Hour after hour. */
  readonly groups: () => AsyncIterable<LetterGroup>;
  /** Blobs and bytes (as they are stored) to read, once the first group is there. */
  readonly size: { blobs: number; bytes: number };
  /** Lines that were no dead letters. */
  readonly strange: { lines: number };
}

/** Reads dead letters block by block: of each category of an hour and partition, one block is in memory. */
export function createLetterReader({ tree, store }: LetterSource, filter: LetterFilter): LetterReader {
  const size = { blobs: 0, bytes: 0 };
  const strange = { lines: 0 };

  async function* groups(): AsyncGenerator<LetterGroup> {
    const blobs = await hourBlobs(tree, filter.range, filter.isWantedFolder);
    size.blobs = blobs.length;
    size.bytes = blobs.reduce((sum, blob) => sum + blob.size, 0);
    for (const [, ofGroup] of Map.groupBy(blobs, groupKey)) {
      const [first] = ofGroup;
      if (!first) continue;
      const lanes = [...Map.groupBy(ofGroup, ({ folder }) => folder).values()].map(lettersOf);
      yield { hour: first.hour, partition: first.partition, letters: merged(lanes, isBefore) };
    }
  }

  async function* lettersOf(blobs: readonly HourBlob[]): AsyncGenerator<Letter> {
    for (const { name } of blobs) {
      const blob = { container: DEAD_LETTERS, name };
      for (const { offset, size: length } of await placedBlocks(blob, store)) {
        const lines = await codecOf(name).unpackLines(await store.download(blob, offset, length));
        for (const line of lines) {
          const letter = parseLetter(line);
          if (!letter) strange.lines++;
          else if (filter.isWanted(letter)) yield letter;
        }
      }
    }
  }

  return { groups, size, strange };
}

/** Paths begin with the source, and no source is named as the folder of the functions is. */
function groupKey({ hour, partition, folder }: HourBlob): string {
  const own = folder.startsWith(`${HANDLERS}/`) ? folder : '';
  return `${hour} ${partition} ${own}`;
}

function isBefore({ origin: a }: Letter, { origin: b }: Letter): boolean {
  return a.sequenceNumber === b.sequenceNumber ? a.index < b.index : a.sequenceNumber < b.sequenceNumber;
}
