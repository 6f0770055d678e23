import type { ReceivedEventData } from '@azure/event-hubs';
import type { TypedData } from './core-module.ts';
import type { TriggerData } from './invoke.ts';

/** What of the trigger's binding decides how events are handed over. */
export interface EventBinding {
  readonly cardinality: 'one' | 'many';
  readonly binary: boolean;
  /** The capability `IncludeEmptyEntriesInMessagePayload` of the app. */
  readonly includeEmptyEntries: boolean;
}

export interface TriggerPartition {
  readonly fullyQualifiedNamespace: string;
  readonly eventHubName: string;
  readonly consumerGroup: string;
  readonly partitionId: string;
}

/**
 * Events as the .NET host sends them to the worker, traps included (EventHubTriggerBindingStrategy.cs of
 * azure-sdk-for-net, GrpcMessageConversionExtensions.cs of azure-functions-host):
 * - without `dataType: 'binary'` a body is decoded as UTF-8, and empty ones are left out, so that bodies and metadata
 *   fall out of step;
 * - partition keys that are null are left out as well;
 * - `EnqueuedTimeUtc` has no `Z`, because DateTimeOffset.DateTime has no kind.
 * With cardinality `one` only the first event counts. Throws where a body is no AMQP data section, as .NET does.
 */
export function toTriggerData(
  events: readonly ReceivedEventData[],
  binding: EventBinding,
  partition: TriggerPartition,
  isCheckpointingAfterInvocation: boolean,
): TriggerData {
  const context = {
    FullyQualifiedNamespace: partition.fullyQualifiedNamespace,
    EventHubName: partition.eventHubName,
    ConsumerGroup: partition.consumerGroup,
    PartitionId: partition.partitionId,
    IsCheckpointingAfterInvocation: isCheckpointingAfterInvocation,
  };
  const [first] = events;
  const data =
    binding.cardinality === 'one' && first !== undefined ? single(first, binding) : batch(events, binding);
  return { ...data, triggerMetadata: { PartitionContext: json(context), ...data.triggerMetadata } };
}

function batch(events: readonly ReceivedEventData[], binding: EventBinding): TriggerData {
  const bodies = events.map(bodyOf);
  return {
    input: binding.binary
      ? { collectionBytes: { bytes: bodies } }
      : strings(
          bodies.map((body) => body.toString()),
          binding,
        ),
    triggerMetadata: {
      PartitionKeyArray: strings(
        events.map((event) => event.partitionKey),
        binding,
      ),
      OffsetArray: strings(
        events.map((event) => event.offset),
        binding,
      ),
      SequenceNumberArray: { collectionSint64: { sint64: events.map((event) => event.sequenceNumber) } },
      EnqueuedTimeUtcArray: json(events.map((event) => unspecifiedTime(event.enqueuedTimeUtc))),
      PropertiesArray: json(events.map((event) => dictionary(event.properties))),
      SystemPropertiesArray: json(events.map(systemProperties)),
    },
  };
}

function single(event: ReceivedEventData, binding: EventBinding): TriggerData {
  const body = bodyOf(event);
  return {
    input: binding.binary ? { bytes: body } : { string: body.toString() },
    triggerMetadata: {
      PartitionKey:
        event.partitionKey === null || event.partitionKey === undefined ? {} : { string: event.partitionKey },
      Offset: { string: event.offset },
      SequenceNumber: json(event.sequenceNumber),
      EnqueuedTimeUtc: json(unspecifiedTime(event.enqueuedTimeUtc)),
      Properties: json(dictionary(event.properties)),
      SystemProperties: json(systemProperties(event)),
    },
  };
}

function bodyOf(event: ReceivedEventData): Buffer {
  const body: unknown = event.body;
  if (Buffer.isBuffer(body)) return body;
  if (body === null || body === undefined) return Buffer.alloc(0);
  throw new Error(
    `The body of event ${event.sequenceNumber} is an AMQP value or sequence, which Functions cannot take.`,
  );
}

function strings(values: readonly (string | null | undefined)[], binding: EventBinding): TypedData {
  const all = values.map((value) => value ?? '');
  return {
    collectionString: { string: binding.includeEmptyEntries ? all : all.filter((value) => value !== '') },
  };
}

function json(value: unknown): TypedData {
  return { json: JSON.stringify(value) };
}

/** As Newtonsoft.Json writes a DateTime of kind Unspecified: no `Z`, no zeros at the end of the fraction. */
function unspecifiedTime(time: Date): string {
  return time.toISOString().replace(/\.?0*Z$/, '');
}

/** Event Hubs' annotations beside the four that .NET adds by name, because the SDK for .NET keeps them there. */
function systemProperties(event: ReceivedEventData): Record<string, unknown> {
  return {
    ...dictionary(event.systemProperties, amqpName),
    'x-opt-sequence-number': event.sequenceNumber,
    'x-opt-offset': event.offset,
    'x-opt-enqueued-time': event.enqueuedTimeUtc.toISOString(),
    ...(event.partitionKey !== null && { 'x-opt-partition-key': event.partitionKey }),
    SequenceNumber: event.sequenceNumber,
    Offset: event.offset,
    PartitionKey: event.partitionKey ?? null,
    EnqueuedTimeUtc: unspecifiedTime(event.enqueuedTimeUtc),
  };
}

/** The SDK for JavaScript says `contentType` where AMQP and .NET say `content-type`. */
function amqpName(key: string): string {
  return key.startsWith('x-') ? key : key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** .NET writes binary values as base64. */
function dictionary(
  properties: Readonly<Record<string, unknown>> | undefined,
  rename = (key: string): string => key,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties ?? {}).map(([key, value]) => [
      rename(key),
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
    ]),
  );
}
