import { earliestEventPosition, latestEventPosition } from '@azure/event-hubs';
import type { EventHubConsumerClient, EventPosition } from '@azure/event-hubs';
import { BlobCheckpointStore } from '@azure/eventhubs-checkpointstore-blob';
import type { ContainerClient } from '@azure/storage-blob';
import { checkpointContainer, consumerClient } from './connections.ts';
import type { Binding, RetryOptions } from './core-module.ts';
import type { EventBinding } from './event-hub-data.ts';
import { readPartitions } from './event-hub-partitions.ts';
import type { EventHubsOptions } from './host-json.ts';
import type { Listener, ListenerDeps } from './listener.ts';
import { expandSettings } from './settings.ts';
import { watchOwnership } from './watched-ownership.ts';
import type { OwnershipWatch } from './watched-ownership.ts';

/** .NET's default where a trigger names no consumer group. */
const DEFAULT_CONSUMER_GROUP = '$Default';
/**
 * How long the SDK for JavaScript may wait for events before it looks whether its connection still holds: 60 seconds, unless given, in which
 * nothing is read. EventProcessor.cs for .NET connects again at once.
 */
const NOTICES_WITHIN_S = 1;

export interface EventHubTrigger {
  readonly functionName: string;
  readonly connection: string;
  readonly hub: string;
  readonly consumerGroup: string;
  readonly binding: EventBinding;
  readonly retry: RetryOptions | undefined;
}

/** Reads an `eventHubTrigger` binding. Throws an Error for one that Azure would refuse. */
export function eventHubTrigger(
  functionName: string,
  options: Binding,
  retry: RetryOptions | undefined,
  deps: Pick<ListenerDeps, 'settings' | 'capabilities'>,
): EventHubTrigger {
  const text = (key: string, fallback?: string): string => {
    const value = options[key] ?? fallback;
    if (typeof value !== 'string') throw new Error(`Function ${functionName}: its trigger has no ${key}.`);
    return expandSettings(value, deps.settings, `Function ${functionName}: ${key}`);
  };
  return {
    functionName,
    connection: text('connection'),
    hub: text('eventHubName'),
    consumerGroup: text('consumerGroup', DEFAULT_CONSUMER_GROUP),
    binding: {
      cardinality: options['cardinality'] === 'many' ? 'many' : 'one',
      binary: options['dataType'] === 'binary',
      includeEmptyEntries: Boolean(deps.capabilities['IncludeEmptyEntriesInMessagePayload']),
    },
    retry,
  };
}

/**
 * Reads the partitions that this host owns, each on its own, and runs the function for their batches. Hosts on the same
 * storage share the partitions. Resolves when the claims can be made; a hub that does not answer is logged and tried on.
 */
export async function listenToEventHub(
  trigger: EventHubTrigger,
  options: EventHubsOptions,
  deps: ListenerDeps,
): Promise<Listener> {
  const stopping = new AbortController();
  const container = checkpointContainer(deps.settings);
  const { client, watch } = connect(trigger, options, deps, new BlobCheckpointStore(container));
  await createContainer(container);
  const partitions = readPartitions(trigger, options, deps, watch, stopping.signal);
  const subscription = client.subscribe(partitions.handlers, {
    maxBatchSize: options.maxEventBatchSize,
    prefetchCount: options.prefetchCount,
    startPosition: startPosition(options),
    trackLastEnqueuedEventProperties: options.trackLastEnqueuedEventProperties,
    skipParsingBodyAsJson: true,
    maxWaitTimeInSeconds: NOTICES_WITHIN_S,
  });
  return {
    stop: async () => {
      stopping.abort();
      await partitions.idle();
      watch.stop();
      await subscription.close();
      await client.close();
    },
  };
}

async function createContainer(container: ContainerClient): Promise<void> {
  try {
    await container.createIfNotExists();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The storage of AzureWebJobsStorage (${container.url}) cannot be used: ${reason}`, {
      cause,
    });
  }
}

function connect(
  trigger: EventHubTrigger,
  options: EventHubsOptions,
  deps: ListenerDeps,
  inner: BlobCheckpointStore,
): { client: EventHubConsumerClient; watch: OwnershipWatch } {
  const identifier = crypto.randomUUID();
  const list = (): ReturnType<BlobCheckpointStore['listOwnership']> =>
    inner.listOwnership(client.fullyQualifiedNamespace, client.eventHubName, trigger.consumerGroup);
  const watch = watchOwnership(inner, identifier, list);
  const client = consumerClient(deps.settings, trigger, watch.store, {
    identifier,
    loadBalancingOptions: {
      strategy: 'greedy',
      updateIntervalInMs: options.loadBalancingUpdateInterval,
      partitionOwnershipExpirationIntervalInMs: options.partitionOwnershipExpirationInterval,
    },
  });
  return { client, watch };
}

function startPosition({ initialOffsetOptions: { type, enqueuedTimeUtc } }: EventHubsOptions): EventPosition {
  if (type === 'fromEnd') return latestEventPosition;
  return enqueuedTimeUtc === undefined ? earliestEventPosition : { enqueuedOn: enqueuedTimeUtc };
}
