import { promisify } from 'node:util';
import { crc32, gzip, inflateRaw } from 'node:zlib';
import { deflate } from './deflate.ts';

const gzipByZlib = promisify(gzip) as (
  data: Buffer,
  options: { level: number; chunkSize: number },
) => Promise<Buffer>;
const inflate = promisify(inflateRaw) as (data: Buffer) => Promise<Buffer>;

/**
 * A gzip member (RFC 1952) whose header carries an extra field `SL`: the length of the whole member (32 bits, little endian), so that
 * members can be found without unpacking, and a note of ours. Readers of gzip skip it; members one after the other are a gzip file.
 */
const FIXED_HEADER = 10;
const EXTRA_LENGTH = 2;
const SUBFIELD_HEADER = 4;
const MEMBER_LENGTH = 4;
const TRAILER = 8;
const BEFORE_NOTE = FIXED_HEADER + EXTRA_LENGTH + SUBFIELD_HEADER + MEMBER_LENGTH;

/** An extra field is at most 65,535 bytes. */
export const LONGEST_NOTE = 0xffff - SUBFIELD_HEADER - MEMBER_LENGTH;

/** What zlib packs comes out in chunks. Records pack to less than a quarter, and each chunk more is another turn of zlib's thread: a tenth of the time. */
const LEAST_CHUNK = 16 * 1024;

/** By zlib, on threads of Node's, where the checksum is reckoned too. */
export async function packMemberByZlib(content: Buffer, note: Buffer, level: number): Promise<Buffer> {
  const chunkSize = Math.max(LEAST_CHUNK, content.length >> 2);
  const packed = await gzipByZlib(content, { level, chunkSize });
  return memberOf(note, packed.subarray(FIXED_HEADER, -TRAILER), packed.subarray(-TRAILER));
}

/** By `deflate`, on this thread. */
export function packMember(content: Buffer, note: Buffer): Buffer {
  return memberOf(note, deflate(content), trailerOf(content));
}

function trailerOf(content: Buffer): Buffer {
  const trailer = Buffer.alloc(TRAILER);
  trailer.writeUInt32LE(crc32(content));
  trailer.writeUInt32LE(content.length % 2 ** 32, 4);
  return trailer;
}

function memberOf(note: Buffer, packed: Buffer, trailer: Buffer): Buffer {
  const member = Buffer.allocUnsafeSlow(BEFORE_NOTE + note.length + packed.length + TRAILER);
  // ID1 ID2 CM=deflate FLG=FEXTRA MTIME=0 (4) XFL=0 OS=unknown
  member.set([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 255]);
  member.writeUInt16LE(SUBFIELD_HEADER + MEMBER_LENGTH + note.length, FIXED_HEADER);
  member.write('SL', FIXED_HEADER + EXTRA_LENGTH, 'latin1');
  member.writeUInt16LE(MEMBER_LENGTH + note.length, FIXED_HEADER + EXTRA_LENGTH + 2);
  member.writeUInt32LE(member.length, BEFORE_NOTE - MEMBER_LENGTH);
  note.copy(member, BEFORE_NOTE);
  packed.copy(member, BEFORE_NOTE + note.length);
  trailer.copy(member, member.length - TRAILER);
  return member;
}

export interface Member {
  readonly note: Buffer;
  readonly content: Buffer;
}

/** The members that a block consists of. Throws where the bytes are something else, or damaged. */
export async function* readMembers(block: Buffer): AsyncGenerator<Member> {
  for (let at = 0; at < block.length;) {
    const member = memberAt(block, at);
    const noteLength = member.readUInt16LE(FIXED_HEADER) - SUBFIELD_HEADER - MEMBER_LENGTH;
    const packed = member.subarray(BEFORE_NOTE + noteLength, member.length - TRAILER);
    const content = await inflate(packed);
    if (crc32(content) !== member.readUInt32LE(member.length - TRAILER))
      throw new Error('a gzip member is damaged');
    yield { note: member.subarray(BEFORE_NOTE, BEFORE_NOTE + noteLength), content };
    at += member.length;
  }
}

function memberAt(block: Buffer, at: number): Buffer {
  const length = block.length - at > BEFORE_NOTE ? block.readUInt32LE(at + BEFORE_NOTE - MEMBER_LENGTH) : 0;
  const marked = block.toString(
    'latin1',
    at + FIXED_HEADER + EXTRA_LENGTH,
    at + FIXED_HEADER + EXTRA_LENGTH + 2,
  );
  if (marked !== 'SL' || length < BEFORE_NOTE + TRAILER || at + length > block.length) {
    throw new Error(`no gzip member of Sluice's at byte ${at} of a block`);
  }
  return block.subarray(at, at + length);
}
