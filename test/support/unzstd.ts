import { zstdDecompressSync } from 'node:zlib';

const SKIPPABLE = { first: 0x184d2a50, last: 0x184d2a5f, header: 8 };

/** What `zstd -dc` makes of a file, by RFC 8878 alone: skippable frames are skipped, and all others follow each other. */
export function unzstd(file: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < file.length;) {
    const magic = file.readUInt32LE(at);
    if (magic >= SKIPPABLE.first && magic <= SKIPPABLE.last) {
      at += SKIPPABLE.header + file.readUInt32LE(at + 4);
      continue;
    }
    // Node reads one frame, and tells how much of the file that was.
    const { buffer, engine } = zstdDecompressSync(file.subarray(at), { info: true }) as unknown as Unpacked;
    parts.push(buffer);
    at += engine.bytesWritten;
  }
  return Buffer.concat(parts);
}

interface Unpacked {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}
