import { gunzipSync } from 'node:zlib';
import type { Fault } from './fault.ts';

const GZIP_MAGIC = [0x1f, 0x8b];
const BYTE_ORDER_MARKS = { utf8: [0xef, 0xbb, 0xbf], utf16le: [0xff, 0xfe], utf16be: [0xfe, 0xff] };

/** A few repetitive records pack to almost nothing, and unpack to nothing that hurts. */
const ALWAYS_ALLOWED = 65_536;

export interface DecodeLimits {
  /** A message that unpacks to more than this many bytes is a dead letter. */
  readonly maxUnpackedBytes: number;
  /** The same for one that unpacks to more than so many times its size. */
  readonly maxUnpackedRatio: number;
}

/** Message bytes to JSON text as UTF-8 bytes: gzip by its magic number, byte-order marks. What needs neither is not copied. */
export function decode(body: Buffer, limits: DecodeLimits): Buffer | Fault {
  const unpacked = isGzip(body) ? unpack(body, limits) : body;
  return Buffer.isBuffer(unpacked) ? withoutByteOrderMark(unpacked) : unpacked;
}

export function isGzip(body: Buffer): boolean {
  return startsWith(body, GZIP_MAGIC);
}

function unpack(body: Buffer, { maxUnpackedBytes, maxUnpackedRatio }: DecodeLimits): Buffer | Fault {
  const limit = Math.min(maxUnpackedBytes, Math.max(ALWAYS_ALLOWED, body.length * maxUnpackedRatio));
  try {
    return gunzipSync(body, { maxOutputLength: limit });
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const tooLarge = error instanceof RangeError;
    return tooLarge
      ? { reason: 'unpack-too-large', detail: `more than ${limit} bytes`, offset: 0 }
      : { reason: 'unpack-failed', detail, offset: 0 };
  }
}

function withoutByteOrderMark(text: Buffer): Buffer | Fault {
  if (startsWith(text, BYTE_ORDER_MARKS.utf8)) return text.subarray(3);
  if (startsWith(text, BYTE_ORDER_MARKS.utf16le)) return fromUtf16(text, 'utf-16le');
  if (startsWith(text, BYTE_ORDER_MARKS.utf16be)) return fromUtf16(text, 'utf-16be');
  return text;
}

/** The decoder takes the byte-order mark away. Half of a surrogate pair has no bytes in UTF-8, and is not to become other ones. */
function fromUtf16(text: Buffer, encoding: 'utf-16le' | 'utf-16be'): Buffer | Fault {
  try {
    return Buffer.from(new TextDecoder(encoding, { fatal: true }).decode(text));
  } catch {
    return { reason: 'not-utf8', detail: `the message is no valid ${encoding.toUpperCase()}`, offset: 0 };
  }
}

function startsWith(bytes: Buffer, magic: readonly number[]): boolean {
  for (let i = 0; i < magic.length; i++) if (bytes[i] !== magic[i]) return false;
  return true;
}
