import type { Container, EventContext, link as Link, Receiver, Sender } from 'rhea';
import type { Access } from './access.ts';
import { answerPutToken, CBS_NODE } from './cbs.ts';
import { AmqpFault } from './errors.ts';
import type { Attempt, Faults, Operation } from './faults.ts';
import type { Hubs } from './hubs.ts';
import type { Limits } from './limits.ts';
import type { LinkRegistry } from './link-registry.ts';
import { answerManagement, MANAGEMENT_NODE, readManagementRequest } from './management.ts';
import { readWishes, resolveConsumer, serveConsumer } from './receive.ts';
import type { ReceiverSeats } from './receiver-seats.ts';
import { serveRequests } from './request-reply.ts';
import { resolveProducer, serveProducer } from './send.ts';

export interface LinkDeps {
  readonly hubs: Hubs;
  readonly access: Access;
  readonly limits: Limits;
  readonly faults: Faults;
  readonly links: LinkRegistry;
  readonly seats: ReceiverSeats;
  readonly now: () => number;
}

/** Serves every link that a client attaches. rhea names a link for our side of it: a client's sender is our receiver. */
export function serveLinks(container: Container, deps: LinkDeps): void {
  const { links } = deps;
  container.on('receiver_open', ({ receiver }: EventContext) => {
    if (receiver) openFromProducer(receiver, deps);
  });
  container.on('sender_open', ({ sender }: EventContext) => {
    if (sender) openToConsumer(sender, deps);
  });
  container.on('receiver_close', ({ receiver }: EventContext) => links.release((link) => link === receiver));
  container.on('sender_close', ({ sender }: EventContext) => links.release((link) => link === sender));
  container.on('session_close', ({ session }: EventContext) =>
    links.release((link) => link.session === session),
  );
  const releaseConnection = ({ connection }: EventContext): void =>
    links.release((link) => link.connection === connection);
  container.on('connection_close', releaseConnection);
  container.on('disconnected', releaseConnection);
  container.on('error', reportError);
  container.on('protocol_error', reportError);
}

/** A frame that is none, or a mistake of ours in answering one: rhea closes the connection. */
function reportError(error: unknown): void {
  console.error('The Event Hubs emulator broke off a connection:', error);
}

function openFromProducer(receiver: Receiver, deps: LinkDeps): void {
  const { hubs, access, limits, links, faults } = deps;
  const address = receiver.target.address;
  receiver.set_target({ address });
  if (address === CBS_NODE) {
    return serveRequests(receiver, CBS_NODE, (request, reply) =>
      reply(answerPutToken(hubs, access, receiver.connection, request)),
    );
  }
  if (address === MANAGEMENT_NODE) return serveManagement(receiver, deps);
  attach(receiver, deps, () => {
    const target = resolveProducer(hubs, address);
    access.demand(receiver.connection, target.hub.name, ['Send']);
    return {
      operation: { kind: 'attach', hub: target.hub.name, partition: target.partition },
      perform() {
        links.add(receiver, target.hub, () => {});
        serveProducer({ receiver, target, limits, attempt: faults.lane() });
      },
    };
  });
}

function openToConsumer(sender: Sender, deps: LinkDeps): void {
  const { hubs, access, links, seats, faults, now } = deps;
  const address = sender.source.address;
  sender.set_source({ address });
  if (address === CBS_NODE || address === MANAGEMENT_NODE) return;
  attach(sender, deps, () => {
    const source = resolveConsumer(hubs, address);
    access.demand(sender.connection, source.hub.name, ['Listen']);
    const wishes = readWishes(sender);
    const detach = (fault: AmqpFault): void => links.detach(sender, fault);
    return {
      operation: { kind: 'attach', hub: source.hub.name, partition: source.partition },
      perform() {
        // In this order, so that a receiver with no position to begin at throws nobody out.
        const next = source.log.seek(wishes.start);
        const leave = seats.take(source.log, source.consumerGroup, {
          epoch: wishes.epoch,
          disconnect: detach,
        });
        const end = serveConsumer({ sender, source, wishes, next, now, attempt: faults.lane(), detach });
        links.add(sender, source.hub, () => {
          end();
          leave();
        });
      },
    };
  });
}

/** Attaches a link, or detaches it with the reason why not. */
function attach(
  link: Link,
  deps: LinkDeps,
  prepare: () => Pick<Attempt, 'perform'> & { operation: Operation },
): void {
  const { links, faults } = deps;
  const refuse = (fault: AmqpFault): void => links.detach(link, fault);
  refuseFaults(refuse, () => {
    const { operation, perform } = prepare();
    faults.lane()({
      operation,
      connection: link.connection,
      perform() {
        // It may have been delayed for longer than the client would wait.
        if (link.is_remote_open()) refuseFaults(refuse, perform);
      },
      refuse,
    });
  });
}

function serveManagement(receiver: Receiver, { hubs, access, faults }: LinkDeps): void {
  const attempt = faults.lane();
  serveRequests(receiver, MANAGEMENT_NODE, (message, reply) => {
    const request = readManagementRequest(message);
    attempt({
      operation: { kind: 'management', hub: request.hub, partition: request.partition },
      connection: receiver.connection,
      perform: () =>
        refuseFaults(reply, () => {
          access.demand(receiver.connection, request.hub, ['Listen', 'Send']);
          reply(answerManagement(hubs, request));
        }),
      refuse: reply,
    });
  });
}

function refuseFaults(refuse: (fault: AmqpFault) => void, run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof AmqpFault)) throw error;
    refuse(error);
  }
}
