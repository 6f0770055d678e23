import type { BlockId } from '../blocks/block-id.ts';
import { addBlocks, NO_BLOCKS } from '../blocks/block-sums.ts';
import type { BlockSum } from '../blocks/block-sums.ts';
import { MINUTE, startOf } from '../time.ts';
import type { Group, SumsDiffer } from './findings.ts';
import { placeOf } from './found-blobs.ts';
import type { FoundBlob, GoneBlob, PlacedBlock } from './found-blobs.ts';

export type MinuteSums = ReadonlyMap<number, BlockSum>;
export type MinuteBlocks = ReadonlyMap<number, readonly PlacedBlock[]>;

type Amount = Pick<BlockSum, 'blocks' | 'records' | 'bytes'>;

/** A category's blocks of an hour: what the ledger decided, and what is there. */
export interface GroupAccount {
  readonly group: Group;
  readonly expected: MinuteSums;
  readonly found: MinuteBlocks;
  /** Whole blobs of which no block list can be read: expired, or offline. With any, the hour is compared and not its minutes. */
  readonly aside: readonly Amount[];
  readonly lost: readonly BlockId[];
  readonly minutes: ReadonlyMap<number, readonly [first: number, last: number]>;
  /** Those there and those that have expired, of which the names that must have been there are told. */
  readonly blobs: readonly FoundBlob[];
  readonly gone: readonly GoneBlob[];
  readonly comparesBytes: boolean;
  readonly comparesDigests: boolean;
}

interface Comparison {
  readonly minute: number;
  readonly expected: BlockSum;
  readonly found: BlockSum;
}

export function judgeSums(account: GroupAccount): SumsDiffer[] {
  const differing = comparisons(account)
    .map((each) => ({ ...each, kind: differenceIn(each, account) }))
    .filter(({ kind }) => kind !== undefined);
  return [...Map.groupBy(differing, ({ kind }) => kind)].flatMap(([kind, of]) =>
    kind ? [toFault(kind, of, account)] : [],
  );
}

/** Minute by minute, which narrows a difference down; as a whole where some blobs have no minutes. */
function comparisons({ group, expected, found, aside, lost }: GroupAccount): Comparison[] {
  const minutes = [...new Set([...expected.keys(), ...found.keys()])].toSorted((a, b) => a - b);
  const each = minutes.map((minute) => {
    const decided = expected.get(minute) ?? NO_BLOCKS;
    const lostIn = lost.filter(({ time }) => startOf(MINUTE, time) === minute);
    return { minute, expected: lostIn.reduce(without, decided), found: sumOf(found.get(minute) ?? []) };
  });
  if (aside.length === 0) return each;
  const whole = {
    minute: group.hour,
    expected: each.reduce((sum, one) => addBlocks(sum, one.expected), NO_BLOCKS),
    found: each.reduce((sum, one) => addBlocks(sum, one.found), NO_BLOCKS),
  };
  return [
    {
      ...whole,
      found: aside.reduce<BlockSum>((sum, one) => addBlocks(sum, { ...NO_BLOCKS, ...one }), whole.found),
    },
  ];
}

function sumOf(blocks: readonly PlacedBlock[]): BlockSum {
  return blocks.reduce<BlockSum>((sum, { block: { size: bytes, digest, facts } }) => {
    const records = facts?.records ?? 0;
    if (digest !== undefined) return addBlocks(sum, { blocks: 1, records, bytes, digest });
    return { ...sum, blocks: sum.blocks + 1, records: sum.records + records, bytes: sum.bytes + bytes };
  }, NO_BLOCKS);
}

function without(sum: BlockSum, { records }: BlockId): BlockSum {
  return { ...sum, blocks: sum.blocks - 1, records: sum.records - records };
}

function differenceIn(
  { minute, expected, found }: Comparison,
  { aside, lost, comparesBytes, comparesDigests }: GroupAccount,
): SumsDiffer['kind'] | undefined {
  if (found.blocks < expected.blocks || found.records < expected.records) return 'records-missing';
  if (found.blocks > expected.blocks || found.records > expected.records) return 'records-extra';
  // Nobody knows how large a lost block was.
  const hasLost = lost.some(({ time }) => aside.length > 0 || startOf(MINUTE, time) === minute);
  if (hasLost || !comparesBytes) return undefined;
  const isSame =
    found.bytes === expected.bytes &&
    (!comparesDigests || aside.length > 0 || found.digest === expected.digest);
  return isSame ? undefined : 'bytes-changed';
}

function toFault(kind: SumsDiffer['kind'], of: readonly Comparison[], account: GroupAccount): SumsDiffer {
  const { group, found, aside, minutes } = account;
  const narrowed = aside.length > 0 ? [] : of.map(({ minute }) => minute);
  const numbers = narrowed.flatMap((minute) => minutes.get(minute) ?? []);
  const suspects = narrowed.flatMap((minute) => found.get(minute) ?? []);
  return {
    kind,
    ...group,
    expected: of.reduce((sum, each) => addBlocks(sum, each.expected), NO_BLOCKS),
    found: of.reduce((sum, each) => addBlocks(sum, each.found), NO_BLOCKS),
    minutes: narrowed,
    ...(numbers.length > 0 && { messages: [Math.min(...numbers), Math.max(...numbers)] as const }),
    blocks: suspects.map(({ blob, block }) => placeOf(blob, block)),
    absent: kind === 'records-missing' ? absentBlobs(account) : [],
  };
}

/** Blobs of a chain are numbered from 1, and one is begun when the one before is full. */
function absentBlobs({ blobs, gone }: GroupAccount): string[] {
  const named = [...blobs, ...gone].map(({ parsed }) => parsed);
  return [...Map.groupBy(named, ({ chain }) => chain)].flatMap(([chain, of]) => {
    const numbers = new Set(of.map(({ no }) => no));
    const most = Math.max(...numbers);
    const extension = of[0]?.extension ?? '';
    return Array.from({ length: most }, (_, i) => i + 1)
      .filter((no) => !numbers.has(no))
      .map((no) => `${chain}${no}${extension}`);
  });
}
