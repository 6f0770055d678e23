import { codecOf } from '../../shared/blocks/block-codec.ts';
import type { Line } from '../../shared/blocks/block-codec.ts';
import type { LineSpan } from '../../shared/blocks/draft.ts';
import { alone } from '../../shared/judge/span.ts';
import type { Log } from '../../shared/log.ts';
import { originalName } from '../../shared/names.ts';
import { sendBlock, withKeys } from '../../shared/pass-on/pass-on.ts';
import type { SendBlockDeps } from '../../shared/pass-on/pass-on.ts';
import type { BlobStore } from '../../shared/sinks.ts';
import type { Judge } from '../../shared/take-apart/take-apart.ts';
import { isWithin } from '../time-range.ts';
import type { TimeRange } from '../time-range.ts';
import { ARCHIVE, laneBlocks } from './archive-lanes.ts';
import type { Lane, LaneBlock } from './archive-lanes.ts';
import type { ArchiveState } from './archive-state.ts';

export interface ArchiveDeps extends SendBlockDeps {
  readonly store: BlobStore;
  readonly judge: Judge;
  readonly log: Log;
  readonly hubFor: (source: string, category: string) => string;
  readonly range: TimeRange;
  /** Sends even what was not passed on when it came. */
  readonly all: boolean;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Messages that were sent so far. */
  readonly messages: () => number;
  /** Kept before the next block is sent. */
  readonly onBlock: (state: ArchiveState) => Promise<void>;
}

/** Sends what the lanes hold, block by block, from where the state says. Answers the state at the end. */
export async function replayArchive(
  lanes: readonly Lane[],
  begun: ArchiveState,
  deps: ArchiveDeps,
): Promise<ArchiveState> {
  let state = begun;
  for (const lane of lanes) {
    const hour = new Date(lane.hour).toISOString();
    if (hour < state.hour) continue;
    if (hour > state.hour) state = { ...withoutLane(state), hour, doneLanes: [] };
    if (state.doneLanes.includes(lane.key)) continue;
    const after = state.lane === lane.key ? (state.block ?? '') : '';
    for (const block of await laneBlocks(lane, deps.store)) {
      if (block.key <= after) continue;
      if (deps.signal.aborted) return state;
      const { records, leftOut } = await send(lane, block, deps);
      state = {
        ...state,
        lane: lane.key,
        block: block.key,
        records: state.records + records,
        leftOut: state.leftOut + leftOut,
        bytes: state.bytes + block.size,
        messages: begun.messages + deps.messages(),
      };
      await deps.onBlock(state);
    }
    state = { ...withoutLane(state), doneLanes: [...state.doneLanes, lane.key] };
  }
  return state;
}

function withoutLane({ lane: _lane, block: _block, ...state }: ArchiveState): ArchiveState {
  return state;
}

/** Answers how many records it sent, and how many of the range it left out. */
async function send(
  lane: Lane,
  block: LaneBlock,
  deps: ArchiveDeps,
): Promise<{ records: number; leftOut: number }> {
  const body = await deps.store.download({ container: ARCHIVE, name: block.blob }, block.offset, block.size);
  const lines = await codecOf(block.blob).unpack(body);
  const inTime = lines.filter(({ enqueuedTime }) => isWithin(deps.range, enqueuedTime)).length;
  const records = lines.map((line) => toRecord(line, deps));
  const wanted = records.filter(({ forward }) => forward);
  const [first] = wanted;
  if (first) {
    const facts = factsOf(lane, block, first, deps.judge);
    const whence = { partition: lane.partition, ingestedAt: new Date(deps.now()).toISOString() };
    await sendBlock(facts, deps.hubFor(facts.source, facts.category), records, whence, deps);
  }
  return { records: wanted.length, leftOut: inTime - wanted.length };
}

/** A path holds a long name cut; a record of it has it whole. */
function factsOf({ folder }: Lane, { blob, id }: LaneBlock, { bytes }: LineSpan, judge: Judge) {
  const [source = '', safe = ''] = folder.split('/');
  const category = originalName(safe) ?? judge(bytes)?.category.name ?? safe;
  return { container: ARCHIVE, blob, id, source, category };
}

/** Who is told where a large record lies needs its place in the block: what is not wanted stays, and is not sent. */
function toRecord(line: Line, deps: ArchiveDeps): LineSpan {
  const { all, range } = deps;
  const forward = isWithin(range, line.enqueuedTime) && (all || line.forward);
  const wanted = { ...line, forward };
  return forward ? withKeys(wanted, deps) : { ...wanted, ...alone(line.bytes, undefined), ...NOT_SENT };
}

const NOT_SENT = { partitionKey: undefined, label: undefined };
