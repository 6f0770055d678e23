import type { Sender } from 'rhea';
import { entityNotFound, type AmqpFault } from './errors.ts';
import type { Attempt } from './faults.ts';
import { partitionAt, type Hub, type Hubs } from './hubs.ts';
import type { PartitionLog } from './partition-log.ts';
import { EARLIEST, parseStartPosition, type StartPosition } from './start-position.ts';
import { withLastEnqueued, type StoredEvent } from './stored-event.ts';

const SELECTOR = 'apache.org:selector-filter:string';
const EPOCH = 'com.microsoft:epoch';
const TRACK_LAST_ENQUEUED = 'com.microsoft:enable-receiver-runtime-metric';
const PLAIN_FORMAT = 0;

export interface ConsumerSource {
  readonly hub: Hub;
  readonly consumerGroup: string;
  readonly partition: string;
  readonly log: PartitionLog;
}

/**
 * Reads `hub/ConsumerGroups/$Default/Partitions/0`.
 * @throws AmqpFault where there is no such entity
 */
export function resolveConsumer(hubs: Hubs, address: string): ConsumerSource {
  const path = /^([^/]+)\/ConsumerGroups\/([^/]+)\/Partitions\/([^/]+)$/i.exec(address);
  const [, name = '', group = '', partition = ''] = path ?? [];
  if (!path) throw entityNotFound(address);
  const hub = hubs.get(name);
  const consumerGroup = group.toLowerCase();
  if (!hub.consumerGroups.has(consumerGroup)) throw entityNotFound(`${name}|${group}`);
  return { hub, consumerGroup, partition, log: partitionAt(hub.partitions, partition) };
}

/** What a receiver asks for when it attaches. */
export interface ConsumerWishes {
  readonly start: StartPosition;
  readonly epoch: number | undefined;
  readonly tracksLastEnqueued: boolean;
}

/** @throws AmqpFault where its start position is none */
export function readWishes(sender: Sender): ConsumerWishes {
  const selector: unknown = sender.source.filter?.[SELECTOR];
  const epoch: unknown = sender.properties?.[EPOCH];
  const capabilities = [sender.desired_capabilities].flat();
  return {
    start: selector === undefined ? EARLIEST : parseStartPosition(textOf(selector)),
    epoch: typeof epoch === 'number' ? epoch : undefined,
    tracksLastEnqueued: capabilities.includes(TRACK_LAST_ENQUEUED),
  };
}

/** A filter travels as a described value, which rhea leaves wrapped. */
function textOf(filter: unknown): string {
  return typeof filter === 'object' && filter !== null && 'value' in filter
    ? String(filter.value)
    : String(filter);
}

export interface ConsumerLink {
  readonly sender: Sender;
  readonly source: ConsumerSource;
  readonly wishes: ConsumerWishes;
  /** The sequence number to begin with. */
  readonly next: number;
  readonly now: () => number;
  readonly attempt: (attempt: Attempt) => void;
  readonly detach: (fault: AmqpFault) => void;
}

/**
 * Delivers a partition's events to a receiver as far as its credit goes, now and as they come in. Returns what ends it.
 */
export function serveConsumer(link: ConsumerLink): () => void {
  const { sender, source, wishes, now, attempt, detach } = link;
  const { hub, partition, log } = source;
  const credit = creditOf(sender);
  let { next } = link;
  let state: 'opening' | 'idle' | 'delivering' | 'ended' = 'opening';
  let draining = false;

  function wake(): void {
    if (state !== 'idle') return;
    if (credit.left() === 0 || !log.read(next)) return giveBackCredit();
    state = 'delivering';
    attempt({
      operation: { kind: 'receive', hub: hub.name, partition },
      connection: sender.connection,
      perform: deliver,
      refuse: detach,
    });
  }

  function deliver(): void {
    if (state === 'ended') return;
    for (let left = credit.left(); left > 0; left -= 1) {
      const event = log.read(next);
      if (!event) break;
      next = event.sequenceNumber + 1;
      sender.send(encode(event), undefined, PLAIN_FORMAT);
      credit.spend();
    }
    state = 'idle';
    giveBackCredit();
  }

  /** A receiver that drains its link wants the credit back that there is nothing left for. */
  function giveBackCredit(): void {
    if (!draining || log.read(next)) return;
    draining = false;
    credit.spendAll();
    sender.set_drained(true);
  }

  function encode(event: StoredEvent): Buffer {
    return wishes.tracksLastEnqueued ? withLastEnqueued(event, log.state().last, now()) : event.wire;
  }

  sender.on('sender_flow', () => {
    draining = false;
  });
  sender.on('sender_draining', () => {
    draining = true;
    wake();
  });
  sender.on('sendable', wake);
  // A flow can come in one read with the attach, but no transfer may leave before rhea has answered that, in its next tick.
  process.nextTick(() => {
    if (state === 'opening') state = 'idle';
    wake();
  });
  const unsubscribe = log.subscribe(wake);
  return function end() {
    state = 'ended';
    unsubscribe();
  };
}

/** rhea's typings leave out the counters of a link and the room in its session. */
interface Counters {
  readonly credit: number;
  readonly delivery_count: number;
  readonly session: { readonly outgoing: { available(): number } };
}

/**
 * rhea counts credit down only when it writes, a tick after it was handed a delivery, and takes any number before that.
 * The sum of its two counters is what the peer has granted in all, so what was handed over is counted here.
 */
function creditOf(sender: Sender): { left(): number; spend(): void; spendAll(): void } {
  const counters = sender as Sender & Counters;
  let handedOver = 0;
  const granted = (): number => counters.credit + counters.delivery_count;
  return {
    left: () => Math.min(granted() - handedOver, counters.session.outgoing.available()),
    spend: () => {
      handedOver += 1;
    },
    spendAll: () => {
      handedOver = granted();
    },
  };
}
