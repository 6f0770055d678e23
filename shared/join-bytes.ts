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

/** `Buffer.concat` with something between the parts, without a list of twice as many parts. */
export function joinBytes(parts: readonly Part[], { open, close, separator }: Framing): Buffer {
  let length = open.length + close.length + Math.max(0, parts.length - 1);
  for (const { bytes } of parts) length += bytes.length;
  const joined = Buffer.allocUnsafe(length);
  let at = open.copy(joined);
  for (let first = 0; first < parts.length;) {
    const next = endOfNeighbours(parts, first);
    at += copyNeighbours(parts, first, next, joined, at);
    for (let i = next - 1, end = at; i > first; i--) {
      end -= lengthOf(parts[i]) + 1;
      joined[end] = separator;
    }
    if (next < parts.length) joined[at++] = separator;
    first = next;
  }
  close.copy(joined, at);
  return joined;
}

/** Parts that stand beside each other in one message with a byte between them, as its records mostly do, are copied at one go. */
function endOfNeighbours(parts: readonly Part[], first: number): number {
  let before = parts[first]?.bytes;
  let next = first + 1;
  for (; next < parts.length; next++) {
    const bytes = parts[next]?.bytes;
    if (!before || !bytes || bytes.byteOffset !== before.byteOffset + before.length + 1) break;
    if (bytes.buffer !== before.buffer) break;
    before = bytes;
  }
  return next;
}

function copyNeighbours(parts: readonly Part[], first: number, next: number, to: Buffer, at: number): number {
  const from = parts[first]?.bytes;
  const last = parts[next - 1]?.bytes;
  if (!from || !last) return 0;
  const length = last.byteOffset + last.length - from.byteOffset;
  to.set(new Uint8Array(from.buffer, from.byteOffset, length), at);
  return length;
}

function lengthOf(part: Part | undefined): number {
  return part?.bytes.length ?? 0;
}
