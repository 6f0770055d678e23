/** What is smaller comes from memory that the process has anyway; what is larger is rare. */
const LEAST_BYTES = 32 * 1024;
const MOST_BYTES = 32 * 1024 * 1024;

/** So much is kept for the next: the blocks of a large decision. */
const MOST_KEPT = 32 * 1024 * 1024;

/** By size, which is a power of two. */
const free = new Map<number, ArrayBufferLike[]>();
let kept = 0;

const lent = new WeakSet<ArrayBufferLike>();

/**
 * Memory, of any content, for what lives only until it is written. It is used again: pages that are new to the process take several
 * times as long to fill as to copy into those that it has, and buffers would pile up until a collection finds them.
 */
export function borrowBytes(length: number): Buffer {
  if (length < LEAST_BYTES || length > MOST_BYTES) return Buffer.allocUnsafe(length);
  const size = 2 ** Math.ceil(Math.log2(length));
  const found = free.get(size)?.pop();
  if (found) kept -= size;
  const slab = found ?? Buffer.allocUnsafeSlow(size).buffer;
  lent.add(slab);
  return Buffer.from(slab, 0, length);
}

/** Nobody reads these bytes any more. What was not borrowed, or is never given back, is left to the collection. */
export function giveBack({ buffer }: Buffer): void {
  const size = buffer.byteLength;
  if (!lent.delete(buffer) || kept + size > MOST_KEPT) return;
  const ofSize = free.get(size) ?? [];
  free.set(size, ofSize);
  ofSize.push(buffer);
  kept += size;
}

/** Goes to another thread, and cannot be given back here any more. */
export function handOver({ buffer }: Uint8Array): void {
  lent.delete(buffer);
}

/** Comes back from there, as another object. */
export function takeBack({ buffer }: Uint8Array): void {
  lent.add(buffer);
  giveBack(Buffer.from(buffer));
}
