import { LONGEST_NOTE, readMembers, writeMember } from './gzip-member.ts';
import type { Member } from './gzip-member.ts';
import { joinBytes } from '../json/join-bytes.ts';
import { borrowBytes, giveBack } from './slabs.ts';
import { decodeOrigins, OriginsEncoder } from './origins.ts';
import type { LineOrigin } from './origins.ts';
import { readFrames, writeFrame } from './zstd-frame.ts';

/** A line of a block: a record's bytes without a line break in them, and where it comes from. */
export interface Line extends LineOrigin {
  readonly bytes: Buffer;
}

/** Lines that stand side by side in a message, with one byte between two of them, of which the first has this origin. */
export interface Lines extends LineOrigin {
  readonly bytes: Buffer;
  /** By line, where it ends in `bytes`. */
  readonly ends: Int32Array;
}

export function alone(line: Line): Lines {
  return { ...line, ends: Int32Array.of(line.bytes.length) };
}

export interface PackedBlock {
  /** May be borrowed: whoever has written it may give it back. */
  readonly body: Buffer;
  /** The lines' origins in base64, where the format has no place for them: they are kept in the plan then. */
  readonly origins?: string;
}

/** How lines become a block and lines again. Blocks one after the other are a file that ordinary tools read. */
export interface BlockCodec {
  readonly extension: string;
  readonly contentType: string;
  pack(spans: readonly Lines[]): Promise<PackedBlock>;
  unpack(body: Buffer, origins?: string): Promise<Line[]>;
  /** The lines alone, for who does not know their origins. */
  unpackLines(body: Buffer): Promise<Buffer[]>;
}

export const COMPRESSIONS = ['gzip', 'zstd', 'none'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** The level that packs fastest: gzip 325 MB/s to 13.5% of the size, where level 6 makes 142 MB/s to 12.1%; zstd 1,021 MB/s to 11.0%. */
export const FASTEST_LEVEL = 1;

/** The greatest level of each; of `none` nobody asks. */
export const MOST_LEVELS: Readonly<Record<Compression, number>> = { gzip: 9, zstd: 19, none: 9 };

function gzipCodec(level: number): BlockCodec {
  return packedCodec({
    extension: '.ndjson.gz',
    contentType: 'application/gzip',
    write: (content, note) => writeMember(content, note, level),
    read: readMembers,
  });
}

function zstdCodec(level: number): BlockCodec {
  return packedCodec({
    extension: '.ndjson.zst',
    contentType: 'application/zstd',
    write: (content, note) => writeFrame(content, note, level),
    read: readFrames,
  });
}

/** A format that has a place for a note of ours, where the origins of the lines stand. */
interface PackedFormat extends Pick<BlockCodec, 'extension' | 'contentType'> {
  readonly write: (content: Buffer, note: Buffer) => Promise<Buffer>;
  readonly read: (block: Buffer) => AsyncIterable<Member>;
}

function packedCodec({ extension, contentType, write, read }: PackedFormat): BlockCodec {
  async function writeLines(spans: readonly Lines[], origins: Buffer): Promise<Buffer> {
    const content = joinLines(spans);
    const member = await write(content, origins);
    giveBack(content);
    return member;
  }

  return {
    extension,
    contentType,

    async pack(spans) {
      const members: Promise<Buffer>[] = [];
      let origins = new OriginsEncoder();
      let start = 0;
      let bytes = 0;
      spans.forEach((span, i) => {
        origins.add(span, span.ends.length);
        bytes += span.bytes.length;
        const hasRoom = bytes < MEMBER_BYTES && origins.length < LONGEST_NOTE - 2 * LONGEST_STRETCH;
        if (hasRoom && i < spans.length - 1) return;
        members.push(writeLines(spans.slice(start, i + 1), origins.finish()));
        origins = new OriginsEncoder();
        start = i + 1;
        bytes = 0;
      });
      return { body: Buffer.concat(await Promise.all(members)) };
    },

    async unpack(body) {
      const lines: Line[] = [];
      for await (const { content, note } of read(body)) {
        // One by one: a call takes some 100,000 arguments, and a member can have more lines.
        for (const line of pair(content, decodeOrigins(note))) lines.push(line);
      }
      return lines;
    },

    async unpackLines(body) {
      const lines: Buffer[] = [];
      for await (const { content } of read(body)) for (const line of splitLines(content)) lines.push(line);
      return lines;
    },
  };
}

/** So much makes a member: all cores pack members of a large block side by side, and it is hardly larger for that (0.6%). */
const MEMBER_BYTES = 1024 * 1024;

/** A stretch of origins is four numbers of at most eight bytes each. The next line can close one and begin another. */
const LONGEST_STRETCH = 32;

const plain: BlockCodec = {
  extension: '.ndjson',
  contentType: 'application/x-ndjson',

  pack(spans) {
    const origins = new OriginsEncoder();
    for (const span of spans) origins.add(span, span.ends.length);
    return Promise.resolve({ body: joinLines(spans), origins: origins.finish().toString('base64') });
  },

  async unpack(body, origins = '') {
    return pair(body, decodeOrigins(Buffer.from(origins, 'base64')));
  },

  async unpackLines(body) {
    return splitLines(body);
  },
};

const CODECS: Record<Compression, (level: number) => BlockCodec> = {
  gzip: gzipCodec,
  zstd: zstdCodec,
  none: () => plain,
};

export function blockCodec(compression: Compression, level = FASTEST_LEVEL): BlockCodec {
  return CODECS[compression](level);
}

const READERS = COMPRESSIONS.map((compression) => blockCodec(compression));

/** The codec that a blob was written with: the setting may have changed since. */
export function codecOf(blobName: string): BlockCodec {
  return READERS.find(({ extension }) => blobName.endsWith(extension)) ?? plain;
}

const LINE_FEED = 0x0a;
const LINES = { open: Buffer.alloc(0), close: Buffer.of(LINE_FEED), separator: LINE_FEED };

function joinLines(spans: readonly Lines[]): Buffer {
  return joinBytes(spans, LINES, borrowBytes);
}

function pair(content: Buffer, origins: readonly LineOrigin[]): Line[] {
  const lines = splitLines(content);
  if (lines.length !== origins.length)
    throw new Error(`a block holds ${lines.length} lines and not the ${origins.length} it should`);
  return origins.map((origin, i) => ({ bytes: lines[i] ?? Buffer.alloc(0), ...origin }));
}

/** Every line of a block ends with a line feed. */
function splitLines(content: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < content.length;) {
    const end = content.indexOf(LINE_FEED, start);
    if (end === -1) throw new Error('a block ends within a line');
    lines.push(content.subarray(start, end));
    start = end + 1;
  }
  return lines;
}
