export interface Framing {
  /** Before all parts, and after them. */
  readonly open: Buffer;
  readonly close: Buffer;
  /** One byte, between two parts. */
  readonly separator: number;
}

/** `Buffer.concat` with something between the parts, without a list of twice as many parts. */
export function joinBytes(
  parts: readonly { readonly bytes: Buffer }[],
  { open, close, separator }: Framing,
): Buffer {
  let length = open.length + close.length + Math.max(0, parts.length - 1);
  for (const { bytes } of parts) length += bytes.length;
  const joined = Buffer.allocUnsafe(length);
  let at = open.copy(joined);
  for (const [i, { bytes }] of parts.entries()) {
    if (i > 0) joined[at++] = separator;
    at += bytes.copy(joined, at);
  }
  close.copy(joined, at);
  return joined;
}
