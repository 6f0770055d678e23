import type { Sinks } from './deps.ts';

/** Stands between the pipeline and every request to a sink; decides when `request` is made, and what is told of it. */
export type Interceptor = <T>(name: string, request: () => Promise<T>) => Promise<T>;

/** The sinks with every request going through the interceptor, named `stage`, `commit`, `get` and so on. */
export function intercept({ store, table, recordsHub }: Sinks, via: Interceptor): Sinks {
  return {
    store: {
      stage: (...args) => via('stage', () => store.stage(...args)),
      state: (...args) => via('state', () => store.state(...args)),
      commit: (...args) => via('commit', () => store.commit(...args)),
      download: (...args) => via('download', () => store.download(...args)),
    },
    table: {
      get: (...args) => via('get', () => table.get(...args)),
      query: (...args) => table.query(...args),
      transact: (...args) => via('transact', () => table.transact(...args)),
    },
    recordsHub: {
      maxMessageBytes: (...args) => via('maxMessageBytes', () => recordsHub.maxMessageBytes(...args)),
      send: (...args) => via('send', () => recordsHub.send(...args)),
    },
  };
}

/** `before`: the request never arrives; `after`: it has its effect, and the answer is lost. */
export type FaultKind = 'before' | 'after';

export class InjectedFault extends Error {}

export interface Fault {
  readonly kind: FaultKind;
  /** From which request on, counted from 1, and how many fail: a process that has crashed gets nothing done any more. */
  readonly at: number;
  readonly count?: number;
  /** Only requests of this name are counted. */
  readonly name?: string;
}

/** Lets requests fail. `fired` tells whether any has. */
export function faulty({ kind, at, count = 1, name }: Fault): { via: Interceptor; readonly fired: boolean } {
  let seen = 0;
  const via: Interceptor = async (called, request) => {
    if (name !== undefined && called !== name) return request();
    seen++;
    if (seen < at || seen >= at + count) return request();
    // Of those that fail in a row, only the first can have had its effect.
    if (kind === 'after' && seen === at) await request();
    throw new InjectedFault(`${called} (${kind} its effect)`);
  };
  return {
    via,
    get fired() {
      return seen >= at;
    },
  };
}
