import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  spanOfLine,
  blockCodec,
  COMPRESSIONS,
  MOST_LEVELS,
  packBlock,
} from '../shared/blocks/block-codec.ts';
import type { Compression, Line } from '../shared/blocks/block-codec.ts';
import { readMembers } from '../shared/blocks/gzip-member.ts';
import { unzstd } from './support/unzstd.ts';

/** One line a message, so that every origin takes its own bytes. */
function lines(count: number, first = 0): Line[] {
  return Array.from({ length: count }, (_, n) => ({
    bytes: Buffer.from(`{"n":${first + n},"s":"é"}`),
    sequenceNumber: first + n,
    enqueuedTime: 1_795_000_000_000 + n * 700,
    index: n % 3,
    valid: n % 5 > 0,
    salvaged: n % 7 === 0,
    forward: n % 3 > 0,
  }));
}

/** Ordinary ones, that know nothing of Sluice. */
const READERS: Record<Compression, (file: Buffer) => Buffer> = {
  gzip: gunzipSync,
  zstd: unzstd,
  none: (file) => file,
};

describe.each(COMPRESSIONS)('a block with compression %s', (compression) => {
  const codec = blockCodec(compression);

  test('gives lines and origins back', async () => {
    const { body, origins } = await packBlock(lines(50).map(spanOfLine), codec);

    expect(await codec.unpack(body, origins)).toEqual(lines(50));
  });

  test('is, with others behind it, a file of lines', async () => {
    const blocks = [
      await packBlock(lines(3).map(spanOfLine), codec),
      await packBlock(lines(2, 3).map(spanOfLine), codec),
    ];

    const file = Buffer.concat(blocks.map(({ body }) => body));

    expect(READERS[compression](file).toString()).toBe(
      lines(5)
        .map(({ bytes }) => `${bytes.toString()}\n`)
        .join(''),
    );
  });

  test('throws where lines and origins do not agree', async () => {
    const { body, origins } = await packBlock(lines(3).map(spanOfLine), codec);
    const more = await packBlock(lines(4).map(spanOfLine), codec);

    const damaged = compression === 'none' ? more.body : Buffer.concat([body, body.subarray(0, 5)]);

    await expect(codec.unpack(damaged, origins)).rejects.toThrow(/block/);
  });

  test('keeps neighbours of a message as it would keep them one by one', async () => {
    const bytes = Buffer.from('{"n":1},{"n":22},{}');
    const [origin] = lines(1);
    const span = { ...(origin as Line), bytes, ends: Int32Array.of(7, 16, 19) };

    const { body, origins } = await packBlock([span, ...lines(2).map(spanOfLine)], codec);

    const [first, second, third, ...others] = await codec.unpack(body, origins);
    expect([first, second, third].map((line) => [String(line?.bytes), line?.index])).toEqual([
      ['{"n":1}', 0],
      ['{"n":22}', 1],
      ['{}', 2],
    ]);
    expect(others).toEqual(lines(2));
    expect(bytes.toString()).toBe('{"n":1},{"n":22},{}');
  });

  test('holds as many lines as there are', async () => {
    const many = lines(200_000);

    const { body, origins } = await packBlock(many.map(spanOfLine), codec);

    const back = await codec.unpack(body, origins);
    expect(back).toHaveLength(many.length);
    expect(back.every((line, i) => line.bytes.equals(many[i]?.bytes ?? Buffer.alloc(0)))).toBe(true);
  });
});

test.each(['gzip', 'zstd'] as const)(
  '%s packs smaller at a higher level, and reads both',
  async (compression) => {
    const many = lines(20_000);
    const [fast, small] = await Promise.all(
      [1, MOST_LEVELS[compression]].map((level) =>
        packBlock(many.map(spanOfLine), blockCodec(compression, level)),
      ),
    );

    expect(small?.body.length).toBeLessThan(fast?.body.length ?? 0);
    for (const block of [fast, small])
      expect(await blockCodec(compression).unpack(block?.body ?? Buffer.alloc(0))).toEqual(many);
  },
);

describe('gzip', () => {
  const codec = blockCodec('gzip');

  test('makes a member of every 256 KiB, which is packed beside the others', async () => {
    const many = lines(10).map((line) => ({ ...line, bytes: Buffer.alloc(70_000, 'x') }));

    const { body } = await packBlock(many.map(spanOfLine), codec);

    const lengths: number[] = [];
    for await (const { content } of readMembers(body)) lengths.push(content.length);
    expect(lengths).toEqual([4, 4, 2].map((n) => n * 70_001));
    expect(await codec.unpack(body)).toEqual(many);
  });

  test('begins another member where one extra field does not hold the origins', async () => {
    const many = lines(30_000);

    const { body, origins } = await packBlock(many.map(spanOfLine), codec);

    expect(origins).toBeUndefined();
    expect(await codec.unpack(body)).toEqual(many);
    expect(gunzipSync(body).toString().split('\n')).toHaveLength(30_001);
  });

  test('leaves room for the longest of origins', async () => {
    const far = Array.from({ length: 6_000 }, (_, n) => ({
      bytes: Buffer.from('{}'),
      sequenceNumber: n % 2 ? 2 ** 51 : 1,
      enqueuedTime: n % 2 ? 2 ** 51 : 1,
      index: 2 ** 52,
      valid: true,
      salvaged: false,
      forward: true,
    }));

    const { body } = await packBlock(far.map(spanOfLine), codec);

    expect(await codec.unpack(body)).toEqual(far);
  });
});
