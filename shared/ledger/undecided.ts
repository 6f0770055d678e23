import { MOST_MINUTES_IN_A_DECISION } from './ledger.ts';
import type { Ledger, Snapshot } from './ledger.ts';
import type { MinuteRow, Run } from './ledger-rows.ts';
import type { Log } from '../log.ts';
import type { Message } from '../message.ts';
import { partitionKeyOf } from '../names.ts';
import type { SourceHubs } from '../sinks.ts';
import { MINUTE, startOf } from '../time.ts';

/** A broker's clock may step back by so much, and what follows still continues its run. */
export const CLOCK_TOLERANCE = 2 * MINUTE;

/** Messages of one run that no decision holds yet. */
export interface Stretch {
  /** As it was before them; a new one begins with the first of them. */
  readonly base: Run;
  readonly messages: readonly Message[];
}

export interface UndecidedDeps {
  readonly ledger: Ledger;
  readonly sourceHubs: SourceHubs;
  readonly log: Log;
}

/** The run as it is with the first so many messages of the stretch. */
export function runWith({ base, messages }: Stretch, count: number): Run {
  const taken = messages.slice(0, count);
  const last = taken.at(-1);
  if (!last) return base;
  let { maxTime } = base;
  for (const { enqueuedTime } of taken) maxTime = Math.max(maxTime, enqueuedTime);
  return { ...base, last: last.sequenceNumber, lastTime: last.enqueuedTime, maxTime };
}

/**
 * The first stretch of a batch (in the order of its sequence numbers) that is still to be decided; undefined when there is none.
 *
 * A redelivery is a message that the ledger's row for its minute holds already, by number *and* time: so neither a hub that was
 * deleted and created again, nor a broker's clock that steps back, makes one message look like another.
 */
export async function nextStretch(
  messages: readonly Message[],
  snapshot: Snapshot,
  deps: UndecidedDeps,
): Promise<Stretch | undefined> {
  const { runs } = snapshot.head;
  const findRow = rowsIn(snapshot, deps.ledger);
  const minutes = new Set<number>();
  const taken: Message[] = [];
  let base: Run | undefined;
  let before: Message | undefined;
  let row: MinuteRow | undefined;
  for (const message of messages) {
    // Of most messages no run knows, and they wait for nobody. What is decided most often stands in the row of the one before.
    if (isCovered(message, runs)) {
      if (!row || !holds(row, message)) row = await findRow(message);
      if (row) continue;
    }
    if (before && !follows(message, before.sequenceNumber, before.enqueuedTime)) break;
    if (!before || isOfAnotherMinute(message, before)) minutes.add(startOf(MINUTE, message.enqueuedTime));
    if (minutes.size > MOST_MINUTES_IN_A_DECISION) break;
    base ??= runBefore(message, runs) ?? (await beginRun(message, snapshot, deps));
    taken.push(message);
    before = message;
  }
  return base && { base, messages: taken };
}

/** Finds the row that holds a message; undefined where it is not decided. */
function rowsIn(snapshot: Snapshot, ledger: Ledger): (message: Message) => Promise<MinuteRow | undefined> {
  const rows = new Map<Run, Map<number, MinuteRow | undefined>>();

  async function rowOf(run: Run, minute: number): Promise<MinuteRow | undefined> {
    const ofRun = rows.get(run) ?? new Map<number, MinuteRow | undefined>();
    rows.set(run, ofRun);
    if (!ofRun.has(minute)) ofRun.set(minute, (await ledger.minuteRow(snapshot, run.no, minute))?.row);
    return ofRun.get(minute);
  }

  return async (message) => {
    for (const run of snapshot.head.runs) {
      if (!covers(run, message.sequenceNumber)) continue;
      const row = await rowOf(run, startOf(MINUTE, message.enqueuedTime));
      if (row && holds(row, message)) return row;
    }
    return undefined;
  };
}

function isCovered({ sequenceNumber }: Message, runs: readonly Run[]): boolean {
  for (const run of runs) if (covers(run, sequenceNumber)) return true;
  return false;
}

function isOfAnotherMinute(a: Message, b: Message): boolean {
  return startOf(MINUTE, a.enqueuedTime) !== startOf(MINUTE, b.enqueuedTime);
}

function holds(row: MinuteRow, { sequenceNumber, enqueuedTime }: Message): boolean {
  return covers(row, sequenceNumber) && row.minTime <= enqueuedTime && enqueuedTime <= row.maxTime;
}

function covers({ first, last }: { readonly first: number; readonly last: number }, number: number): boolean {
  return first <= number && number <= last;
}

/**
 * Of the runs that the message continues, the one that was written to last by its time; only where there is none, one that is ahead of
 * it by a step of the clock. A message of a hub that is gone can come after the first of the new hub.
 */
function runBefore(message: Message, runs: readonly Run[]): Run | undefined {
  const inOrder = runs
    .filter((run) => continues(run, message) && !isOutlived(run, runs, message))
    .toSorted((a, b) => a.lastTime - b.lastTime);
  return inOrder.findLast(({ lastTime }) => lastTime <= message.enqueuedTime) ?? inOrder[0];
}

function continues({ last, lastTime }: Run, message: Message): boolean {
  return follows(message, last, lastTime);
}

function follows({ sequenceNumber, enqueuedTime }: Message, last: number, lastTime: number): boolean {
  return sequenceNumber === last + 1 && enqueuedTime >= lastTime - CLOCK_TOLERANCE;
}

/** A younger run that began before the message shows that the hub is not the one of this run any more. */
function isOutlived(run: Run, runs: readonly Run[], { enqueuedTime }: Message): boolean {
  return runs.some((younger) => younger.since > run.since && younger.since < enqueuedTime);
}

async function beginRun(
  { sequenceNumber: number, enqueuedTime: time }: Message,
  { head, partition }: Snapshot,
  { sourceHubs, log }: UndecidedDeps,
): Promise<Run> {
  const no = Math.max(0, ...head.runs.map((run) => run.no)) + 1;
  const run = { no, first: number, last: number, since: time, lastTime: time, maxTime: time };
  try {
    return { ...run, hub: await sourceHubs.facts(partition) };
  } catch (error) {
    // It is the audit that wants to know: it will take for a loss what it cannot tell from one. No record waits for that.
    log(
      'warn',
      `Run ${no} of ${partitionKeyOf(partition)} begins, and the hub cannot be asked why: ${String(error)}`,
    );
    return run;
  }
}
