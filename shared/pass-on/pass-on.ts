import { hubOf } from './backlog.ts';
import type { Line } from '../blocks/block-codec.ts';
import { SluiceError } from '../errors.ts';
import type { PlanBlock } from '../ledger/ledger-rows.ts';
import type { Log } from '../log.ts';
import type { Partition } from '../message.ts';
import { pack } from './pack.ts';
import type { Packed } from './pack.ts';
import type { Draft, LineSpan } from '../blocks/draft.ts';
import type { Routes } from './routing.ts';
import { readBlock } from '../blocks/read-block.ts';
import type { BlobStore, RecordsHub } from '../sinks.ts';
import { sideBySide } from '../side-by-side.ts';
import { giveBack } from '../blocks/slabs.ts';
import type { Judge } from '../take-apart/take-apart.ts';
import { alone } from '../judge/span.ts';
import type { Category, Verdict } from '../judge/verdict.ts';

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
  readonly log: Log;
}

/**
 * Sends the records of committed blocks to the second hub: categories side by side, and each in order. Whoever repeats it sends the
 * same record ids. Answers the blocks that their hub would not take, those of a category in their order. A hub that has refused once is
 * `down`, and not asked again.
 */
export async function passOn(
  blocks: readonly PlanBlock[],
  partition: Partition,
  drafts: ReadonlyMap<string, Draft>,
  deps: PassOnDeps,
  down = new Set<string>(),
): Promise<PlanBlock[]> {
  if (!deps.fanOut) return [];
  const ingestedAt = new Date(deps.now()).toISOString();
  const wanted = blocks.filter((block) => block.passOn);
  const byCategory = Map.groupBy(wanted, ({ source, category }) => `${source}/${category}`);
  const unsent: PlanBlock[] = [];
  await sideBySide([...byCategory.values()], sendInOrder);
  return unsent;

  async function sendInOrder(ofCategory: readonly PlanBlock[]): Promise<void> {
    for (const block of ofCategory) {
      const hub = hubOf(block, deps.routes);
      if (down.has(hub) || !(await isTaken(block, hub))) unsent.push(block);
    }
  }

  async function isTaken(block: PlanBlock, hub: string): Promise<boolean> {
    const spans = drafts.get(block.id)?.spans ?? (await readBack(block, deps));
    try {
      await sendBlock(block, hub, spans, { partition, ingestedAt }, deps);
      return true;
    } catch (error) {
      if (!(error instanceof SluiceError) || error.code !== 'records-hub-refused') throw error;
      down.add(hub);
      deps.log('warn', error.message);
      return false;
    }
  }
}

export type SendBlockDeps = Pick<PassOnDeps, 'recordsHub' | 'messageBytes' | 'categoryOf'>;

/** Sends the records of one block to a hub, in order. */
export async function sendBlock(
  block: Pick<PlanBlock, 'container' | 'blob' | 'id' | 'source' | 'category'>,
  hub: string,
  spans: readonly LineSpan[],
  { partition, ingestedAt }: { readonly partition: Partition; readonly ingestedAt: string },
  deps: SendBlockDeps,
): Promise<void> {
  const packed = pack(spans, {
    partition,
    category: deps.categoryOf(block.source, block.category),
    whereabouts: { container: block.container, blob: block.blob, block: block.id },
    ingestedAt,
    messageBytes: deps.messageBytes,
    maxMessageBytes: await deps.recordsHub.maxMessageBytes(hub),
  });
  for (const { partitionKey, messages } of stretches(packed)) {
    await deps.recordsHub.send(hub, partitionKey, messages);
    for (const { body } of messages) giveBack(body);
  }
}

/** So many bytes of messages are packed before the first of them is sent: some batches of Event Hubs. */
const SENT_AT_ONCE = 4 * 1024 * 1024;

interface Stretch {
  readonly partitionKey: string;
  readonly messages: Packed['message'][];
}

/** Messages that follow each other under one partition key, since a batch of Event Hubs has one; of many of them, a part after the other. */
export function* stretches(packed: Iterable<Packed>): Generator<Stretch> {
  let open: Stretch | undefined;
  let bytes = 0;
  for (const { partitionKey, message } of packed) {
    if (open?.partitionKey !== partitionKey || bytes >= SENT_AT_ONCE) {
      if (open) yield open;
      open = { partitionKey, messages: [] };
      bytes = 0;
    }
    open.messages.push(message);
    bytes += message.body.length;
  }
  if (open) yield open;
}

/** What somebody else has staged, or this process before it died, is in the archive; but for what has expired by now. */
async function readBack(block: PlanBlock, deps: PassOnDeps): Promise<LineSpan[]> {
  const { container, blob, id, origins } = block;
  const lines = await readBlock({ container, name: blob }, id, deps.store, origins);
  if (!lines)
    deps.log('error', `The block ${id} is gone from ${container}/${blob} before it could be passed on.`);
  return (lines ?? []).map((line) => withKeys(line, deps));
}

/** What the second hub is told of a record besides, found out again. */
export function withKeys(line: Line, deps: Pick<PassOnDeps, 'judge' | 'log'>): LineSpan {
  const { recordKey, partitionKey, label } = verdictOn(line.bytes, deps) ?? {};
  return { ...line, ...alone(line.bytes, recordKey), partitionKey, label };
}

/** By the code as it is now, and not as it was when it decided. A bug in it costs the keys, and does not stop the partition. */
function verdictOn(bytes: Buffer, { judge, log }: Pick<PassOnDeps, 'judge' | 'log'>): Verdict | undefined {
  try {
    return judge(bytes);
  } catch (error) {
    log(
      'error',
      `A record is passed on without its keys, since it cannot be judged any more: ${String(error)}`,
    );
    return undefined;
  }
}
