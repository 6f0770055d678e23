/** Texts that many records share; of hostile ones there may be any number, and they are not kept. */
const MOST_TEXTS = 256;

interface Known {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** Makes one string, in lower case, of the same bytes wherever they stand: comparing them takes less than making a string. */
export class Interned {
  readonly #known = new Map<number, Known>();

  text(bytes: Buffer, start: number, end: number): string {
    const key = hash(bytes, start, end);
    const known = this.#known.get(key);
    if (known && isSame(known.bytes, bytes, start, end)) return known.text;
    const text = bytes.toString('utf8', start, end).toLowerCase();
    if (this.#known.size >= MOST_TEXTS) this.#known.clear();
    this.#known.set(key, { bytes: Uint8Array.prototype.slice.call(bytes, start, end), text });
    return text;
  }
}

/** Ids differ everywhere; four of their letters do. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  const middle = (start + end) >> 1;
  const letters = ((bytes[start] ?? 0) << 24) ^ ((bytes[start + 2] ?? 0) << 16) ^ ((bytes[middle] ?? 0) << 8);
  // A number that is small to the engine, or looking it up takes longer than making a string.
  return (letters ^ (bytes[end - 1] ?? 0)) & 0x3fff_ffff;
}

function isSame(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[start + i]) return false;
  return true;
}
