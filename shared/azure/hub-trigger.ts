import type { EventHubFunctionOptions, InvocationContext } from '@azure/functions';
import type { RecordsBatch } from '../category-functions/category-functions.ts';
import type { Log } from '../log.ts';
import type { Invocation } from '../telemetry/batch.ts';
import { toBatch } from './trigger-batch.ts';

export interface HubTrigger {
  /** The name of the setting that holds the connection. */
  readonly connection: string;
  readonly hub: string;
  readonly consumerGroup: string;
}

/**
 * `binary`: the default drops empty messages, so that bodies and metadata fall out of step, and parses JSON, so that one malformed
 * message fails the whole batch before any code of ours runs. The library passes the option on, though its types do not know it.
 */
type BinaryEventHubOptions = EventHubFunctionOptions<Buffer[]> & { readonly dataType: 'binary' };

/**
 * Never gives up: when no retry is left, Functions moves the checkpoint, and the batch is gone. Only broken infrastructure makes an
 * invocation throw, and that is to be waited for.
 */
const FOR_EVER = {
  strategy: 'exponentialBackoff',
  maxRetryCount: -1,
  minimumInterval: { seconds: 1 },
  maximumInterval: { minutes: 1 },
} as const;

/** The options of a function that is called with batches of one partition. */
export function hubTrigger(
  { connection, hub, consumerGroup }: HubTrigger,
  handle: (batch: RecordsBatch, invocation: Invocation) => Promise<void>,
): BinaryEventHubOptions {
  return {
    connection,
    eventHubName: hub,
    consumerGroup,
    cardinality: 'many',
    dataType: 'binary',
    retry: FOR_EVER,
    handler: (messages, context) => handle(toBatch(messages, context), invocationOf(context)),
  };
}

function invocationOf(context: InvocationContext): Invocation {
  const { invocationId: id, traceContext } = context;
  return { id, traceParent: traceContext?.traceParent, log: logOf(context) };
}

/** What an invocation logs goes with the invocation. */
export function logOf(context: InvocationContext): Log {
  return (level, message) => context[level](message);
}
