import pMap from 'p-map';
import type { Line } from './block-codec.ts';
import type { PlanBlock } from './ledger-rows.ts';
import type { Partition } from './message.ts';
import { pack } from './pack.ts';
import type { Packed } from './pack.ts';
import type { Draft, LineRecord } from './draft.ts';
import { hubFor } from './routing.ts';
import type { Routes } from './routing.ts';
import { readBlock } from './read-block.ts';
import type { BlobStore, RecordsHub } from './sinks.ts';
import type { Judge } from './take-apart.ts';
import type { Category } from './verdict.ts';

export interface PassOnDeps {
  readonly store: BlobStore;
  /** Without it, nothing is passed on, not even what a plan from before still wants to be. */
  readonly fanOut: boolean;
  readonly recordsHub: RecordsHub;
  readonly routes: Routes;
  readonly messageBytes: number;
  readonly judge: Judge;
  readonly categoryOf: (source: string, name: string) => Category;
  readonly now: () => number;
}

/** Categories that are sent side by side; within one, order is kept. */
const SEND_CONCURRENCY = 8;

/** Sends the records of committed blocks to the second hub. Whoever repeats it sends the same record ids. */
export async function passOn(
  blocks: readonly PlanBlock[],
  partition: Partition,
  drafts: ReadonlyMap<string, Draft>,
  deps: PassOnDeps,
): Promise<void> {
  if (!deps.fanOut) return;
  const ingestedAt = new Date(deps.now()).toISOString();
  const wanted = blocks.filter((block) => block.passOn);
  const byCategory = Map.groupBy(wanted, ({ source, category }) => `${source}/${category}`);
  await pMap(byCategory.values(), sendInOrder, { concurrency: SEND_CONCURRENCY });

  async function sendInOrder(ofCategory: readonly PlanBlock[]): Promise<void> {
    for (const block of ofCategory) {
      const records = drafts.get(block.id)?.records ?? (await readBack(block, deps));
      await sendBlock(block, records);
    }
  }

  async function sendBlock(block: PlanBlock, records: readonly LineRecord[]): Promise<void> {
    const category = deps.categoryOf(block.source, block.category);
    const hub = hubFor(block.source, block.category, deps.routes);
    const packed = pack(records, {
      partition,
      category,
      whereabouts: { container: block.container, blob: block.blob, block: block.id },
      ingestedAt,
      messageBytes: deps.messageBytes,
      maxMessageBytes: await deps.recordsHub.maxMessageBytes(hub),
    });
    for (const { partitionKey, messages } of stretches(packed))
      await deps.recordsHub.send(hub, partitionKey, messages);
  }
}

/** Messages that follow each other under one partition key, since a batch of Event Hubs has one. */
function stretches(packed: readonly Packed[]): { partitionKey: string; messages: Packed['message'][] }[] {
  const found: { partitionKey: string; messages: Packed['message'][] }[] = [];
  for (const { partitionKey, message } of packed) {
    const open = found.at(-1);
    if (open?.partitionKey === partitionKey) open.messages.push(message);
    else found.push({ partitionKey, messages: [message] });
  }
  return found;
}

/** What somebody else has staged, or this process before it died, is in the archive. */
async function readBack(block: PlanBlock, deps: PassOnDeps): Promise<LineRecord[]> {
  const { container, blob, id, origins } = block;
  const lines = await readBlock({ container, name: blob }, id, deps.store, origins);
  return lines.map((line) => withKeys(line, deps.judge));
}

function withKeys({ bytes, origin }: Line, judge: Judge): LineRecord {
  const verdict = judge(bytes);
  const { recordKey, partitionKey, label } = verdict ?? {};
  return { bytes, origin, recordKey, partitionKey, label };
}
