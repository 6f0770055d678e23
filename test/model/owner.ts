import { ingest } from '../../shared/pipeline.ts';
import type { Choices } from './choices.ts';
import type { HubPartition } from './hub.ts';
import type { Instance } from './instance.ts';
import type { ModelMessage } from './messages.ts';
import type { Requests, Trace } from './requests.ts';
import { InjectedFault } from '../support/intercept.ts';

/** Who reads a partition, or still believes so. */
export interface Owner {
  readonly hub: HubPartition;
  readonly instance: Instance;
  isLost: boolean;
  /** Batches that it still takes once it is lost: they had been fetched. */
  left: number;
}

export interface OwnerDeps {
  readonly choices: Choices;
  readonly requests: Requests;
  readonly trace: Trace;
  readonly mostMessagesInABatch: number;
  /** Whether who has nothing left to read is to end. */
  readonly isDraining: () => boolean;
  readonly taken: (batch: readonly ModelMessage[]) => void;
  readonly problem: (kind: string, detail: string) => void;
}

/** What the host does: batches from the checkpoint on, each until it is taken, and then the checkpoint. */
export async function consume(owner: Owner, deps: OwnerDeps): Promise<void> {
  const { hub, instance } = owner;
  const { requests } = deps;
  const { life } = hub;
  let next = hub.checkpoint;
  const remaining = (): readonly ModelMessage[] => hub.from(life, next);
  for (;;) {
    const batch = await requests.make(
      instance,
      () => `receives from ${hub.partition.id}: ${next} on`,
      () => Promise.resolve(receive(owner, remaining(), deps)),
      { isReady: () => owner.isLost || deps.isDraining() || remaining().length > 0, mayFail: false },
    );
    const last = batch.at(-1);
    if (!last || !(await untilTaken(batch, owner, deps))) return;
    next = last.sequenceNumber + 1;
    // The host logs it when this fails, and goes on.
    await requests
      .make(
        instance,
        () => `checkpoint ${hub.partition.id}: ${next}`,
        () => Promise.resolve(hub.writeCheckpoint(life, next)),
      )
      .catch(() => undefined);
  }
}

function receive(
  owner: Owner,
  remaining: readonly ModelMessage[],
  { choices, mostMessagesInABatch }: OwnerDeps,
): readonly ModelMessage[] {
  if (owner.isLost && owner.left-- <= 0) return [];
  return remaining.slice(0, 1 + choices.draw(mostMessagesInABatch));
}

/** The retry policy of the app has no end. False: nobody wants it any more. */
async function untilTaken(
  messages: readonly ModelMessage[],
  owner: Owner,
  { trace, taken, choices, problem }: OwnerDeps,
): Promise<boolean> {
  const { hub, instance } = owner;
  const batch = `${messages[0]?.sequenceNumber}..${messages.at(-1)?.sequenceNumber}`;
  for (;;) {
    try {
      trace.note(() => `${instance.name} takes ${batch} of ${hub.partition.id} (life ${messages[0]?.life})`);
      await ingest({ partition: hub.partition, messages }, instance.deps);
      trace.note(() => `${instance.name} has taken ${batch}`);
      taken(messages);
      return true;
    } catch (error) {
      if (!isInjected(error)) {
        problem('fails without a fault', String((error as Error).stack));
        return false;
      }
      trace.note(() => `${instance.name} fails with ${batch}: ${String(error)}`);
      if (owner.isLost && choices.draw(2) === 1) return false;
    }
  }
}

export function isInjected(error: unknown): boolean {
  return error instanceof AggregateError ? error.errors.every(isInjected) : error instanceof InjectedFault;
}
