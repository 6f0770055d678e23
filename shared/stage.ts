import { randomBytes } from 'node:crypto';
import pMap from 'p-map';
import type { BlockCodec } from './block-codec.ts';
import { encodeBlockId, RANDOM_CHARACTERS } from './block-id.ts';
import type { BlobChains } from './blob-chains.ts';
import type { PlanBlock, Run } from './ledger-rows.ts';
import type { Partition } from './message.ts';
import { blobPrefix } from './names.ts';
import type { Draft } from './prepare.ts';
import type { BlobStore } from './sinks.ts';

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
}

/** Requests to storage under way at once for one batch. */
export const STORAGE_CONCURRENCY = 8;

/** Uploads a block for every draft. Nobody sees them before they are committed, and nobody misses them if they never are. */
export async function stage(
  drafts: readonly Draft[],
  run: Run,
  partition: Partition,
  chains: BlobChains,
  deps: StageDeps,
): Promise<Staged> {
  const staged = await pMap(drafts, (draft) => stageOne(draft, run, partition, chains, deps), {
    concurrency: STORAGE_CONCURRENCY,
  });
  return {
    blocks: staged.map(({ block }) => block),
    drafts: new Map(staged.map(({ block, draft }) => [block.id, draft])),
  };
}

async function stageOne(draft: Draft, run: Run, partition: Partition, chains: BlobChains, deps: StageDeps) {
  const { container, source, category, hour, records } = draft;
  const prefix = blobPrefix(source, category, hour, partition);
  const blob = await chains.open({ container, prefix, extension: deps.codec.extension });
  const id = blockIdOf(draft, run, deps.retentionDays(draft));
  const { body, origins } = await deps.codec.pack(records);
  await deps.store.stage(blob, id, body);
  const { times } = draft.eventTimes;
  const block: PlanBlock = {
    container,
    blob: blob.name,
    id,
    source,
    category,
    passOn: deps.fanOut && container === 'archive',
    ...(times && { events: [times.least, times.greatest] }),
    ...(origins !== undefined && { origins }),
  };
  return { block, draft };
}

function blockIdOf({ records }: Draft, run: Run, retentionDays: number): string {
  const first = records[0]?.origin;
  const last = records.at(-1)?.origin;
  if (!first || !last) throw new RangeError('a block without records');
  return encodeBlockId({
    run: run.no,
    first: first.sequenceNumber,
    last: last.sequenceNumber,
    time: last.enqueuedTime,
    records: records.length,
    retentionDays,
    random: randomBytes(RANDOM_CHARACTERS / 2).toString('hex'),
  });
}
