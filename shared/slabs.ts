/** Most blocks are smaller: a batch's records of one category and hour. */
const SLAB_BYTES = 2 * 1024 * 1024;

/** What is smaller comes from memory that the process has anyway. */
const LEAST_BYTES = 64 * 1024;

/** So many blocks of a batch are written side by side. */
const MOST_FREE = 8;

const free: ArrayBufferLike[] = [];
const lent = new WeakSet<ArrayBufferLike>();

/**
 * Memory, of any content, for what lives only until it is written. It is used again: pages that are new to the process take several
 * times as long to fill as to copy into those that it has, and buffers would pile up until a collection finds them.
 */
export function borrowBytes(length: number): Buffer {
  if (length < LEAST_BYTES || length > SLAB_BYTES) return Buffer.allocUnsafe(length);
  const slab = free.pop() ?? Buffer.allocUnsafeSlow(SLAB_BYTES).buffer;
  lent.add(slab);
  return Buffer.from(slab, 0, length);
}

/** Nobody reads these bytes any more. What was not borrowed, or is never given back, is left to the collection. */
export function giveBack({ buffer }: Buffer): void {
  if (lent.delete(buffer) && free.length < MOST_FREE) free.push(buffer);
}
