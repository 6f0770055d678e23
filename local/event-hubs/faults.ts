import { Socket } from 'node:net';
import type { Connection } from 'rhea';
import { notAllowed, serverBusy, type AmqpFault } from './errors.ts';

/** Something a client asks of the hub. A `receive` is a run of deliveries to one receiver, not a single event. */
export interface Operation {
  readonly kind: 'send' | 'receive' | 'attach' | 'management';
  readonly hub: string;
  readonly partition?: string | undefined;
}

/**
 * What goes wrong with an operation:
 * - `server-busy`, `refuse`: it is not done, and the answer says so; only the first is worth trying again;
 * - `disconnect`: it is not done, and the connection breaks;
 * - `loseAnswer`: it is done, and the connection breaks before the answer leaves;
 * - `delayMs`: it is done that much later, and what follows on the same link waits behind it.
 */
export type Fault =
  | { readonly error: 'server-busy' | 'disconnect' | 'refuse' }
  | { readonly delayMs: number }
  | { readonly loseAnswer: true };

/** Asked before each operation; `undefined` lets it pass. */
export type OnOperation = (operation: Operation) => Fault | undefined;

/** One operation on its way: what does it and answers, and what answers that it was turned down. */
export interface Attempt {
  readonly operation: Operation;
  readonly connection: Connection;
  readonly perform: () => void;
  readonly refuse: (fault: AmqpFault) => void;
}

export interface Faults {
  onOperation: OnOperation | undefined;
  /** The attempts of one link, which are carried out in their order. */
  lane(): (attempt: Attempt) => void;
  /** Drops what is still delayed. */
  close(): void;
}

export function createFaults(): Faults {
  const timers = new Set<NodeJS.Timeout>();

  function after(delayMs: number, run: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, delayMs);
    timers.add(timer);
  }

  function lane(): (attempt: Attempt) => void {
    const waiting: { delayMs: number; run: () => void }[] = [];

    function runNext(): void {
      const first = waiting[0];
      if (!first) return;
      after(first.delayMs, () => {
        waiting.shift();
        first.run();
        runNext();
      });
    }

    return function attemptInTurn(attempt) {
      // rhea still hands over the rest of what it had read when the connection broke.
      if (socketOf(attempt.connection)?.destroyed) return;
      const fault = faults.onOperation?.(attempt.operation);
      const delayMs = fault && 'delayMs' in fault ? fault.delayMs : 0;
      const run = () => carryOut(attempt, fault);
      if (delayMs === 0 && waiting.length === 0) return run();
      waiting.push({ delayMs, run });
      if (waiting.length === 1) runNext();
    };
  }

  const faults: Faults = {
    onOperation: undefined,
    lane,
    close() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
  return faults;
}

function carryOut({ connection, perform, refuse }: Attempt, fault: Fault | undefined): void {
  if (!fault || 'delayMs' in fault) return perform();
  if ('loseAnswer' in fault) {
    perform();
    return breakConnection(connection);
  }
  switch (fault.error) {
    case 'server-busy':
      return refuse(serverBusy());
    case 'refuse':
      return refuse(notAllowed('The operation was refused.'));
    case 'disconnect':
      return breakConnection(connection);
  }
}

function breakConnection(connection: Connection): void {
  const socket = socketOf(connection);
  if (socket) breakOff(socket);
}

function socketOf(connection: Connection): Socket | undefined {
  const socket: unknown = connection.socket;
  return socket instanceof Socket ? socket : undefined;
}

/** rhea writes in the next tick, so nothing leaves any more. It learns of the end, and stops its timers, by the error. */
export function breakOff(socket: Socket): void {
  socket.destroy(new Error('The connection was broken off.'));
}
