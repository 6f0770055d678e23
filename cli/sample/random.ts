/** A seeded source of chance: the same seed gives the same answers in the same order, on every machine. */
export interface Random {
  /** From 0 up to, but not including, 1. */
  next(): number;
  /** A whole number, both ends included. */
  integer(least: number, greatest: number): number;
  /** True for this share (0 to 1) of the calls. */
  chance(share: number): boolean;
  /** One of the items, which must not be empty. */
  pick<T>(items: readonly T[]): T;
  hex(digits: number): string;
  guid(): string;
  /** A whole number of so many decimal digits: beyond what a double holds from 17 digits on. */
  bigInteger(digits: number): bigint;
}

export function createRandom(seed: number): Random {
  const next = mulberry32(seed);
  const integer = (least: number, greatest: number) => least + Math.floor(next() * (greatest - least + 1));
  const hex = (digits: number) => repeat(digits, () => integer(0, 15).toString(16));
  return {
    next,
    integer,
    chance: (share) => next() < share,
    pick: (items) => {
      for (const item of items.slice(integer(0, items.length - 1))) return item;
      throw new RangeError('There is nothing to pick from.');
    },
    hex,
    guid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'.charAt(integer(0, 3))}${hex(3)}-${hex(12)}`,
    bigInteger: (digits) => BigInt(integer(1, 9) + repeat(digits - 1, () => String(integer(0, 9)))),
  };
}

/** Tommy Ettinger's mulberry32: 32 bits of state are plenty for samples, and it needs no library. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function repeat(times: number, draw: () => string): string {
  let text = '';
  for (let done = 0; done < times; done++) text += draw();
  return text;
}
