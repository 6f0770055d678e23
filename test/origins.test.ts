import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeOrigins, OriginsEncoder } from '../shared/blocks/origins.ts';
import type { LineOrigin } from '../shared/blocks/origins.ts';
import { unzigzag, varintReader, writeVarint, zigzag } from '../shared/blocks/varint.ts';

function encode(origins: readonly LineOrigin[]): Buffer {
  const encoder = new OriginsEncoder();
  for (const origin of origins) encoder.add(origin);
  return encoder.finish();
}

function message(sequenceNumber: number, records: number): LineOrigin[] {
  const enqueuedTime = 1_795_000_000_000 + sequenceNumber * 1000;
  return Array.from({ length: records }, (_, index) => ({
    sequenceNumber,
    enqueuedTime,
    index,
    valid: true,
    salvaged: false,
    forward: true,
  }));
}

describe('origins', () => {
  test('come back in order, whatever they are', () => {
    const origin = fc.record({
      sequenceNumber: fc.oneof(fc.nat(50), fc.nat({ max: 2 ** 51 })),
      enqueuedTime: fc.oneof(fc.nat(5000), fc.nat({ max: 2 ** 50 })),
      index: fc.oneof(fc.nat(4), fc.nat()),
      valid: fc.boolean(),
      salvaged: fc.boolean(),
      forward: fc.boolean(),
    });

    fc.assert(
      fc.property(fc.array(origin), (origins) => {
        expect(decodeOrigins(encode(origins))).toEqual(origins);
      }),
    );
  });

  test('of whole messages take a few bytes each, however many records they hold', () => {
    const origins = Array.from({ length: 100 }, (_, n) => message(5_000_000_000 + n, 250)).flat();

    const bytes = encode(origins);

    expect(decodeOrigins(bytes)).toEqual(origins);
    expect(bytes.length).toBeLessThan(100 * 8);
  });

  test('of none are no bytes', () => {
    expect(encode([])).toHaveLength(0);
    expect(decodeOrigins(Buffer.alloc(0))).toEqual([]);
  });

  test('that are cut off throw', () => {
    const bytes = encode(message(7, 3));

    expect(() => decodeOrigins(bytes.subarray(0, -1))).toThrow(/cut off/);
  });
});

describe('varint', () => {
  test.each([
    [0, [0]],
    [127, [127]],
    [128, [0x80, 1]],
    [300, [0xac, 2]],
    [2 ** 32, [0x80, 0x80, 0x80, 0x80, 0x10]],
  ])('of %d is %j', (value, bytes) => {
    const out: number[] = [];
    writeVarint(out, value);

    expect(out).toEqual(bytes);
  });

  test('takes at most eight bytes up to 2^53, and comes back', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        const out: number[] = [];
        writeVarint(out, value);
        const reader = varintReader(Buffer.from(out));
        expect(out.length).toBeLessThanOrEqual(8);
        expect(reader.next()).toBe(value);
        expect(reader.done).toBe(true);
      }),
    );
  });

  test('zigzag keeps small numbers of either sign small', () => {
    expect([0, -1, 1, -2, 2].map(zigzag)).toEqual([0, 1, 2, 3, 4]);
    expect([0, -1, 1, -64, 1e12, -1e12].map((n) => unzigzag(zigzag(n)))).toEqual([
      0, -1, 1, -64, 1e12, -1e12,
    ]);
  });
});
