import { setTimeout as sleep } from 'node:timers/promises';

const SECOND_MS = 1_000;
/** So many at once where there is no rate to keep. */
const AT_ONCE = 500;

/** In milliseconds; where it began does not matter. */
export interface Clock {
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

const REAL: Clock = { now: () => performance.now(), sleep };

/** The items in groups, each when it is due: so many a second, or as fast as they are taken. */
export async function* paced<T>(
  items: Iterable<T>,
  perSecond: number | undefined,
  clock: Clock = REAL,
): AsyncGenerator<readonly T[]> {
  const size = perSecond === undefined ? AT_ONCE : Math.max(1, Math.round(perSecond));
  const takes = perSecond === undefined ? 0 : (size / perSecond) * SECOND_MS;
  let due = clock.now();
  for (const group of groupsOf(items, size)) {
    const wait = due - clock.now();
    if (wait > 0) await clock.sleep(wait);
    yield group;
    due += takes;
  }
}

function* groupsOf<T>(items: Iterable<T>, size: number): Generator<readonly T[]> {
  let group: T[] = [];
  for (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
