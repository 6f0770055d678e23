import { postpone } from './pass-on/backlog.ts';
import { SluiceError } from './errors.ts';
import type { Snapshot } from './ledger/ledger.ts';
import type { Batch, Message } from './message.ts';
import { prepare } from './prepare.ts';
import type { PrepareDeps } from './prepare.ts';
import { settle } from './settle.ts';
import type { SettleDeps } from './settle.ts';
import { stage } from './stage.ts';
import type { StageDeps } from './stage.ts';
import type { OnDecided } from './telemetry/batch.ts';
import { nextStretch, runWith } from './ledger/undecided.ts';
import type { UndecidedDeps } from './ledger/undecided.ts';

export interface PipelineDeps extends UndecidedDeps, PrepareDeps, StageDeps, SettleDeps {
  /** Told what each decision counts. */
  readonly onDecided?: OnDecided | undefined;
}

/** Another instance that owns the partition too decides now and then before this one, not for ever. */
const MOST_LOST_RACES = 20;

/**
 * Takes one batch of a partition in. When it returns, every record of the batch is in the archive or a dead letter, is counted, and
 * has been passed on. Bad data never makes it throw; broken infrastructure does, and then the same batch may come again, here or
 * elsewhere, whole or with other boundaries: nothing is lost, and nothing is archived twice.
 */
export async function ingest({ partition, messages }: Batch, deps: PipelineDeps): Promise<void> {
  try {
    let left: readonly Message[] = messages.toSorted(bySequenceNumber);
    for (let lostRaces = 0; lostRaces < MOST_LOST_RACES;) {
      const snapshot = await settle(await deps.ledger.read(partition), deps);
      if (snapshot !== 'changed' && left.length === 0) return;
      const rest = snapshot === 'changed' ? snapshot : await takeStretch(left, snapshot, deps);
      if (rest === 'changed') lostRaces++;
      else left = rest;
    }
  } catch (error) {
    deps.ledger.forget(partition);
    throw error;
  }
  throw new SluiceError('ledger-contended', `Lost the race for the ledger ${MOST_LOST_RACES} times.`, {
    retriable: true,
  });
}

function bySequenceNumber(a: Message, b: Message): number {
  return a.sequenceNumber - b.sequenceNumber;
}

/** undecided > prepare > stage > decide, for as many messages as one decision can hold. Answers those behind them. */
async function takeStretch(
  messages: readonly Message[],
  snapshot: Snapshot,
  deps: PipelineDeps,
): Promise<readonly Message[] | 'changed'> {
  const { partition, head, blobs } = snapshot;
  const stretch = await nextStretch(messages, snapshot, deps);
  if (!stretch) return [];
  const prepared = prepare(stretch.messages, partition, head.keptApart, deps);
  const run = runWith(stretch, prepared.messages);
  const staged = await stage(prepared.drafts, run, partition, blobs, deps);
  const split = postpone(staged.blocks, head.backlog, deps.routes);
  const outcome = await deps.ledger.decide(snapshot, { ...prepared, ...staged, ...split, run });
  if (outcome === 'changed') return outcome;
  deps.onDecided?.(prepared.minutes);
  const last = stretch.messages[prepared.messages - 1] as Message;
  return messages.slice(messages.indexOf(last) + 1);
}
