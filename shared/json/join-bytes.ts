export interface Framing {
  /** Before all parts, and after them. */
  readonly open: Buffer;
  readonly close: Buffer;
  /** One byte, between two parts. */
  readonly separator: number;
}

interface Part {
  readonly bytes: Buffer;
}

/**
 * `Buffer.concat` with something between the parts, without a list of twice as many parts. Parts that stand beside each other in one
 * message with a byte between them, as its records mostly do, are copied at one go.
 */
export function joinBytes(
  parts: readonly Part[],
  { open, close, separator }: Framing,
  allocate: (length: number) => Buffer = (length) => Buffer.allocUnsafe(length),
): Buffer {
  const joined = allocate(lengthOf(parts, open.length + close.length));
  let at = open.copy(joined);
  for (let first = 0; first < parts.length;) {
    if (first > 0) joined[at++] = separator;
    const next = endOfNeighbours(parts, first);
    copyNeighbours(parts, first, next, joined, at);
    at += (parts[first] as Part).bytes.length;
    for (let i = first + 1; i < next; i++) {
      joined[at] = separator;
      at += 1 + (parts[i] as Part).bytes.length;
    }
    first = next;
  }
  close.copy(joined, at);
  return joined;
}

function lengthOf(parts: readonly Part[], framing: number): number {
  let length = framing + Math.max(0, parts.length - 1);
  for (let i = 0; i < parts.length; i++) length += (parts[i] as Part).bytes.length;
  return length;
}

function endOfNeighbours(parts: readonly Part[], first: number): number {
  const { buffer, byteOffset, length } = (parts[first] as Part).bytes;
  let expected = byteOffset + length + 1;
  let next = first + 1;
  for (; next < parts.length; next++) {
    const { bytes } = parts[next] as Part;
    if (bytes.byteOffset !== expected || bytes.buffer !== buffer) break;
    expected += bytes.length + 1;
  }
  return next;
}

function copyNeighbours(parts: readonly Part[], first: number, next: number, to: Buffer, at: number): void {
  const from = (parts[first] as Part).bytes;
  const last = (parts[next - 1] as Part).bytes;
  to.set(new Uint8Array(from.buffer, from.byteOffset, last.byteOffset + last.length - from.byteOffset), at);
}
