import type { ReceivedEventData } from '@azure/event-hubs';
import type { EventHubsOptions } from './host-json.ts';

type Events = readonly ReceivedEventData[];

export interface PartitionDeps {
  readonly options: EventHubsOptions;
  /** Cardinality `one`: an invocation per event. */
  readonly single: boolean;
  /** Runs the function with all its retries. Never rejects: how it ended does not matter to the checkpoint. */
  readonly dispatch: (events: Events, willCheckpoint: boolean) => Promise<void>;
  readonly checkpoint: (event: ReceivedEventData) => Promise<void>;
  /** Aborted when the host stops or the partition has gone to another owner. */
  readonly signal: AbortSignal;
  /** Called where a batch that waited for more events could not be finished. */
  readonly onError: (error: unknown) => void;
}

export interface PartitionProcessor {
  /** Resolves when the events are dispatched and, if due, checkpointed, or kept until there are more. */
  process(events: Events): Promise<void>;
  /** Resolves when nothing runs any more. */
  idle(): Promise<void>;
  /** `ownershipLost` leaves the checkpoint alone, whatever is due. Resolves when nothing runs any more. */
  close(ownershipLost: boolean): Promise<void>;
}

/**
 * One partition of one function: EventHubListener.PartitionProcessor.cs of azure-sdk-for-net. One batch at a time. After
 * the function has returned, **whether it succeeded or not**, the last event of the batch is the checkpoint, because Event
 * Hubs has no notion of a poison message; only a stop or a lost partition leaves it where it was.
 */
export function createPartitionProcessor(deps: PartitionDeps): PartitionProcessor {
  const { options, signal } = deps;
  let running = Promise.resolve();
  let kept: ReceivedEventData[] = [];
  let timer: NodeJS.Timeout | undefined;
  let batches = 0;
  let last: ReceivedEventData | undefined;

  function inTurn(work: () => Promise<void>): Promise<void> {
    const turn = running.then(work);
    running = turn.catch(() => {});
    return turn;
  }

  async function handle(events: Events): Promise<void> {
    batches += 1;
    const due = options.enableCheckpointing && batches >= options.batchCheckpointFrequency;
    const dispatched = await dispatchAll(deps, events, due);
    if (dispatched === undefined) return;
    last = dispatched;
    if (due && !signal.aborted) await checkpoint(dispatched);
  }

  async function checkpoint(event: ReceivedEventData): Promise<void> {
    await deps.checkpoint(event);
    batches = 0;
  }

  // A new owner does not make the first events wait: the former owner may have kept them for long already. (Azure takes
  // off what has passed since the last checkpoint, which the SDK for JavaScript does not tell.)
  async function gather(events: Events): Promise<void> {
    kept.push(...events);
    if (kept.length >= options.minEventBatchSize) await handleKept();
    if (kept.length > 0 && timer === undefined && !signal.aborted) {
      timer = setTimeout(waitedLongEnough, last === undefined ? 0 : options.maxWaitTime);
    }
  }

  async function handleKept(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const events = kept.slice(0, options.maxEventBatchSize);
    kept = kept.slice(options.maxEventBatchSize);
    if (events.length > 0 && !signal.aborted) await handle(events);
  }

  function waitedLongEnough(): void {
    inTurn(handleKept).catch(deps.onError);
  }

  return {
    process: (events) => {
      if (events.length === 0) return Promise.resolve();
      return inTurn(() => (options.minEventBatchSize > 1 && !deps.single ? gather(events) : handle(events)));
    },
    idle: () => running,
    close: async (ownershipLost) => {
      clearTimeout(timer);
      kept = [];
      await running;
      // Azure's too, with a batch checkpoint frequency above 1: what was dispatched last is the checkpoint when the host
      // stops, even if its retries were cut short. With it, `maxRetryCount: -1` is no protection against a stop.
      const owed = options.enableCheckpointing && options.batchCheckpointFrequency > 1 && batches > 0;
      if (owed && !ownershipLost && last !== undefined) await checkpoint(last);
    },
  };
}

/** The last event that was handed to the function, if any. */
async function dispatchAll(
  { single, dispatch, signal }: PartitionDeps,
  events: Events,
  willCheckpoint: boolean,
): Promise<ReceivedEventData | undefined> {
  if (!single) {
    await dispatch(events, willCheckpoint);
    return events.at(-1);
  }
  let dispatched: ReceivedEventData | undefined;
  for (const event of events) {
    if (signal.aborted) break;
    await dispatch([event], willCheckpoint);
    dispatched = event;
  }
  return dispatched;
}
