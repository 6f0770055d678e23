import type { InvocationContext } from '@azure/functions';
import type { RecordsBatch, RecordsMessage } from '../category-functions/category-functions.ts';
import { SluiceError } from '../errors.ts';
import { parseRecordId } from '../message.ts';
import { namespaceOf } from '../names.ts';
import { REPLAY_OF } from '../category-functions/replay-properties.ts';

interface SystemProperties {
  /** A text with hosts that write 64-bit numbers so. */
  readonly sequenceNumber: number | string;
  readonly enqueuedTimeUtc: string;
}

/** What the host hands over, as a batch of one partition. The parallel arrays of metadata leave out nulls: they are not used. */
export function toBatch(
  bodies: readonly Buffer[],
  { triggerMetadata = {} }: InvocationContext,
): RecordsBatch {
  const system = triggerMetadata['systemPropertiesArray'] as readonly SystemProperties[] | undefined;
  const properties = triggerMetadata['propertiesArray'] as readonly Record<string, unknown>[] | undefined;
  const context = triggerMetadata['partitionContext'] as PartitionContext | undefined;
  if (!context) throw broken('The host did not say of which partition the messages are.');
  if (system?.length !== bodies.length || properties?.length !== bodies.length) {
    const found = `system properties of ${system?.length ?? 'none'}, and properties of ${properties?.length ?? 'none'}`;
    throw broken(`The host handed over ${bodies.length} messages with ${found}.`);
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
  const sequenceNumber = wholeNumber(system?.sequenceNumber);
  const enqueuedTime = utcTime(system?.enqueuedTimeUtc ?? '');
  if (sequenceNumber === undefined || !Number.isFinite(enqueuedTime))
    throw broken(`A message came with the metadata ${JSON.stringify(system)}.`);
  const replayOf = recordIdIn(properties[REPLAY_OF]);
  const facts = { sequenceNumber, enqueuedTime, body: Buffer.from(body), properties };
  return replayOf === undefined ? facts : { ...facts, replayOf };
}

/** Whoever may send to the hub can give a message any property. */
function recordIdIn(property: unknown): string | undefined {
  return typeof property === 'string' && parseRecordId(property) ? property : undefined;
}

/** `Number` alone would take null for 0. */
function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

function broken(message: string): SluiceError {
  return new SluiceError('trigger-metadata-broken', message);
}

/** The host may write the time without its zone, which is UTC. */
function utcTime(text: string): number {
  return Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
}
