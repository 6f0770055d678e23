import { promisify } from 'node:util';
import zlib from 'node:zlib';
import type { Member } from './gzip-member.ts';

/**
 * A zstd frame (RFC 8878) behind a skippable one that holds the length of the frame (32 bits, little endian) and a note of ours.
 * Readers of zstd skip it; frames one after the other are a zstd file.
 */
const SKIPPABLE_MAGIC = 0x184d2a5a;
const SKIPPABLE_HEADER = 8;
const FRAME_LENGTH = 4;
const MARK = 'SL';
const BEFORE_NOTE = SKIPPABLE_HEADER + MARK.length + FRAME_LENGTH;

/** With a checksum, so that damage is seen. */
export async function writeFrame(content: Buffer, note: Buffer, level: number): Promise<Buffer> {
  const params = {
    [zlib.constants.ZSTD_c_compressionLevel]: level,
    [zlib.constants.ZSTD_c_checksumFlag]: 1,
  };
  const packed = await promisify(zlib.zstdCompress)(content, { params });
  const frame = Buffer.alloc(BEFORE_NOTE + note.length + packed.length);
  frame.writeUInt32LE(SKIPPABLE_MAGIC, 0);
  frame.writeUInt32LE(MARK.length + FRAME_LENGTH + note.length, 4);
  frame.write(MARK, SKIPPABLE_HEADER, 'latin1');
  frame.writeUInt32LE(packed.length, BEFORE_NOTE - FRAME_LENGTH);
  note.copy(frame, BEFORE_NOTE);
  packed.copy(frame, BEFORE_NOTE + note.length);
  return frame;
}

/** The frames of a block that `writeFrame` made. Throws where the bytes are something else, or damaged. */
export async function* readFrames(block: Buffer): AsyncGenerator<Member> {
  for (let at = 0; at < block.length;) {
    const { note, packed, end } = frameAt(block, at);
    yield { note, content: await promisify(zlib.zstdDecompress)(packed) };
    at = end;
  }
}

function frameAt(block: Buffer, at: number): { note: Buffer; packed: Buffer; end: number } {
  const hasHeader = block.length - at >= BEFORE_NOTE && block.readUInt32LE(at) === SKIPPABLE_MAGIC;
  const isMarked =
    hasHeader && block.toString('latin1', at + SKIPPABLE_HEADER, at + BEFORE_NOTE - FRAME_LENGTH) === MARK;
  const start = isMarked ? at + SKIPPABLE_HEADER + block.readUInt32LE(at + 4) : block.length;
  const end = isMarked ? start + block.readUInt32LE(at + BEFORE_NOTE - FRAME_LENGTH) : Infinity;
  if (start < at + BEFORE_NOTE || end > block.length)
    throw new Error(`no zstd frame of Sluice's at byte ${at} of a block`);
  return { note: block.subarray(at + BEFORE_NOTE, start), packed: block.subarray(start, end), end };
}
