import { expect, test } from 'vitest';
import type { BlobTree } from '../../cli/blob-tree.ts';
import { hourBlobs, parseHourBlob } from '../../cli/hour-blobs.ts';
import { blobPrefix } from '../../shared/names.ts';
import { DAY, HOUR } from '../../shared/time.ts';
import { PARTITION } from '../support/messages.ts';

const FROM = Date.parse('2026-10-30T00:00:00Z');

/** A blob an hour for 90 days, of two categories; keeps what is asked for. */
function treeOf(): { tree: BlobTree; asked: string[] } {
  const names = ['A', 'B'].flatMap((category) =>
    Array.from({ length: 90 * 24 }, (_, i) => {
      return `${blobPrefix('unknown', category, FROM + i * HOUR, PARTITION)}1.ndjson.gz`;
    }),
  );
  const asked: string[] = [];
  const tree: BlobTree = {
    async folders(folder) {
      asked.push(`folders ${folder}`);
      const below = names.filter((name) => name.startsWith(folder)).map((name) => name.slice(folder.length));
      return [...new Set(below.map((rest) => `${folder}${rest.slice(0, rest.indexOf('/') + 1)}`))];
    },
    async *blobs(folder) {
      asked.push(`blobs ${folder}`);
      for (const name of names) if (name.startsWith(folder)) yield { name, size: 1 };
    },
  };
  return { tree, asked };
}

function hoursIn(blobs: readonly { hour: number }[]): string[] {
  return blobs.map(({ hour }) => new Date(hour).toISOString().slice(0, 13));
}

test('of a range, the hours that it touches, and no listing of any other', async () => {
  const { tree, asked } = treeOf();
  const from = Date.parse('2026-11-30T22:59:00Z');
  const to = Date.parse('2026-12-02T01:00:00Z');

  const blobs = await hourBlobs(tree, { from, to }, (_, category) => category === 'B');

  const expected = Array.from({ length: 27 }, (_, i) => new Date(from - 59 * 60_000 + i * HOUR));
  expect(hoursIn(blobs)).toEqual(expected.map((time) => time.toISOString().slice(0, 13)));
  expect(asked.filter((request) => request.startsWith('blobs')).map((request) => request.slice(6))).toEqual([
    'unknown/B/y=2026/m=11/d=30/h=22/',
    'unknown/B/y=2026/m=11/d=30/h=23/',
    'unknown/B/y=2026/m=12/d=01/',
    'unknown/B/y=2026/m=12/d=02/h=00/',
  ]);
  expect(asked.filter((request) => request.includes('/A/'))).toEqual([]);
});

test('without an end, everything from then on; across the turn of a year', async () => {
  const { tree } = treeOf();

  const later = await hourBlobs(tree, { from: FROM + 80 * DAY, to: Infinity }, () => true);
  const all = await hourBlobs(tree, { from: -Infinity, to: Infinity }, () => true);

  expect(later).toHaveLength(2 * 10 * 24);
  expect(all).toHaveLength(2 * 90 * 24);
  expect(hoursIn(all)).toEqual(hoursIn(all).toSorted());
});

test('what a path says', () => {
  const prefix = blobPrefix('entra', 'Sign In', FROM, { namespace: 'a-b', hub: 'c-p1', id: '12' }, 30);

  expect(parseHourBlob({ name: `${prefix}7.ndjson.gz`, size: 5 })).toEqual({
    name: 'entra/Sign+20In/y=2026/m=10/d=30/h=00/a-b-c-p1-p12-r30-7.ndjson.gz',
    size: 5,
    folder: 'entra/Sign+20In',
    hour: FROM,
    partition: 'a-b-c-p1-p12',
    no: 7,
  });
  expect(parseHourBlob({ name: `${prefix}x.ndjson.gz`, size: 5 })).toBeUndefined();
  expect(parseHourBlob({ name: 'notes.txt', size: 5 })).toBeUndefined();
});
