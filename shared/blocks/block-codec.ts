import { LONGEST_NOTE, packMemberByZlib, readMembers } from './gzip-member.ts';
import type { Member } from './gzip-member.ts';
import { joinBytes } from '../json/join-bytes.ts';
import { oneEnd } from '../judge/span.ts';
import { keepOne } from '../keep-one.ts';
import { borrowBytes, giveBack } from './slabs.ts';
import { decodeOrigins, OriginsEncoder } from './origins.ts';
import type { LineOrigin } from './origins.ts';
import { createPackers } from './packers.ts';
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

/** Of a line alone. */
export function spanOfLine(line: Line): Lines {
  return { ...line, ends: oneEnd(line.bytes.length) };
}

export interface PackedBlock {
  /** May be borrowed: whoever has written it may give it back. */
  readonly body: Buffer;
  /** The lines' origins in base64, where the format has no place for them: they are kept in the plan then. */
  readonly origins?: string;
}

/** A block that is being made. */
export interface BlockWriter {
  /** What has come so far may be packed while other lines are still read. */
  add(span: Lines): void;
  finish(): Promise<PackedBlock>;
}

/** How lines become a block and lines again. Blocks one after the other are a file that ordinary tools read. */
export interface BlockCodec {
  readonly extension: string;
  readonly contentType: string;
  open(): BlockWriter;
  unpack(body: Buffer, origins?: string): Promise<Line[]>;
  /** The lines alone, for who does not know their origins. */
  unpackLines(body: Buffer): Promise<Buffer[]>;
}

export const COMPRESSIONS = ['gzip', 'zstd', 'none'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** The level that packs fastest: docs/performance.md has what each level takes. */
export const FASTEST_LEVEL = 1;

/** The greatest level of each; of `none` nobody asks. */
export const MOST_LEVELS: Readonly<Record<Compression, number>> = { gzip: 9, zstd: 19, none: 9 };

/** Of the fastest level, which is ours. */
const packMember = createPackers();

function gzipCodec(level: number): BlockCodec {
  return packedCodec({
    extension: '.ndjson.gz',
    contentType: 'application/gzip',
    write: level === FASTEST_LEVEL ? packMember : (content, note) => packMemberByZlib(content, note, level),
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
  /** May take the content's memory away. */
  readonly write: (content: Buffer, note: Buffer) => Promise<Buffer>;
  readonly read: (block: Buffer) => AsyncIterable<Member>;
}

function packedCodec({ extension, contentType, write, read }: PackedFormat): BlockCodec {
  return {
    extension,
    contentType,
    open: () => new MemberWriter(write),

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

/** A stretch of origins is four numbers of at most eight bytes each. The next line can close one and begin another. */
const LONGEST_STRETCH = 32;

/**
 * So much makes a member. All cores pack members side by side, and begin with the first while others are still taken out of messages.
 * Members of a MiB would be 1% smaller, but many a batch is no larger, and would begin to be packed at its end.
 */
const MEMBER_BYTES = 256 * 1024;

class MemberWriter implements BlockWriter {
  readonly #write: PackedFormat['write'];
  readonly #members: Promise<Buffer>[] = [];
  #spans: Lines[] = [];
  #origins = new OriginsEncoder();
  #bytes = 0;

  constructor(write: PackedFormat['write']) {
    this.#write = write;
  }

  add(span: Lines): void {
    this.#origins.add(span, span.ends.length);
    this.#spans.push(span);
    this.#bytes += span.bytes.length;
    if (this.#bytes >= MEMBER_BYTES || this.#origins.length >= LONGEST_NOTE - 2 * LONGEST_STRETCH)
      this.#flush();
  }

  async finish(): Promise<PackedBlock> {
    if (this.#spans.length > 0) this.#flush();
    return { body: Buffer.concat(await Promise.all(this.#members)) };
  }

  #flush(): void {
    const member = this.#writeMember(joinLines(this.#spans), this.#origins.finish());
    // Whoever finishes the block is told; until then there is nobody to tell.
    member.catch(() => undefined);
    this.#members.push(member);
    this.#spans = [];
    this.#origins = new OriginsEncoder();
    this.#bytes = 0;
  }

  async #writeMember(content: Buffer, origins: Buffer): Promise<Buffer> {
    const member = await this.#write(content, origins);
    giveBack(content);
    return member;
  }
}

keepOne(new MemberWriter(packMember));

class PlainWriter implements BlockWriter {
  readonly #spans: Lines[] = [];
  readonly #origins = new OriginsEncoder();

  add(span: Lines): void {
    this.#spans.push(span);
    this.#origins.add(span, span.ends.length);
  }

  finish(): Promise<PackedBlock> {
    const origins = this.#origins.finish().toString('base64');
    return Promise.resolve({ body: joinLines(this.#spans), origins });
  }
}

keepOne(new PlainWriter());

const plain: BlockCodec = {
  extension: '.ndjson',
  contentType: 'application/x-ndjson',
  open: () => new PlainWriter(),

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

/** A block of lines that are all there. */
export function packBlock(spans: readonly Lines[], codec: BlockCodec): Promise<PackedBlock> {
  const block = codec.open();
  for (const span of spans) block.add(span);
  return block.finish();
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
