import rhea from 'rhea';
import { badArgument, notAllowed } from './errors.ts';
import { partitionAt, type Hub, type Hubs } from './hubs.ts';
import type { Answer } from './request-reply.ts';

export const MANAGEMENT_NODE = '$management';

/** The constructor of a string of up to 255 bytes, in an array of them. */
const STR8 = 0xa1;

/** What a READ on `$management` asks for. */
export interface ManagementRequest {
  readonly operation: string;
  readonly type: string;
  readonly hub: string;
  readonly partition: string | undefined;
}

export function readManagementRequest(request: rhea.Message): ManagementRequest {
  const { operation, type, name, partition } = request.application_properties ?? {};
  return {
    operation: String(operation),
    type: String(type),
    hub: String(name),
    partition: partition === undefined ? undefined : String(partition),
  };
}

/** @throws AmqpFault where the hub or the partition does not exist, or the request is none */
export function answerManagement(hubs: Hubs, request: ManagementRequest): Answer {
  if (request.operation !== 'READ') throw notAllowed(`$management knows READ, not '${request.operation}'.`);
  const hub = hubs.get(request.hub);
  switch (request.type) {
    case 'com.microsoft:eventhub':
      return { status: 200, description: 'OK', body: hubProperties(hub) };
    case 'com.microsoft:partition':
      return { status: 200, description: 'OK', body: partitionProperties(hub, request.partition ?? '') };
    default:
      throw badArgument(`$management has no entity of type '${request.type}'.`);
  }
}

// The types of the values are part of the protocol: clients in other languages than JavaScript cast them.

function hubProperties(hub: Hub): Record<string, unknown> {
  const ids = hub.partitions.map((_, index) => String(index));
  return {
    name: hub.name,
    type: 'com.microsoft:eventhub',
    created_at: rhea.types.wrap_timestamp(hub.createdAt),
    partition_count: rhea.types.wrap_int(ids.length),
    partition_ids: rhea.types.wrap_array(ids, STR8, undefined),
    georeplication_factor: rhea.types.wrap_int(1),
  };
}

function partitionProperties(hub: Hub, id: string): Record<string, unknown> {
  const { beginSequenceNumber, last, count } = partitionAt(hub.partitions, id).state();
  return {
    name: hub.name,
    type: 'com.microsoft:partition',
    partition: id,
    begin_sequence_number: rhea.types.wrap_long(beginSequenceNumber),
    last_enqueued_sequence_number: rhea.types.wrap_long(last.sequenceNumber),
    last_enqueued_offset: last.offset,
    last_enqueued_time_utc: rhea.types.wrap_timestamp(last.enqueuedTime),
    is_partition_empty: count === 0,
  };
}
