import { isGzip } from './take-apart/decode.ts';
import type { KeptApart } from './kept-apart.ts';
import type { Message, Partition } from './message.ts';
import { DECISION_BYTES, Sorter } from './sorter.ts';
import type { Prepared, SorterDeps } from './sorter.ts';
import { takeApart } from './take-apart/take-apart.ts';
import type { TakeApartDeps } from './take-apart/take-apart.ts';

export type { Prepared } from './sorter.ts';

/** What a batch has in memory at once, at the most, but for its messages themselves: one decision. What is packed may unpack to anything. */
export function bytesAtOnce(messages: readonly Message[]): number {
  const bytes = messages.reduce((sum, { body }) => sum + (isGzip(body) ? DECISION_BYTES : body.length), 0);
  return Math.min(bytes, DECISION_BYTES);
}

export interface PrepareDeps extends TakeApartDeps, SorterDeps {}

/** Takes messages apart, and sorts what they hold: as many of them as one decision can hold, and one at the least. */
export function prepare(
  messages: readonly Message[],
  partition: Partition,
  keptApart: KeptApart,
  deps: PrepareDeps,
): Prepared {
  const sorter = new Sorter(partition, keptApart, deps);
  const { judge, openSieve, maxUnpackedBytes, maxUnpackedRatio, chooseRule } = deps;
  const recordsAlone = chooseRule !== undefined;
  const apart: TakeApartDeps = { judge, openSieve, maxUnpackedBytes, maxUnpackedRatio, recordsAlone };
  for (const message of messages) {
    if (sorter.returns(message)) break;
    sorter.add(message, takeApart(message.body, apart));
    if (sorter.isFull) break;
  }
  return sorter.finish();
}
