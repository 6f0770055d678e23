const kept: object[] = [];

/**
 * Keeps an object for as long as the process lives. V8 throws away the code that it has compiled for a class, and what it has learnt of
 * the class's fields, when a collection finds no object of it. Of a class whose objects live as long as a batch, one is kept.
 */
export function keepOne(object: object): void {
  kept.push(object);
}

/** So many: records that lack a field, or have another type in one, differ in their layout. */
const MOST_LAST = 64;
const last: unknown[] = [];
let oldest = 0;

/**
 * Keeps the last of those objects whose layout comes from data, which are to be small. When none of a layout is left, what was compiled
 * for it goes; to compile the validator of a large schema again takes 50 ms.
 */
export function keepLast(object: unknown): void {
  last[oldest] = object;
  oldest = (oldest + 1) % MOST_LAST;
}
