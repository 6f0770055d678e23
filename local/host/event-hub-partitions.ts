import { CloseReason } from '@azure/event-hubs';
import type { PartitionContext, ReceivedEventData, SubscriptionEventHandlers } from '@azure/event-hubs';
import type { RetryContext } from './core-module.ts';
import { toTriggerData } from './event-hub-data.ts';
import type { EventHubTrigger } from './event-hub-trigger.ts';
import type { EventHubsOptions } from './host-json.ts';
import { describeError } from './invoke.ts';
import { invocationEnd } from './listener.ts';
import type { ListenerDeps } from './listener.ts';
import { createPartitionProcessor } from './partition-processor.ts';
import type { PartitionProcessor } from './partition-processor.ts';
import { runWithRetries } from './retry.ts';
import type { Outcome } from './retry.ts';
import type { OwnershipWatch } from './watched-ownership.ts';

const CATEGORY = 'Host.Triggers.EventHubs';
/** The code by which the SDK knows that a partition has another owner; it then closes the reader and claims nothing. */
const OWNERSHIP_LOST = 'ReceiverDisconnectedError';

export interface Partitions {
  readonly handlers: SubscriptionEventHandlers;
  /** Resolves when no invocation runs any more. */
  readonly idle: () => Promise<void>;
}

interface OpenPartition {
  readonly processor: PartitionProcessor;
  readonly lost: AbortController;
  readonly onLost: () => void;
}

/** The partitions of one trigger, from when the client begins to read them to when it ends. */
export function readPartitions(
  trigger: EventHubTrigger,
  options: EventHubsOptions,
  deps: ListenerDeps,
  watch: OwnershipWatch,
  stopping: AbortSignal,
): Partitions {
  // By reader, not by partition: one that was lost can be claimed again while its last invocation still runs.
  const open = new Map<PartitionContext, OpenPartition>();

  async function processInitialize(context: PartitionContext): Promise<void> {
    const lost = new AbortController();
    const onLost = (): void => lost.abort();
    const signal = AbortSignal.any([stopping, lost.signal]);
    open.set(context, { processor: processorOf(context, signal), lost, onLost });
    watch.enter(context.partitionId, onLost);
  }

  function processorOf(context: PartitionContext, signal: AbortSignal): PartitionProcessor {
    return createPartitionProcessor({
      options,
      single: trigger.binding.cardinality === 'one',
      dispatch: async (events, willCheckpoint) => {
        const attempt = attemptOf(trigger, deps, events, context, willCheckpoint);
        await runWithRetries(attempt, trigger.retry, signal);
      },
      checkpoint: (event) => context.updateCheckpoint(event),
      signal,
      onError: (error) => report(error, context),
    });
  }

  async function processEvents(events: ReceivedEventData[], context: PartitionContext): Promise<void> {
    const partition = open.get(context);
    if (partition === undefined || stopping.aborted) throw new Error('The host stops.');
    await partition.processor.process(events);
    // While the function ran, another host may have taken the partition; to read on would throw it out again.
    if (events.length > 0 && !stopping.aborted) await watch.check();
    if (partition.lost.signal.aborted) throw ownershipLost(context.partitionId);
  }

  async function processClose(reason: CloseReason, context: PartitionContext): Promise<void> {
    const partition = open.get(context);
    if (partition === undefined) return;
    if (reason === CloseReason.OwnershipLost) partition.lost.abort();
    watch.leave(context.partitionId, partition.onLost);
    await partition.processor.close(partition.lost.signal.aborted);
    open.delete(context);
  }

  function report(error: unknown, context: PartitionContext): void {
    if (stopping.aborted) return;
    const where = `${trigger.functionName}, hub ${trigger.hub}, partition ${context.partitionId || '(all)'}`;
    const level = isOwnershipLost(error) ? 'information' : 'warning';
    deps.log({ level, category: CATEGORY, message: `${where}: ${describeError(error)}` });
  }

  return {
    handlers: {
      processInitialize,
      processEvents,
      processClose,
      processError: async (error, context) => report(error, context),
    },
    idle: async () => {
      await Promise.all([...open.values()].map(({ processor }) => processor.idle()));
    },
  };
}

/** One run of the function for a batch, and its report. */
function attemptOf(
  trigger: EventHubTrigger,
  deps: ListenerDeps,
  events: readonly ReceivedEventData[],
  context: PartitionContext,
  willCheckpoint: boolean,
): (retryContext: RetryContext | undefined) => Promise<Outcome> {
  const about = {
    partition: context.partitionId,
    events: events.length,
    firstSequenceNumber: events.at(0)?.sequenceNumber ?? -1,
    lastSequenceNumber: events.at(-1)?.sequenceNumber ?? -1,
  };
  return async function attempt(retryContext) {
    const started = performance.now();
    const outcome = await invokeFor(retryContext).catch(failed);
    const end = invocationEnd(trigger.functionName, outcome, performance.now() - started);
    deps.onInvocation({ ...end, ...about, retryCount: retryContext?.retryCount ?? 0 });
    return outcome;
  };

  async function invokeFor(retryContext: RetryContext | undefined): Promise<Outcome> {
    const data = toTriggerData(events, trigger.binding, context, willCheckpoint);
    return deps.invoke(trigger.functionName, data, retryContext);
  }
}

function failed(error: unknown): Outcome {
  return { ok: false, error };
}

function ownershipLost(partitionId: string): Error {
  return Object.assign(new Error(`Partition ${partitionId} has another owner.`), { code: OWNERSHIP_LOST });
}

function isOwnershipLost(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, 'code') === OWNERSHIP_LOST;
}
