import { blockCodec, packBlock } from './blocks/block-codec.ts';
import type { BlockCodec, PackedBlock } from './blocks/block-codec.ts';
import { encodeBlockId, randomCharacters } from './blocks/block-id.ts';
import { addBlocks, blockDigest, blockSumKey, NO_BLOCKS } from './blocks/block-sums.ts';
import type { BlockSum, BlockSums } from './blocks/block-sums.ts';
import type { BlobChains } from './blocks/blob-chains.ts';
import type { PlanBlock, Run } from './ledger/ledger-rows.ts';
import type { Partition } from './message.ts';
import { blobPrefix } from './names.ts';
import { recordsIn } from './blocks/draft.ts';
import type { Draft } from './blocks/draft.ts';
import { PASS_ON_DAYS } from './retention.ts';
import { sideBySide } from './side-by-side.ts';
import type { BlobStore } from './sinks.ts';
import { giveBack } from './blocks/slabs.ts';
import { MINUTE, startOf } from './time.ts';

export interface StageDeps {
  readonly store: BlobStore;
  readonly codec: BlockCodec;
  readonly fanOut: boolean;
  /** Days for a draft's category, 0 = for ever. */
  readonly retentionDays: (draft: Draft) => number;
}

export interface Staged {
  readonly blocks: readonly PlanBlock[];
  /** By block id. */
  readonly drafts: ReadonlyMap<string, Draft>;
  /** By the minute of a block's last message. */
  readonly blockSums: ReadonlyMap<number, BlockSums>;
}

interface StagedBlock {
  readonly block: PlanBlock;
  readonly draft: Draft;
  readonly sum: BlockSum;
}

/** A plan stands in one row, of at most 524,288 characters (1 MiB): so many of them are for the origins of its blocks. */
const MOST_ORIGINS_IN_A_PLAN = 100_000;

/** Uploads a block for every draft. Nobody sees them before they are committed, and nobody misses them if they never are. */
export async function stage(
  drafts: readonly Draft[],
  run: Run,
  partition: Partition,
  chains: BlobChains,
  deps: StageDeps,
): Promise<Staged> {
  let roomForOrigins = MOST_ORIGINS_IN_A_PLAN;
  const staged = await sideBySide(drafts, stageOne);
  return {
    blocks: staged.map(({ block }) => block),
    drafts: new Map(staged.map(({ block, draft }) => [block.id, draft])),
    blockSums: sumsByMinute(staged),
  };

  async function stageOne(draft: Draft): Promise<StagedBlock> {
    const { container, source, category, hour, spans, ruleDays } = draft;
    const { extension, body, origins } = await finish(draft);
    const prefix = blobPrefix(source, category, hour, partition, ruleDays);
    const blob = await chains.open({ container, hour, prefix, extension });
    const id = blockIdOf(draft, run, daysOf(draft, deps));
    await deps.store.stage(blob, id, body);
    const digest = blockDigest({ container, blob: blob.name, id }, body);
    const bytes = body.length;
    giveBack(body);
    const { times } = draft.eventTimes;
    const block: PlanBlock = {
      container,
      blob: blob.name,
      id,
      source,
      category,
      passOn: spans.some(({ forward }) => forward),
      ...(times && { events: [times.least, times.greatest] }),
      ...(origins !== undefined && { origins }),
    };
    return { block, draft, sum: { blocks: 1, records: recordsIn(spans), bytes, digest } };
  }

  /** Where the plan has no room for a block's origins, the block is gzip, which keeps them itself. */
  async function finish({ block, spans }: Draft): Promise<PackedBlock & { extension: string }> {
    const packed = await block.finish();
    const taken = packed.origins?.length ?? 0;
    if (taken <= roomForOrigins) {
      roomForOrigins -= taken;
      return { ...packed, extension: deps.codec.extension };
    }
    const gzip = blockCodec('gzip');
    return { ...(await packBlock(spans, gzip)), extension: gzip.extension };
  }
}

function sumsByMinute(staged: readonly StagedBlock[]): Map<number, BlockSums> {
  const minutes = new Map<number, Record<string, BlockSum>>();
  for (const { draft, sum } of staged) {
    const { container, source, category, spans } = draft;
    const minute = startOf(MINUTE, spans.at(-1)?.enqueuedTime ?? 0);
    const sums = minutes.get(minute) ?? {};
    minutes.set(minute, sums);
    const key = blockSumKey(container, source, category);
    sums[key] = addBlocks(sums[key] ?? NO_BLOCKS, sum);
  }
  return minutes;
}

function daysOf(draft: Draft, { retentionDays }: StageDeps): number {
  if (draft.container === 'pass-on') return PASS_ON_DAYS;
  return draft.ruleDays ?? retentionDays(draft);
}

function blockIdOf({ spans }: Draft, run: Run, retentionDays: number): string {
  const first = spans[0];
  const last = spans.at(-1);
  if (!first || !last) throw new RangeError('a block without records');
  return encodeBlockId({
    run: run.no,
    first: first.sequenceNumber,
    last: last.sequenceNumber,
    time: last.enqueuedTime,
    records: recordsIn(spans),
    retentionDays,
    random: randomCharacters(),
  });
}
