import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge } from '../shared/judge/judge.ts';
import { takeApart } from '../shared/take-apart/take-apart.ts';
import { envelopeOf, recordOf } from './support/messages.ts';
import { recordsIn } from './support/spans.ts';

function failing(): never {
  throw new TypeError('a bug');
}

const DEPS = { judge, maxUnpackedBytes: 100_000, maxUnpackedRatio: 250 };

describe('takeApart', () => {
  test('has the records with their places and categories', () => {
    const [a, b] = [recordOf('A'), recordOf('B')];

    const taken = takeApart(Buffer.from(envelopeOf(a, b)), DEPS);

    expect(taken.deadLetters).toEqual([]);
    expect(
      recordsIn(taken).map(({ bytes, index, offset, category }) => [
        String(bytes),
        index,
        offset,
        category.key,
      ]),
    ).toEqual([
      [a, 0, 12, 'unknown/A'],
      [b, 1, 13 + a.length, 'unknown/B'],
    ]);
  });

  test('counts offsets in the unpacked message', () => {
    const { text, spans } = takeApart(gzipSync(`[${recordOf('A')}]`), DEPS);

    expect(text.toString()).toBe(`[${recordOf('A')}]`);
    expect(spans).toMatchObject([{ index: 0, offset: 1 }]);
  });

  test('quarantines a faulty member alone, and the others keep their index', () => {
    const { spans, deadLetters } = takeApart(Buffer.from(`[7,${recordOf('A')}]`), DEPS);

    expect(spans).toMatchObject([{ index: 1 }]);
    expect(deadLetters).toMatchObject([
      {
        of: 'record',
        reason: 'not-an-object',
        source: 'unknown',
        category: 'none',
        index: 0,
        offset: 1,
        bytes: Buffer.from('7'),
      },
    ]);
  });

  test.each([
    ['a broken record alone', '[{"a":tru}]', 'not-json', 1],
    ['garbage', 'garbage', 'not-json', 0],
    ['nothing', '', 'empty-message', 0],
  ])('quarantines the whole message of %s, once, with its bytes', (_, body, reason, offset) => {
    const { spans, deadLetters } = takeApart(Buffer.from(body), DEPS);

    expect(spans).toEqual([]);
    expect(deadLetters).toMatchObject([
      { of: 'message', reason, offset, index: 0, bytes: Buffer.from(body) },
    ]);
  });

  test('quarantines a packed message as it came', () => {
    const body = gzipSync('garbage');

    const { deadLetters } = takeApart(body, DEPS);

    expect(deadLetters).toMatchObject([{ reason: 'not-json', bytes: body }]);
  });

  test('confines an error of ours to the message, with its stack', () => {
    const { spans, deadLetters } = takeApart(Buffer.from('{}'), { ...DEPS, judge: failing });

    expect(spans).toEqual([]);
    expect(deadLetters).toMatchObject([
      { of: 'message', reason: 'internal-error', bytes: Buffer.from('{}') },
    ]);
    expect(deadLetters[0]?.detail).toMatch(/TypeError: a bug\n +at failing/);
  });

  test('makes records, dead letters or both of any bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          const { spans, deadLetters } = takeApart(Buffer.from(bytes), DEPS);
          expect(spans.length + deadLetters.length).toBeGreaterThan(0);
          expect(deadLetters.map(({ reason }) => reason)).not.toContain('internal-error');
        },
      ),
    );
  });
});
