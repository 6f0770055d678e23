import rhea, { type EventContext, type Message, type Receiver } from 'rhea';
import { AmqpFault, entityNotFound, messageTooLarge } from './errors.ts';
import type { Attempt } from './faults.ts';
import { partitionAt, type Hub, type Hubs } from './hubs.ts';
import { PRODUCER_CREDIT, type Limits } from './limits.ts';
import type { PartitionLog } from './partition-log.ts';
import { BATCH_FORMAT, readBatch, readSingle, type Publication } from './stored-event.ts';

/** Where a producer's link leads: to a partition, or to the gateway, which chooses one for each publication. */
export interface ProducerTarget {
  readonly hub: Hub;
  readonly partition: string | undefined;
}

/**
 * Reads `hub` or `hub/Partitions/0`.
 * @throws AmqpFault where there is no such entity
 */
export function resolveProducer(hubs: Hubs, address: string): ProducerTarget {
  const [, name = '', partition] = /^([^/]+)(?:\/Partitions\/([^/]+))?$/i.exec(address) ?? [];
  if (name === '') throw entityNotFound(address);
  const hub = hubs.get(name);
  if (partition !== undefined) partitionAt(hub.partitions, partition);
  return { hub, partition };
}

export interface ProducerLink {
  readonly receiver: Receiver;
  readonly target: ProducerTarget;
  readonly limits: Limits;
  readonly attempt: (attempt: Attempt) => void;
}

/** Takes in what comes on a producer's link. Credit is given back as publications are answered. */
export function serveProducer({ receiver, target, limits, attempt }: ProducerLink): void {
  const { hub, partition } = target;
  let answered = 0;
  const answer = createAnswers();

  function settle(delivery: rhea.Delivery, fault?: AmqpFault): void {
    answer(delivery, fault);
    answered += 1;
    if (answered < PRODUCER_CREDIT / 4) return;
    receiver.add_credit(answered);
    answered = 0;
  }

  receiver.on('message', ({ message, delivery }: EventContext) => {
    if (!message || !delivery) return;
    attempt({
      operation: { kind: 'send', hub: hub.name, partition },
      connection: receiver.connection,
      perform: () => settle(delivery, publish(message, delivery.format)),
      refuse: (fault) => settle(delivery, fault),
    });
  });
  receiver.add_credit(PRODUCER_CREDIT);

  function publish(message: Message, format: number): AmqpFault | undefined {
    try {
      const publication = readPublication(message, format, limits.maxMessageBytes);
      choosePartition(target, publication).append(publication);
      return undefined;
    } catch (error) {
      if (error instanceof AmqpFault) return error;
      throw error;
    }
  }
}

/**
 * rhea tells the outcomes of deliveries that follow each other as one, and of two it asks no more whether they are alike: what was turned
 * down would be taken for accepted. So it is told apart from what comes before and after.
 */
function createAnswers(): (delivery: rhea.Delivery, fault?: AmqpFault) => void {
  const waiting: (() => void)[] = [];

  function tellNext(): void {
    waiting.shift()?.();
    if (waiting.length > 0) setImmediate(tellNext);
  }

  return function answer(delivery, fault) {
    if (!fault && waiting.length === 0) {
      delivery.accept();
      return;
    }
    waiting.push(() => (fault ? delivery.reject(fault.toAmqp()) : delivery.accept()));
    if (waiting.length === 1) setImmediate(tellNext);
  };
}

/** rhea hands over a plain message decoded, and any other format as bytes. */
function readPublication(message: Message, format: number, maxBytes: number): Publication {
  const payload: Buffer = Buffer.isBuffer(message) ? message : rhea.message.encode(message);
  if (payload.length > maxBytes) throw messageTooLarge(payload.length, maxBytes);
  return format === BATCH_FORMAT ? readBatch(payload) : readSingle(payload);
}

function choosePartition({ hub, partition }: ProducerTarget, { partitionKey }: Publication): PartitionLog {
  if (partition !== undefined) return partitionAt(hub.partitions, partition);
  if (partitionKey !== undefined) return hub.partitionOfKey(partitionKey);
  return hub.nextPartition();
}
