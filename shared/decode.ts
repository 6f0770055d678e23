import { gunzipSync } from 'node:zlib';
import type { Fault } from './fault.ts';

const GZIP_MAGIC = [0x1f, 0x8b];
const BYTE_ORDER_MARKS = { utf8: [0xef, 0xbb, 0xbf], utf16le: [0xff, 0xfe], utf16be: [0xfe, 0xff] };

export interface DecodeLimits {
  /** A message that unpacks to more than this many bytes is a dead letter. */
  readonly maxUnpackedBytes: number;
}

/** Message bytes to JSON text as UTF-8 bytes: gzip by its magic number, byte-order marks. What needs neither is not copied. */
export function decode(body: Buffer, limits: DecodeLimits): Buffer | Fault {
  const unpacked = startsWith(body, GZIP_MAGIC) ? unpack(body, limits) : body;
  return Buffer.isBuffer(unpacked) ? withoutByteOrderMark(unpacked) : unpacked;
}

function unpack(body: Buffer, { maxUnpackedBytes }: DecodeLimits): Buffer | Fault {
  try {
    return gunzipSync(body, { maxOutputLength: maxUnpackedBytes });
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const tooLarge = error instanceof RangeError;
    return tooLarge
      ? { reason: 'unpack-too-large', detail: `more than ${maxUnpackedBytes} bytes`, offset: 0 }
      : { reason: 'unpack-failed', detail, offset: 0 };
  }
}

function withoutByteOrderMark(text: Buffer): Buffer {
  if (startsWith(text, BYTE_ORDER_MARKS.utf8)) return text.subarray(3);
  if (startsWith(text, BYTE_ORDER_MARKS.utf16le)) return fromUtf16(text, 'utf-16le');
  if (startsWith(text, BYTE_ORDER_MARKS.utf16be)) return fromUtf16(text, 'utf-16be');
  return text;
}

/** The decoder takes the byte-order mark away; a half of a surrogate pair becomes U+FFFD. */
function fromUtf16(text: Buffer, encoding: 'utf-16le' | 'utf-16be'): Buffer {
  return Buffer.from(new TextDecoder(encoding).decode(text));
}

function startsWith(bytes: Buffer, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}
