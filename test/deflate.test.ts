import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { corpusA, corpusB } from '../bench/corpora.ts';
import { createRandom } from '../cli/sample/random.ts';
import { packTexts } from '../scripts/fuzz/pack-texts.ts';
import { deflate } from '../shared/blocks/deflate.ts';

const SIGN_INS = Buffer.concat(corpusA());
const ACTIVITIES = Buffer.concat(corpusB());

function unpacked(text: Buffer): Buffer {
  return inflateRawSync(deflate(text));
}

describe('what is packed as DEFLATE', () => {
  test('zlib unpacks, whatever it is', () => {
    const { texts, wrong } = packTexts({ texts: 4_000, seed: 7 });

    expect(wrong.map((text) => text.toString('base64').slice(0, 1_000))).toEqual([]);
    expect(texts).toBe(4_000);
  });

  test.each([0, 1, 2, 3, 6, 7, 8, 9])('zlib unpacks where it is %i bytes', (length) => {
    expect(unpacked(Buffer.alloc(length, 'ab')).toString()).toBe('abababababab'.slice(0, length));
  });

  test.each([
    { kilobytes: 512, more: 0 },
    { kilobytes: 512, more: 1 },
    { kilobytes: 3_000, more: 7 },
  ])('may be longer than what is packed together: $kilobytes KiB and $more bytes', ({ kilobytes, more }) => {
    const text = SIGN_INS.subarray(0, kilobytes * 1024 + more);

    expect(text).toHaveLength(kilobytes * 1024 + more);
    expect(unpacked(text).equals(text)).toBe(true);
  });

  test.each([10, 65_535, 65_536, 300_000])(
    'becomes hardly longer where nothing is repeated in %i bytes',
    (length) => {
      const random = createRandom(1);
      const noise = Buffer.from(Array.from({ length }, () => random.integer(0, 255)));

      expect(deflate(noise).length).toBeLessThanOrEqual(noise.length + 5 * Math.ceil(length / 65_535));
      expect(unpacked(noise).equals(noise)).toBe(true);
    },
  );

  test('repeats from 32 KiB before, and from no further', () => {
    const word = Buffer.from('a word of its own, that stands nowhere else');
    const between = (length: number) => Buffer.alloc(length - word.length, 'x');
    const packed = (distance: number) => deflate(Buffer.concat([word, between(distance), word])).length;

    expect(packed(32 * 1024)).toBeLessThan(packed(32 * 1024 + 1) - 20);
    expect(packed(1024)).toBeLessThan(packed(32 * 1024 + 1) - 20);
  });

  test('is the same for the same text, whatever was packed before', () => {
    const [text, other] = [ACTIVITIES.subarray(0, 100_000), SIGN_INS.subarray(0, 100_000)];
    const first = Buffer.from(deflate(text));
    deflate(other);

    expect(deflate(text).equals(first)).toBe(true);
  });

  test('repeats nothing of the texts before, after any number of them', () => {
    const texts = Array.from({ length: 50 }, (_, i) => Buffer.from(`{"n":${i},"text":"always the same"}\n`));

    const wrong: string[] = [];
    for (let n = 0; n < 70_000; n++) {
      const text = texts[n % texts.length] as Buffer;
      const packed = deflate(text);
      if (n % 100 === 0 && !inflateRawSync(packed).equals(text)) wrong.push(`text ${n}`);
    }

    expect(wrong).toEqual([]);
  });

  test.each([
    { name: 'sign-ins', corpus: SIGN_INS },
    { name: 'activities', corpus: ACTIVITIES },
  ])('is shorter than what zlib makes of $name at its fastest level', ({ corpus }) => {
    const text = corpus.subarray(0, 256 * 1024);

    expect(deflate(text).length).toBeLessThan(0.97 * deflateRawSync(text, { level: 1 }).length);
  });
});
