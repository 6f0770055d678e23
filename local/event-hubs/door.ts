import type { KeyObject } from 'node:crypto';
import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import rhea from 'rhea';
import { breakOff } from './faults.ts';
import { serveLinks, type LinkDeps } from './links.ts';

/** For those who come with a token of Entra ID: TLS, and no keys. */
export interface IdentityDoor {
  /** PEM, of `localhost`. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
  /** Of whoever issues the tokens. */
  readonly issuerKey: KeyObject;
}

/** A port at which clients come in. */
export interface Door {
  readonly port: number;
  close(): Promise<void>;
}

export interface DoorAddress {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Plain TCP without. */
  readonly tls?: Pick<IdentityDoor, 'cert' | 'key'> | undefined;
}

/** Opens a port for AMQP, and waits until it listens. */
export async function openDoor({ host, port, tls }: DoorAddress, deps: LinkDeps): Promise<Door> {
  const container = rhea.create_container({ id: 'event-hubs-emulator', tcp_no_delay: true });
  serveLinks(container, deps);
  const server = container.listen({
    host,
    port,
    ...(tls && { transport: 'tls', cert: tls.cert, key: tls.key }),
    receiver_options: { autoaccept: false, credit_window: 0, max_message_size: deps.limits.maxMessageBytes },
    // Azure sends events settled, and so does not hear of what becomes of them.
    sender_options: { snd_settle_mode: 1 },
  });
  const sockets = trackSockets(server);
  await once(server, 'listening');
  return {
    port: portOf(server),
    async close() {
      server.close();
      for (const socket of sockets) breakOff(socket);
      await once(server, 'close');
    },
  };
}

function trackSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  const track = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };
  // What a TLS server takes is told of by `connection` before, and by `secureConnection` after the handshake.
  server.on('connection', track);
  server.on('secureConnection', track);
  return sockets;
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null)
    throw new Error('The emulator does not listen on a port.');
  return address.port;
}
