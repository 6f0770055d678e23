import { isGzip } from './take-apart/decode.ts';
import type { KeptApart } from './kept-apart.ts';
import type { Message, Partition } from './message.ts';
import { DECISION_BYTES, Sorter } from './sorter.ts';
import type { Prepared, SorterDeps } from './sorter.ts';
import { judgeMessage, openMessage } from './take-apart/take-apart.ts';
import type { Judge, OpenedMessage, TakeApartDeps, TakenMessage } from './take-apart/take-apart.ts';

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
  // Written out, as drafts are.
  const apart: TakeApartDeps = { judge, openSieve, maxUnpackedBytes, maxUnpackedRatio, recordsAlone };
  for (let next = 0; next < messages.length;) {
    const opened = openSome(messages, next, sorter.bytesLeft, apart);
    for (const found of judgeAll(opened, judge)) {
      const message = messages[next++] as Message;
      if (sorter.returns(message)) return sorter.finish();
      sorter.add(message, found);
      if (sorter.isFull) return sorter.finish();
    }
  }
  return sorter.finish();
}

/**
 * So much of a batch is opened before its records are judged, which a few of them are: one after the other they take half of the time
 * that each takes alone, between others that have no need of the judge's code.
 */
const OPENED_AT_ONCE = 1024 * 1024;

/** The messages from one on, one at the least, up to so many bytes as there is room for. */
function openSome(
  messages: readonly Message[],
  from: number,
  room: number,
  deps: TakeApartDeps,
): OpenedMessage[] {
  const opened: OpenedMessage[] = [];
  let bytes = 0;
  for (let i = from; i < messages.length && bytes < Math.min(room, OPENED_AT_ONCE); i++) {
    const message = openMessage((messages[i] as Message).body, deps);
    opened.push(message);
    bytes += message.text.length;
  }
  return opened;
}

function judgeAll(opened: readonly OpenedMessage[], judge: Judge): TakenMessage[] {
  const taken: TakenMessage[] = [];
  for (const message of opened) taken.push(judgeMessage(message, judge));
  return taken;
}
