import { addBlocks } from '../blocks/block-sums.ts';
import type { BlockSum } from '../blocks/block-sums.ts';
import type { MinuteRow } from '../ledger/ledger-rows.ts';
import type { Partition } from '../message.ts';
import { HOUR, MINUTE, startOf } from '../time.ts';
import { findDoubled } from './find-doubled.ts';
import type { Fault, Group, Note } from './findings.ts';
import { isOf, placeOf } from './found-blobs.ts';
import type { ExpectedBlock, FoundBlob, FoundBlock, GoneBlob, PlacedBlock } from './found-blobs.ts';
import { addRow, emptyCounts, judgeCounts } from './judge-rows.ts';
import { judgeSums } from './judge-sums.ts';
import type { MinuteBlocks, MinuteSums } from './judge-sums.ts';

/** Everything there is to know of an hour of a source-hub partition. */
export interface HourAccount {
  readonly partition: Partition;
  readonly hour: number;
  readonly expected: HourLedger;
  readonly blobs: readonly FoundBlob[];
  /** Deleted by retention. */
  readonly gone: readonly GoneBlob[];
  /** Decided, and gone before they could be committed. */
  readonly lost: readonly ExpectedBlock[];
  /** Decided, and staged, and not committed yet. */
  readonly planned: readonly ExpectedBlock[];
  /** Whether digests were read. */
  readonly deep: boolean;
}

/** What the ledger says of an hour. */
export interface HourLedger {
  readonly counts: ReturnType<typeof emptyCounts>;
  /** By `<container>/<source>/<category>`, and by minute. */
  readonly blocks: Map<string, Map<number, BlockSum>>;
  /** First and last sequence number in a minute. */
  readonly minutes: Map<number, readonly [first: number, last: number]>;
}

export interface HourJudgement {
  readonly faults: readonly Fault[];
  readonly notes: readonly Note[];
  readonly expired: Expired;
  /** Groups whose digest could not be compared, since a part of them has expired or is offline. */
  readonly undigested: number;
}

export interface Expired {
  readonly blobs: number;
  readonly blocks: number;
  readonly records: number;
  readonly bytes: number;
}

export function emptyHour(): HourLedger {
  return { counts: emptyCounts(), blocks: new Map(), minutes: new Map() };
}

export function addToHour({ counts, blocks, minutes }: HourLedger, row: MinuteRow): void {
  addRow(counts, row);
  const [first, last] = minutes.get(row.minute) ?? [row.first, row.last];
  minutes.set(row.minute, [Math.min(first, row.first), Math.max(last, row.last)]);
  for (const [key, sum] of Object.entries(row.blocks)) {
    const sums = blocks.get(key) ?? new Map<number, BlockSum>();
    const before = sums.get(row.minute);
    blocks.set(key, sums.set(row.minute, before ? addBlocks(before, sum) : sum));
  }
}

/** Holds what is there against the ledger, category by category. */
export function judgeHour(account: HourAccount): HourJudgement {
  const { partition, hour, expected } = account;
  const groups = Map.groupBy(account.blobs, keyOf);
  const goneIn = Map.groupBy(account.gone, keyOf);
  const faults: Fault[] = [...judgeCounts(expected.counts, recordsByKey(expected), { partition, hour })];
  const notes: Note[] = [];
  let expired: Expired = { blobs: 0, blocks: 0, records: 0, bytes: 0 };
  let undigested = 0;
  for (const key of new Set([...expected.blocks.keys(), ...groups.keys()])) {
    const group = groupFrom(key, partition, hour);
    const there = groups.get(key) ?? [];
    const gone = (goneIn.get(key) ?? []).filter((each) => !there.some((blob) => isOf(each, blob)));
    const judgement = judgeGroup(group, key, there, gone, account);
    faults.push(...judgement.faults);
    if (judgement.isOpen) notes.push({ kind: 'not-finished', partition, hour, why: 'plan-open' });
    if (judgement.isUndigested) undigested++;
    expired = gone.reduce(addGone, expired);
  }
  return { faults, notes: notes.slice(0, 1), expired, undigested };
}

function judgeGroup(
  group: Group,
  key: string,
  blobs: readonly FoundBlob[],
  gone: readonly GoneBlob[],
  { expected, lost, planned, deep }: HourAccount,
): { faults: Fault[]; isOpen: boolean; isUndigested: boolean } {
  const offline = blobs.filter(({ contents }) => contents.kind === 'offline');
  const isUndigested = deep && gone.length + offline.length > 0;
  const { blocks, faults } = sortBlocks(group, blobs);
  const ids = new Set(blocks.map(({ block }) => block.id));
  const isAwaited = (each: ExpectedBlock): boolean => keyOf(each) === key && !ids.has(each.id);
  if (planned.some(isAwaited)) return { faults, isOpen: true, isUndigested };

  const losses = lost.filter(isAwaited);
  for (const { container, name, id, facts } of losses) {
    const place = { container, blob: name, block: id, messages: [facts.first, facts.last] as const };
    faults.push({ kind: 'block-lost', ...group, place, records: facts.records });
  }
  const doubled = findDoubled(group, blocks);
  faults.push(...doubled.faults);
  const byMinute: MinuteSums = expected.blocks.get(key) ?? new Map<number, BlockSum>();
  const sums = judgeSums({
    group,
    expected: byMinute,
    found: byMinuteOf(doubled.once),
    aside: [...gone, ...offline.map(offlineSum)],
    lost: losses.map(({ facts }) => facts),
    minutes: expected.minutes,
    blobs,
    gone,
    // Of two blocks that hold the same, nobody can say which is the one that the ledger has decided.
    comparesBytes: doubled.faults.length === 0,
    comparesDigests: deep && doubled.faults.length === 0,
  });
  return { faults: [...faults, ...sums], isOpen: false, isUndigested };
}

/** The blocks that belong into the group; those that do not are faults by themselves. */
function sortBlocks(group: Group, blobs: readonly FoundBlob[]): { blocks: PlacedBlock[]; faults: Fault[] } {
  const kept: PlacedBlock[] = [];
  const faults: Fault[] = [];
  for (const blob of blobs) {
    if (blob.contents.kind === 'offline') continue;
    const { name, bytes, contents } = blob;
    const size = contents.blocks.reduce((sum, block) => sum + block.size, 0);
    if (size !== bytes) faults.push({ kind: 'blob-rewritten', ...group, blob: name, bytes });
    const foreign = contents.blocks.filter(({ facts }) => !facts);
    if (foreign.length > 0) {
      faults.push({ kind: 'blocks-foreign', ...group, blob: name, blocks: foreign.map(({ id }) => id) });
    }
    const own = contents.blocks.filter(({ facts }) => facts && startOf(HOUR, facts.time) === group.hour);
    const misplaced = contents.blocks.filter(
      ({ facts }) => facts && startOf(HOUR, facts.time) !== group.hour,
    );
    if (misplaced.length > 0) faults.push(misplacedFault(group, name, misplaced));
    for (const block of own) {
      kept.push({ blob, block });
      if (block.damage === undefined) continue;
      faults.push({ kind: 'block-damaged', ...group, place: placeOf(blob, block), detail: block.damage });
    }
  }
  return { blocks: kept, faults };
}

function misplacedFault(group: Group, blob: string, blocks: readonly FoundBlock[]): Fault {
  const times = blocks.map(({ facts }) => startOf(HOUR, facts?.time ?? 0));
  const records = blocks.reduce((sum, { facts }) => sum + (facts?.records ?? 0), 0);
  const belongTo = [...new Set(times)].toSorted((a, b) => a - b);
  return { kind: 'blocks-misplaced', ...group, blob, blocks: blocks.length, records, belongTo };
}

function byMinuteOf(blocks: readonly PlacedBlock[]): MinuteBlocks {
  return Map.groupBy(blocks, ({ block }) => startOf(MINUTE, block.facts?.time ?? 0));
}

function offlineSum({ bytes, contents }: FoundBlob): Pick<BlockSum, 'blocks' | 'records' | 'bytes'> {
  return contents.kind === 'offline'
    ? { blocks: contents.blocks, records: contents.records, bytes }
    : { blocks: 0, records: 0, bytes: 0 };
}

function recordsByKey({ blocks }: HourLedger): Map<string, number> {
  return new Map(
    [...blocks].map(([key, sums]) => [
      key,
      [...sums.values()].reduce((sum, { records }) => sum + records, 0),
    ]),
  );
}

export function keyOf({ container, parsed }: Pick<FoundBlob, 'container' | 'parsed'>): string {
  return `${container}/${parsed.source}/${parsed.category}`;
}

function groupFrom(key: string, partition: Partition, hour: number): Group {
  const [container = '', source = '', category = ''] = key.split('/');
  return { partition, hour, container, source, category };
}

function addGone(sum: Expired, { blocks, records, bytes }: GoneBlob): Expired {
  return {
    blobs: sum.blobs + 1,
    blocks: sum.blocks + blocks,
    records: sum.records + records,
    bytes: sum.bytes + bytes,
  };
}
