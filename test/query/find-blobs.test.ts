import { describe, expect, test } from 'vitest';
import { batchesOf } from '../../cli/query/fetch-blobs.ts';
import { arrivalOf, prefixesOf } from '../../cli/query/find-blobs.ts';
import type { ListedBlob } from '../../shared/azure/blobs-by-path.ts';
import { DAY } from '../../shared/time.ts';

const FOLDER = 'entra/SignInLogs/';

function prefixes(from: string, now: string): string[] {
  const range = { from: Date.parse(from), to: Infinity };
  return prefixesOf(FOLDER, arrivalOf(range, Date.parse(now))).map((prefix) => prefix.replace(FOLDER, ''));
}

function blob(bytes: number): ListedBlob {
  return { name: 'x', bytes, etag: '', metadata: {}, tier: undefined };
}

describe('prefixes', () => {
  test.each([
    // A day before, for clocks that are ahead, and a day after, for one of our own that is behind.
    [
      '2026-11-14T10:00Z',
      '2026-11-14T12:00Z',
      ['y=2026/m=11/d=13/', 'y=2026/m=11/d=14/', 'y=2026/m=11/d=15/'],
    ],
    ['2026-11-22T00:00Z', '2026-11-27T12:00Z', ['y=2026/m=11/d=2']],
    [
      '2026-10-29T00:00Z',
      '2026-11-27T12:00Z',
      ['y=2026/m=10/d=28/', 'y=2026/m=10/d=29/', 'y=2026/m=10/d=3', 'y=2026/m=11/'],
    ],
    ['2025-12-31T00:00Z', '2026-11-27T12:00Z', ['y=2025/m=12/d=3', 'y=2026/']],
  ])('of what came in from %s to %s are few', (from, now, expected) => {
    expect(prefixes(from, now)).toEqual(expected);
  });

  test('leave out no day, and have none twice', () => {
    const now = Date.parse('2028-03-05T12:00Z');
    for (let days = 0; days < 1_100; days += 7) {
      const from = now - days * DAY;
      const found = prefixesOf('', arrivalOf({ from, to: Infinity }, now));
      for (let day = from - DAY; day <= now + DAY; day += DAY) {
        const [year, month, date] = new Date(day).toISOString().slice(0, 10).split('-');
        const path = `y=${year}/m=${month}/d=${date}/`;
        expect(found.filter((prefix) => path.startsWith(prefix))).toHaveLength(1);
      }
    }
  });

  test('without a beginning are the category', () => {
    expect(prefixesOf(FOLDER, { from: -Infinity, to: Infinity })).toEqual([FOLDER]);
  });
});

describe('batches', () => {
  test('hold no more bytes than a bundle should, but for a blob that has more by itself', () => {
    const batches = batchesOf([1e6, 15e6, 1, 40e6, 3].map(blob));

    expect(batches.map((some) => some.map(({ bytes }) => bytes))).toEqual([[1e6, 15e6], [1], [40e6], [3]]);
  });

  test('hold no more blobs', () => {
    const batches = batchesOf(Array.from({ length: 4_001 }, () => blob(1)));

    expect(batches.map(({ length }) => length)).toEqual([2_000, 2_000, 1]);
  });
});
