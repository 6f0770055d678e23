/**
 * The partition of a key, as Event Hubs itself maps it: Jenkins' lookup3 over the key's UTF-8 bytes, both words folded
 * into 16 signed bits. (The SDK's buffered producer computes the same, and the contract suite holds the two together.)
 */
export function partitionOfKey(key: string, partitionCount: number): number {
  const [b, c] = lookup3(Buffer.from(key, 'utf8'));
  const folded = ((b ^ c) << 16) >> 16;
  return Math.abs(folded % partitionCount);
}

const BLOCK = 12;

function lookup3(key: Buffer): [number, number] {
  let a = (0xdeadbeef + key.length) | 0;
  let b = a;
  let c = a;
  if (key.length === 0) return [b, c];

  // The last block is mixed differently, even when it is a whole one; a short one counts as filled up with zeros.
  const lastBlock = Math.floor((key.length - 1) / BLOCK) * BLOCK;
  for (let at = 0; at < lastBlock; at += BLOCK) {
    [a, b, c] = mix(a + key.readInt32LE(at), b + key.readInt32LE(at + 4), c + key.readInt32LE(at + 8));
  }
  const tail = Buffer.alloc(BLOCK);
  key.copy(tail, 0, lastBlock);
  return mixLast(a + tail.readInt32LE(0), b + tail.readInt32LE(4), c + tail.readInt32LE(8));
}

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

function mix(a: number, b: number, c: number): [number, number, number] {
  a = (a - c) ^ rotate(c, 4);
  c = (c + b) | 0;
  b = (b - a) ^ rotate(a, 6);
  a = (a + c) | 0;
  c = (c - b) ^ rotate(b, 8);
  b = (b + a) | 0;
  a = (a - c) ^ rotate(c, 16);
  c = (c + b) | 0;
  b = (b - a) ^ rotate(a, 19);
  a = (a + c) | 0;
  c = (c - b) ^ rotate(b, 4);
  b = (b + a) | 0;
  return [a, b, c];
}

function mixLast(a: number, b: number, c: number): [number, number] {
  c = ((c ^ b) - rotate(b, 14)) | 0;
  a = ((a ^ c) - rotate(c, 11)) | 0;
  b = ((b ^ a) - rotate(a, 25)) | 0;
  c = ((c ^ b) - rotate(b, 16)) | 0;
  a = ((a ^ c) - rotate(c, 4)) | 0;
  b = ((b ^ a) - rotate(a, 14)) | 0;
  c = ((c ^ b) - rotate(b, 24)) | 0;
  return [b, c];
}
