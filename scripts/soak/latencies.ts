import type { EventHubsEmulator } from '../../local/event-hubs/emulator.ts';
import type { OnStorageAnswer } from '../../local/storage/fault-proxy.ts';
import { decodeBlockId } from '../../shared/blocks/block-id.ts';
import { parseRecordId } from '../../shared/message.ts';

/** What has become of a message, in milliseconds since 1970 UTC. */
export interface Journey {
  readonly enqueued: number;
  /** When the last block that its records can be in was in its blob's list. */
  readonly archived: number | undefined;
  /** When the records hub had the last of its records. Undefined where none is passed on. */
  readonly passedOn: number | undefined;
}

export interface JourneyWatch {
  /** For the proxy in front of storage. */
  readonly onStorageAnswer: OnStorageAnswer;
  /** Notes what has come onto the hubs since it was called last. */
  readonly look: () => void;
  readonly journeys: () => Journey[];
}

interface Stations {
  enqueued?: number;
  archived?: number;
  passedOn?: number;
}

/**
 * Follows messages by what anybody can see: the block lists that are committed, whose ids say which messages they hold, and the record
 * ids on the records hub. Nothing is asked of the app.
 */
export function watchJourneys(
  hubs: () => Pick<EventHubsEmulator, 'hub'>,
  [source, records]: readonly [string, string],
): JourneyWatch {
  const stations = new Map<string, Stations>();
  const seen = new Map<string, number>();

  function at(partition: string, sequenceNumber: number): Stations {
    const key = `${partition}/${sequenceNumber}`;
    const known = stations.get(key) ?? {};
    stations.set(key, known);
    return known;
  }

  function* newOn(hub: string) {
    for (const partition of hubs().hub(hub).partitions) {
      const place = `${hub}/${partition.id}`;
      for (const event of partition.events(seen.get(place))) yield { partition: partition.id, ...event };
      seen.set(place, partition.lastSequenceNumber + 1);
    }
  }

  function look(): void {
    for (const { partition, sequenceNumber, enqueuedTime } of newOn(source))
      at(partition, sequenceNumber).enqueued = enqueuedTime;
    for (const { enqueuedTime, applicationProperties } of newOn(records))
      for (const { partition, sequenceNumber } of originsIn(applicationProperties['recordIds'])) {
        const message = at(partition, sequenceNumber);
        message.passedOn = Math.max(message.passedOn ?? 0, enqueuedTime);
      }
  }

  return {
    onStorageAnswer: ({ kind, partition }, { body }, status) => {
      if (kind !== 'commit' || partition === undefined || status >= 300) return;
      const block = lastBlockIn(body);
      const now = Date.now();
      if (block) for (let n = block.first; n <= block.last; n++) at(partition, n).archived = now;
    },
    look,
    journeys: () => [...stations.values()].flatMap(journeyOf),
  };
}

function journeyOf({ enqueued, archived, passedOn }: Stations): Journey[] {
  return enqueued === undefined ? [] : [{ enqueued, archived, passedOn }];
}

/** A commit sends the whole list, of which the last is new. */
function lastBlockIn(list: Buffer) {
  const [last] = [...list.toString('latin1').matchAll(/<(?:Latest|Committed|Uncommitted)>([^<]+)</g)].slice(
    -1,
  );
  return decodeBlockId(last?.[1] ?? '');
}

function originsIn(recordIds: unknown): { partition: string; sequenceNumber: number }[] {
  if (typeof recordIds !== 'string') return [];
  return (JSON.parse(recordIds) as string[]).flatMap((id) => {
    const { partition, origin } = parseRecordId(id) ?? {};
    return partition && origin ? [{ partition: partition.id, sequenceNumber: origin.sequenceNumber }] : [];
  });
}
