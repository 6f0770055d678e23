import type { EventHubFunctionOptions, InvocationContext } from '@azure/functions';
import type { RecordsBatch, RecordsMessage } from '../category-functions.ts';
import { SluiceError } from '../errors.ts';
import { namespaceOf } from '../names.ts';

/**
 * `binary`: the default drops empty messages, so that bodies and metadata fall out of step, and parses JSON, so that one malformed
 * message fails the whole batch before any code of ours runs. The library passes the option on, though its types do not know it.
 */
export type BinaryEventHubOptions = EventHubFunctionOptions<Buffer[]> & { readonly dataType: 'binary' };

/**
 * Never gives up: when no retry is left, Functions moves the checkpoint, and the batch is gone. Only broken infrastructure makes an
 * invocation throw, and that is to be waited for.
 */
export const FOR_EVER = {
  strategy: 'exponentialBackoff',
  maxRetryCount: -1,
  minimumInterval: { seconds: 1 },
  maximumInterval: { minutes: 1 },
} as const;

interface SystemProperties {
  readonly sequenceNumber: number;
  readonly enqueuedTimeUtc: string;
}

/** What the host hands over, as a batch of one partition. The parallel arrays of metadata leave out nulls: they are not used. */
export function toBatch(
  bodies: readonly Buffer[],
  { triggerMetadata = {} }: InvocationContext,
): RecordsBatch {
  const system = triggerMetadata['systemPropertiesArray'] as readonly SystemProperties[] | undefined;
  const properties = (triggerMetadata['propertiesArray'] ?? []) as readonly Record<string, unknown>[];
  const context = triggerMetadata['partitionContext'] as PartitionContext | undefined;
  if (!context || system?.length !== bodies.length) {
    const message = `The host handed over ${bodies.length} messages and the metadata of ${system?.length ?? 'none'}.`;
    throw new SluiceError('trigger-metadata-broken', message);
  }
  return {
    partition: {
      namespace: namespaceOf(context.fullyQualifiedNamespace),
      hub: context.eventHubName.toLowerCase(),
      id: context.partitionId,
    },
    messages: bodies.map((body, i) => toMessage(body, system[i], properties[i] ?? {})),
  };
}

interface PartitionContext {
  readonly fullyQualifiedNamespace: string;
  readonly eventHubName: string;
  readonly partitionId: string;
}

function toMessage(
  body: Buffer,
  system: SystemProperties | undefined,
  properties: Record<string, unknown>,
): RecordsMessage {
  const sequenceNumber = Number(system?.sequenceNumber);
  const enqueuedTime = utcTime(system?.enqueuedTimeUtc ?? '');
  if (!Number.isSafeInteger(sequenceNumber) || !Number.isFinite(enqueuedTime)) {
    throw new SluiceError(
      'trigger-metadata-broken',
      `A message came with the metadata ${JSON.stringify(system)}.`,
    );
  }
  return { sequenceNumber, enqueuedTime, body: Buffer.from(body), properties };
}

/** The host may write the time without its zone, which is UTC. */
function utcTime(text: string): number {
  return Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
}
