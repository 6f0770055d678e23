import * as fc from 'fast-check';
import rhea from 'rhea';
import { describe, expect, it } from 'vitest';
import { AmqpFault } from '../../local/event-hubs/errors.ts';
import {
  annotationsSection,
  contentOf,
  encodeLong,
  encodeString,
  encodeTimestamp,
  mapEntries,
  SECTION,
  sectionsOf,
} from '../../local/event-hubs/sections.ts';

const { types } = rhea;

/** Values of every width and category that rhea can write. */
const VALUES: unknown[] = [
  null,
  true,
  false,
  7,
  300,
  -7,
  -70_000,
  2 ** 40,
  1.5,
  types.wrap_ubyte(1),
  types.wrap_short(-2),
  types.wrap_timestamp(Date.UTC(2026, 10, 20)),
  types.wrap_uuid(Buffer.alloc(16, 1)),
  types.wrap_symbol('symbol'),
  'text',
  'x'.repeat(300),
  Buffer.from('binary'),
  Buffer.alloc(70_000),
  [],
  [1, 'two', [3]],
  { nested: { map: true } },
  types.wrap_array(['a', 'b'], 0xa1, undefined),
  types.wrap_described('text', 0x468c00000004),
];

describe('the sections of a message', () => {
  it.each(VALUES.map((value) => [value]))('are found around a value of any kind: %#', (value) => {
    const encoded = rhea.message.encode({
      durable: true,
      message_annotations: { 'x-value': value },
      application_properties: { value },
      body: rhea.message.data_section(Buffer.from('body')) as unknown,
    });

    const sections = sectionsOf(encoded);

    expect(sections.map(({ code }) => code)).toEqual([0x70, 0x72, 0x73, 0x74, 0x75]);
    expect(sections.map(({ start }) => start)).toEqual([0, ...sections.slice(0, -1).map(({ end }) => end)]);
    expect(sections.at(-1)?.end).toBe(encoded.length);
    expect(contentOf(encoded, sections.at(-1)?.value ?? 0)).toEqual(Buffer.from('body'));
  });

  it('can be put together to what another reads', () => {
    const time = Date.UTC(1900, 0, 1);
    const long = 'ü'.repeat(200);
    const section = annotationsSection(SECTION.messageAnnotations, [
      ['x-number', encodeLong(-5)],
      ['x-time', encodeTimestamp(time)],
      ['x-short', encodeString('ä')],
      ['x-long', encodeString(long)],
    ]);

    const decoded = rhea.message.decode(section);

    expect(decoded.message_annotations).toEqual({
      'x-number': -5,
      'x-time': new Date(time),
      'x-short': 'ä',
      'x-long': long,
    });
    expect(mapEntries(section, 3).map(([key]) => key)).toEqual(['x-number', 'x-time', 'x-short', 'x-long']);
  });

  it('are refused, and nothing worse, where the bytes are none', () => {
    const encoded = rhea.message.encode({
      message_annotations: { a: 1 },
      application_properties: { b: 'c' },
      body: 'd',
    });
    const damage = fc.record({
      at: fc.nat(encoded.length - 1),
      byte: fc.nat(255),
      length: fc.nat(encoded.length),
    });
    const damaged = damage.map(({ at, byte, length }) => {
      const copy = Buffer.from(encoded);
      copy[at] = byte;
      return copy.subarray(0, length);
    });
    const arbitrary = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));

    const property = fc.property(fc.oneof(damaged, arbitrary), isReadOrRefused);

    expect(() => fc.assert(property, { numRuns: 2000 })).not.toThrow();
  });
});

function isReadOrRefused(bytes: Buffer): boolean {
  try {
    for (const { code, value } of sectionsOf(bytes)) {
      if (code === SECTION.messageAnnotations) mapEntries(bytes, value);
      if (code === SECTION.data) contentOf(bytes, value);
    }
    return true;
  } catch (error) {
    return error instanceof AmqpFault;
  }
}
