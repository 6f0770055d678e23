import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from './paced.ts';

const SECOND_MS = 1_000;

/** Waits until so many more are due, at so many a second. What was not used up is not made up for. */
export type Pace = (items: number) => Promise<void>;

export function createPacer(perSecond: number, clock: Clock = { now: () => performance.now(), sleep }): Pace {
  let due = clock.now();
  return async function pace(items) {
    const wait = due - clock.now();
    if (wait > 0) await clock.sleep(wait);
    due = Math.max(due, clock.now()) + (items / perSecond) * SECOND_MS;
  };
}
