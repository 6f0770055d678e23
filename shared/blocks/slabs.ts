/** What is smaller comes from memory that the process has anyway; what is larger is rare. */
const LEAST_BYTES = 32 * 1024;
const MOST_BYTES = 32 * 1024 * 1024;

/** So much is kept for the next: the blocks and messages of a large decision. */
const MOST_KEPT = 32 * 1024 * 1024;

/** In the order in which they were given back. */
const free: ArrayBufferLike[] = [];
let kept = 0;

const lent = new WeakSet<ArrayBufferLike>();

/**
 * Memory, of any content, for what lives only until it is written. It is used again: pages that are new to the process take several
 * times as long to fill as to copy into those that it has, and buffers would pile up until a collection finds them.
 */
export function borrowBytes(length: number): Buffer {
  if (length < LEAST_BYTES || length > MOST_BYTES) return Buffer.allocUnsafe(length);
  const slab = takeFree(length) ?? Buffer.allocUnsafeSlow(withRoom(length)).buffer;
  lent.add(slab);
  return Buffer.from(slab, 0, length);
}

/** What was given back last is in the processor's cache. */
function takeFree(length: number): ArrayBufferLike | undefined {
  for (let i = free.length - 1; i >= 0; i--) {
    const slab = free[i] as ArrayBufferLike;
    if (slab.byteLength < length || slab.byteLength > 2 * length) continue;
    free.splice(i, 1);
    kept -= slab.byteLength;
    return slab;
  }
  return undefined;
}

/** The next may be a little longer. */
function withRoom(length: number): number {
  return length + Math.ceil(length / 8);
}

/** Nobody reads these bytes any more. What was not borrowed, or is never given back, is left to the collection. */
export function giveBack({ buffer }: Buffer): void {
  if (!lent.delete(buffer)) return;
  free.push(buffer);
  kept += buffer.byteLength;
  while (kept > MOST_KEPT) kept -= free.shift()?.byteLength ?? 0;
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
