import { setImmediate } from 'node:timers/promises';
import type { Interceptor } from './intercept.ts';
import { InjectedFault } from './intercept.ts';

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface Scheduler {
  /** For `intercept`: the request waits for its turn. */
  readonly via: Interceptor;
  /** Runs the tasks to their end; whose request is made next, and whether it fails, the seed decides. */
  readonly run: (tasks: readonly (() => Promise<unknown>)[]) => Promise<void>;
}

/** `faultRate`: the share of requests that fail, half of them after their effect. */
export function scheduler(seed: number, faultRate = 0): Scheduler {
  const random = seeded(seed);
  const waiting: (() => void)[] = [];

  async function via<T>(name: string, request: () => Promise<T>): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.unshift(resolve);
    await promise;
    const fate = random();
    if (fate < faultRate / 2) throw new InjectedFault(`${name} never arrives`);
    const result = await request();
    if (fate < faultRate) throw new InjectedFault(`the answer of ${name} is lost`);
    return result;
  }

  async function run(tasks: readonly (() => Promise<unknown>)[]): Promise<void> {
    const running = new Set(tasks);
    const all = Promise.all(tasks.map((task) => task().finally(() => running.delete(task))));
    while (running.size > 0) {
      // Whatever does not wait for its turn comes to rest first: the order is the seed's alone.
      await setImmediate();
      // The newest is the likeliest, so that others linger on their way while much else happens.
      const [next] = waiting.splice(Math.floor(random() ** 3 * waiting.length), 1);
      next?.();
    }
    await all;
  }

  return { via, run };
}
