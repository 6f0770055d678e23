export interface Framing {
  /** Before all parts, and after them. */
  readonly open: Buffer;
  readonly close: Buffer;
  /** One byte, between two parts. */
  readonly separator: number;
}

/** Parts that stand side by side, with one byte of any kind between two of them. */
interface Neighbours {
  readonly bytes: Buffer;
  /** By part, where it ends in `bytes`. */
  readonly ends: Int32Array;
}

/** All parts with the separator between them. Neighbours are copied at one go. */
export function joinBytes(
  parts: readonly Neighbours[],
  { open, close, separator }: Framing,
  allocate: (length: number) => Buffer = (length) => Buffer.allocUnsafe(length),
): Buffer {
  const joined = allocate(lengthOf(parts, open.length + close.length));
  let at = open.copy(joined);
  let isFirst = true;
  for (const { bytes, ends } of parts) {
    if (!isFirst) joined[at++] = separator;
    isFirst = false;
    joined.set(bytes, at);
    for (let i = 0; i < ends.length - 1; i++) joined[at + (ends[i] as number)] = separator;
    at += bytes.length;
  }
  close.copy(joined, at);
  return joined;
}

function lengthOf(parts: readonly Neighbours[], framing: number): number {
  let length = framing + Math.max(0, parts.length - 1);
  for (const { bytes } of parts) length += bytes.length;
  return length;
}
