import { positionBeyondEnd } from './errors.ts';
import type { StartPosition } from './start-position.ts';
import { storeEvent, type LastEnqueued, type Publication, type StoredEvent } from './stored-event.ts';

export interface PartitionLogOptions {
  readonly now: () => number;
  readonly retentionMs: number;
  readonly maxBytes: number;
}

export interface PartitionState {
  readonly beginSequenceNumber: number;
  /** -1 while nothing has been enqueued, as Azure says it. */
  readonly last: LastEnqueued;
  readonly bytes: number;
  readonly count: number;
}

/** The events of one partition in memory, in the order of their sequence numbers, which begin at 0. */
export interface PartitionLog {
  /** @throws AmqpFault, with nothing taken in, where one of the messages is none */
  append(publication: Publication): void;
  /** The event with this sequence number, or the oldest one when that was let go; nothing at the end. */
  read(sequenceNumber: number): StoredEvent | undefined;
  /**
   * The sequence number to read first.
   * @throws AmqpFault for a position beyond the end, as Azure refuses one
   */
  seek(position: StartPosition): number;
  state(): PartitionState;
  events(): readonly StoredEvent[];
  letGo(beforeSequenceNumber: number): void;
  /** Calls back after each append; returns what ends it. */
  subscribe(onAppend: () => void): () => void;
}

/** 0001-01-01, the .NET time that Azure gives for a partition without events. */
const NEVER = Date.parse('0001-01-01T00:00:00Z');

const NOTHING: LastEnqueued = { sequenceNumber: -1, offset: '-1', enqueuedTime: NEVER };

export function createPartitionLog({ now, retentionMs, maxBytes }: PartitionLogOptions): PartitionLog {
  const subscribers = new Set<() => void>();
  // Events before `head` were let go. They leave the array together, so that letting one go costs no copy of the rest.
  let held: StoredEvent[] = [];
  let head = 0;
  let bytes = 0;
  let nextSequenceNumber = 0;
  let nextOffset = 0;
  let last = NOTHING;

  function letGoOldest(): void {
    bytes -= held[head]?.wire.length ?? 0;
    head += 1;
    if (head < 1024 || head * 2 < held.length) return;
    held = held.slice(head);
    head = 0;
  }

  function letGoWhile(isDue: (oldest: StoredEvent) => boolean): void {
    for (let oldest = held[head]; oldest && isDue(oldest); oldest = held[head]) letGoOldest();
  }

  function expire(): void {
    const limit = now() - retentionMs;
    letGoWhile((oldest) => oldest.enqueuedTime < limit);
  }

  /** A batch with a message in it that is none is refused whole, so all are read before any is kept. */
  function readAll({ messages, partitionKey }: Publication): StoredEvent[] {
    const enqueuedTime = now();
    let offset = nextOffset;
    return messages.map((message, index) => {
      const sequenceNumber = nextSequenceNumber + index;
      const event = storeEvent(message, { sequenceNumber, offset, enqueuedTime, partitionKey });
      offset += event.wire.length;
      return event;
    });
  }

  function append(publication: Publication): void {
    for (const event of readAll(publication)) {
      const { sequenceNumber, offset, enqueuedTime, wire } = event;
      held.push(event);
      bytes += wire.length;
      nextSequenceNumber = sequenceNumber + 1;
      nextOffset = offset + wire.length;
      last = { sequenceNumber, offset: String(offset), enqueuedTime };
    }
    expire();
    letGoWhile(() => bytes > maxBytes);
    for (const notify of subscribers) notify();
  }

  const begin = (): number => nextSequenceNumber - (held.length - head);

  function read(sequenceNumber: number): StoredEvent | undefined {
    return held[head + Math.max(0, sequenceNumber - begin())];
  }

  function seek(position: StartPosition): number {
    expire();
    if (position.by === 'latest') return position.inclusive ? last.sequenceNumber : nextSequenceNumber;
    const { by, value, inclusive } = position;
    if (by === 'sequence-number') {
      if (value > last.sequenceNumber) throw positionBeyondEnd('sequence number', value, last.sequenceNumber);
      return inclusive ? value : value + 1;
    }
    if (by === 'offset' && value > Number(last.offset)) {
      throw positionBeyondEnd('offset', value, Number(last.offset));
    }
    // Offsets grow, but a clock may step back: the first event past a time is not to be had by bisection.
    const place = by === 'offset' ? 'offset' : 'enqueuedTime';
    const found = held.findIndex((event, at) => at >= head && isPast(event[place], value, inclusive));
    return found === -1 ? nextSequenceNumber : begin() + found - head;
  }

  function state(): PartitionState {
    expire();
    return { beginSequenceNumber: begin(), last, bytes, count: held.length - head };
  }

  return {
    append,
    read,
    seek,
    state,
    events: () => held.slice(head),
    letGo: (before) => letGoWhile(({ sequenceNumber }) => sequenceNumber < before),
    subscribe(onAppend) {
      subscribers.add(onAppend);
      return () => subscribers.delete(onAppend);
    },
  };
}

function isPast(place: number, given: number, inclusive: boolean): boolean {
  return inclusive ? place >= given : place > given;
}
