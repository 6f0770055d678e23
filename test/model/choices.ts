/**
 * Every choice of a run, one after the other. 0 is always the dullest, so that a failing run is made smaller by leaving choices out
 * and by taking the dullest instead.
 */
export interface Choices {
  /** A whole number from 0 up to `n`, which is not included. */
  draw(n: number): number;
  chance(share: number): boolean;
  /** The first is the dullest. */
  pick<T>(list: readonly T[]): T;
  readonly drawn: readonly number[];
}

export function seededChoices(seed: number): Choices {
  const random = seeded(seed);
  return choicesBy((n) => Math.floor(random() * n));
}

/** The same choices again; the dullest when they are used up. */
export function replayedChoices(drawn: readonly number[]): Choices {
  let at = 0;
  return choicesBy((n) => (drawn[at++] ?? 0) % n);
}

function choicesBy(next: (n: number) => number): Choices {
  const drawn: number[] = [];

  function draw(n: number): number {
    if (n <= 1) return 0;
    const drew = next(n);
    drawn.push(drew);
    return drew;
  }

  return {
    draw,
    chance: (share) => draw(1_000) >= 1_000 - Math.round(1_000 * share),
    pick(list) {
      const picked = list[draw(list.length)];
      if (picked === undefined) throw new RangeError('nothing to pick from');
      return picked;
    },
    drawn,
  };
}

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = Math.imul(seed, 2_654_435_761);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Fewer and duller choices with which it still fails. */
export async function shrink(
  drawn: readonly number[],
  fails: (drawn: readonly number[]) => Promise<boolean>,
  mostTries = 800,
): Promise<readonly number[]> {
  let best = drawn;
  let triesLeft = mostTries;

  async function isBetter(candidate: readonly number[]): Promise<boolean> {
    if (triesLeft-- <= 0 || !(await fails(candidate))) return false;
    best = candidate;
    return true;
  }

  /** Each piece of so many choices is left out, or else made dull. */
  async function pass(size: number): Promise<void> {
    for (let at = 0; at < best.length;) {
      const [head, cut, tail] = [best.slice(0, at), best.slice(at, at + size), best.slice(at + size)];
      if (await isBetter([...head, ...tail])) continue;
      if (cut.some((choice) => choice > 0)) await isBetter([...head, ...cut.map(() => 0), ...tail]);
      at += size;
    }
  }

  for (let size = Math.ceil(best.length / 2); size > 1; size = Math.ceil(size / 2)) await pass(size);
  await pass(1);
  return best;
}
