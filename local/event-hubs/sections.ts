import { notDecodable } from './errors.ts';

/**
 * The sections of an AMQP message (AMQP 1.0, part 3, section 3.2) by their descriptor codes. They are found and put
 * together as bytes, never decoded and encoded again, so that what a producer sent stays as it is down to its types.
 */
export const SECTION = {
  header: 0x70,
  deliveryAnnotations: 0x71,
  messageAnnotations: 0x72,
  properties: 0x73,
  data: 0x75,
} as const;

export interface Section {
  readonly code: number;
  readonly start: number;
  /** Where the section's value begins, with its constructor byte. */
  readonly value: number;
  readonly end: number;
}

/** @throws AmqpFault where the bytes are not a message */
export function sectionsOf(message: Buffer): Section[] {
  const sections: Section[] = [];
  for (let start = 0; start < message.length;) {
    const value = endOfDescriptor(message, start);
    const end = endOfValue(message, value);
    sections.push({ code: message.readUInt8(value - 1), start, value, end });
    start = end;
  }
  return sections;
}

const SMALL_ULONG = 0x53;
const ULONG = 0x80;

/** A section's descriptor is a ulong, short or long; either way its last byte tells the section. */
function endOfDescriptor(buffer: Buffer, start: number): number {
  const kind = buffer[start + 1];
  const end = start + (kind === SMALL_ULONG ? 3 : 10);
  if (buffer[start] !== 0 || (kind !== SMALL_ULONG && kind !== ULONG) || end >= buffer.length) {
    throw notDecodable(`No message section begins at byte ${start}.`);
  }
  return end;
}

/** Widths by the high half of a constructor byte (AMQP 1.0, part 1, section 1.2). */
const FIXED_WIDTHS: Readonly<Record<number, number>> = { 4: 0, 5: 1, 6: 2, 7: 4, 8: 8, 9: 16 };

/** Where the value that begins with the constructor at `at` ends. */
export function endOfValue(buffer: Buffer, at: number): number {
  const end = unchecked(buffer, at);
  if (end > buffer.length) throw notDecodable(`The value at byte ${at} ends after its message.`);
  return end;
}

function unchecked(buffer: Buffer, at: number): number {
  const constructor = buffer[at];
  if (constructor === undefined) throw notDecodable(`A value is missing at byte ${at}.`);
  if (constructor === 0) return endOfValue(buffer, endOfValue(buffer, at + 1));
  const high = constructor >>> 4;
  const width = FIXED_WIDTHS[high];
  if (width !== undefined) return at + 1 + width;
  if (high < 0xa) throw notDecodable(`Unknown constructor 0x${constructor.toString(16)} at byte ${at}.`);
  // The others have their length in front: in one byte for Ax, Cx and Ex, in four for Bx, Dx and Fx.
  const lengthBytes = high % 2 === 0 ? 1 : 4;
  const content = at + 1 + lengthBytes;
  if (content > buffer.length) return content;
  return content + buffer.readUIntBE(at + 1, lengthBytes);
}

/** The content of a binary, string or symbol; nothing for any other value, such as null. */
export function contentOf(buffer: Buffer, at: number): Buffer {
  const high = buffer.readUInt8(at) >>> 4;
  const skip = high === 0xa ? 2 : high === 0xb ? 5 : undefined;
  return skip === undefined ? buffer.subarray(at, at) : buffer.subarray(at + skip, endOfValue(buffer, at));
}

const MAP8 = 0xc1;
const MAP32 = 0xd1;

/** The entries of a map with text keys: each value as the bytes that encode it. */
export function mapEntries(buffer: Buffer, at: number): [key: string, value: Buffer][] {
  const constructor = buffer.readUInt8(at);
  if (constructor !== MAP8 && constructor !== MAP32) throw notDecodable('Annotations are not a map.');
  const end = endOfValue(buffer, at);
  const entries: [string, Buffer][] = [];
  for (let key = at + (constructor === MAP8 ? 3 : 9); key < end;) {
    const value = endOfValue(buffer, key);
    const next = endOfValue(buffer, value);
    entries.push([contentOf(buffer, key).toString(), buffer.subarray(value, next)]);
    key = next;
  }
  return entries;
}

/** A section whose value is a map with symbols for keys, as annotations are. */
export function annotationsSection(code: number, entries: readonly (readonly [string, Buffer])[]): Buffer {
  const items = entries.flatMap(([key, value]) => [variable(0xa3, Buffer.from(key, 'ascii')), value]);
  const head = Buffer.alloc(12);
  head.set([0, SMALL_ULONG, code, MAP32]);
  head.writeUInt32BE(4 + items.reduce((sum, item) => sum + item.length, 0), 4);
  head.writeUInt32BE(items.length, 8);
  return Buffer.concat([head, ...items]);
}

export function encodeString(text: string): Buffer {
  return variable(0xa1, Buffer.from(text, 'utf8'));
}

export function encodeLong(value: number): Buffer {
  return eightBytes(0x81, value);
}

/** @param time milliseconds since 1970 UTC */
export function encodeTimestamp(time: number): Buffer {
  return eightBytes(0x83, time);
}

function eightBytes(constructor: number, value: number): Buffer {
  const encoded = Buffer.alloc(9);
  encoded.writeUInt8(constructor);
  encoded.writeBigInt64BE(BigInt(Math.trunc(value)), 1);
  return encoded;
}

/** The constructor of the long form is that of the short form, 16 more. */
function variable(constructor: number, content: Buffer): Buffer {
  if (content.length < 256) return Buffer.concat([Buffer.from([constructor, content.length]), content]);
  const head = Buffer.alloc(5);
  head.writeUInt8(constructor + 0x10);
  head.writeUInt32BE(content.length, 1);
  return Buffer.concat([head, content]);
}
