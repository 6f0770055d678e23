import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode } from '../shared/take-apart/decode.ts';

const LIMITS = { maxUnpackedBytes: 1_000, maxUnpackedRatio: 250 };

const FAULTS = ['unpack-failed', 'unpack-too-large', 'not-utf8'];

describe('decode', () => {
  test('hands on what needs nothing, without a copy', () => {
    const body = Buffer.from('{"a":"é"}');

    expect(decode(body, LIMITS)).toBe(body);
  });

  test.each([
    { of: 'gzip', body: gzipSync('{"a":"é"}') },
    { of: 'gzip in two members', body: Buffer.concat([gzipSync('{"a":'), gzipSync('"é"}')]) },
    { of: 'a byte-order mark', body: Buffer.from('\ufeff{"a":"é"}') },
    { of: 'gzip of a byte-order mark', body: gzipSync('\ufeff{"a":"é"}') },
    { of: 'UTF-16, little endian', body: Buffer.from('\ufeff{"a":"é"}', 'utf16le') },
    { of: 'UTF-16, big endian', body: Buffer.from('\ufeff{"a":"é"}', 'utf16le').swap16() },
  ])('takes JSON text out of $of', ({ body }) => {
    expect(decode(body, LIMITS)).toEqual(Buffer.from('{"a":"é"}'));
  });

  test('unpacks up to the limit, and what is larger is a fault', () => {
    expect(decode(gzipSync('x'.repeat(1_000)), LIMITS)).toHaveLength(1_000);
    expect(decode(gzipSync('x'.repeat(1_001)), LIMITS)).toMatchObject({
      reason: 'unpack-too-large',
      offset: 0,
    });
  });

  test('unpacks up to so many times the size, but for what is small anyway', () => {
    const limits = { maxUnpackedBytes: 10_000_000, maxUnpackedRatio: 50 };
    const [small, bomb] = [60_000, 600_000].map((size) => gzipSync(Buffer.alloc(size, '{}'))) as [
      Buffer,
      Buffer,
    ];

    expect(decode(small, limits)).toHaveLength(60_000);
    expect(600_000 / bomb.length).toBeGreaterThan(50);
    expect(decode(bomb, limits)).toMatchObject({ reason: 'unpack-too-large' });
    expect(decode(bomb, { ...limits, maxUnpackedRatio: 2_000 })).toHaveLength(600_000);
  });

  test.each([
    ['half of a surrogate pair', Buffer.from('\ufeff{"\ud800":1}', 'utf16le')],
    ['half a character', Buffer.from('\ufeff{"a":1}', 'utf16le').subarray(0, -1)],
    ['the same, big endian', Buffer.from('\ufeff{"\udc00":1}', 'utf16le').swap16()],
  ])('turns down UTF-16 with %s', (_, body) => {
    expect(decode(body, LIMITS)).toMatchObject({ reason: 'not-utf8' });
  });

  test('stops at the limit, however much there would be', () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));

    expect(decode(bomb, LIMITS)).toMatchObject({ reason: 'unpack-too-large' });
  });

  test.each([
    { what: 'cut off', body: gzipSync('{"a":1}').subarray(0, -3) },
    {
      what: 'followed by something else',
      body: Buffer.concat([gzipSync('{"a":1}'), Buffer.from('{"b":2}')]),
    },
    { what: 'a magic number only', body: Buffer.from([0x1f, 0x8b]) },
  ])('says unpack-failed of gzip that is $what', ({ body }) => {
    expect(decode(body, LIMITS)).toMatchObject({ reason: 'unpack-failed', offset: 0 });
  });

  test('never throws', () => {
    const body = fc.oneof(
      fc.uint8Array(),
      fc.uint8Array().map((bytes) => Uint8Array.from([0x1f, 0x8b, 8, ...bytes])),
      fc.uint8Array().map((bytes) => Uint8Array.from([0xfe, 0xff, ...bytes])),
    );

    fc.assert(
      fc.property(body, (bytes) => {
        const decoded = decode(Buffer.from(bytes), LIMITS);
        expect(Buffer.isBuffer(decoded) || FAULTS.includes(decoded.reason)).toBe(true);
      }),
    );
  });
});
