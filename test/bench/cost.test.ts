import { expect, test } from 'vitest';
import type { Used } from '../../bench/cost/measure.ts';
import { costLines, tieredArchive, waysOf } from '../../bench/cost/price.ts';
import { packingOf } from '../../shared/capacity/hub-flows.ts';
import { emptyTally } from '../../shared/ledger/tally.ts';

/** A million records, so that a billion are a thousand times as much. */
const USED: Used = {
  records: 1e6,
  source: { messages: 25_000, bytes: 1e9, slices: 30_000 },
  passedOn: { messages: 20_000, bytes: 1.1e9, slices: 22_000 },
  executions: { ingest: 500, records: 400 },
  blocks: 5_000,
  blobs: 40,
  storedBytes: 135e6,
  writes: 2 * 5_000 + 500 + 400,
  reads: 1_000,
  ledgerTransactions: 600,
  stateTransactions: 300_000,
  cpu: 60_000,
};

function bill(way: Used): Record<string, string> {
  return Object.fromEntries(costLines(way).map(({ item, usd }) => [item, usd.toFixed(2)]));
}

/** In a billion records, where a million touched so many. */
function blobsOf(blobs: number): number {
  return (waysOf({ ...USED, blobs }, 50)[0]?.blobs ?? 0) * 1_000;
}

test('each item is what was used, a thousand times, by its price', () => {
  const [sluice = USED] = waysOf(USED, 50);

  expect(bill(sluice)).toEqual({
    // 2.1 TB in 2,628,000 seconds are 0.8 MB/s.
    'Event Hubs units': '21.90',
    'Events in, from the products': '0.84',
    'Events on to the second hub': '0.62',
    // 0.9 million seconds of 2 GB.
    'Function time': '46.80',
    'Function executions': '0.36',
    // 10.9 million, and 8 partitions twice a minute: 0.7 million.
    'Blob writes': '63.80',
    'Blob reads': '0.44',
    Ledger: '0.02',
    'State of category functions': '10.80',
    'Archive, kept hot for 12 months': '33.70',
    // 40 blobs an hour, 29,200 in a month, of 3 tags.
    'Index tags, 12 months': '4.10',
  });
});

test('a message per record: as many events and messages as records, and no more time than a month has', () => {
  const [, perRecord = USED] = waysOf(USED, 50);
  const sums = { ...emptyTally(), records: 1e6, bytes: 1e9, passedOn: 1e6 };
  const { bytesPerRecord } = packingOf({ sums }, { messageBytes: 65_536 }, 0, true);

  expect(perRecord.passedOn).toEqual({ messages: 1e6, slices: 1e6, bytes: 1e6 * bytesPerRecord });
  expect(perRecord.executions).toEqual({ ingest: 500, records: 20_000 });
  expect(bill(perRecord)).toMatchObject({
    'Events on to the second hub': '28.00',
    // 0.5 million seconds of ingest, and all the 2.628 million of a month.
    'Function time': ((0.5e6 + 2.628e6) * 2 * 0.000026).toFixed(2),
    'Function executions': '8.20',
  });
});

test('a blob per batch: half the writes or fewer, and blobs by the million that are tagged', () => {
  const [, , byCategory = USED, mixed = USED] = waysOf(USED, 50);

  expect(byCategory).toMatchObject({ blobs: 5_000, writes: 5_900 });
  expect(mixed).toMatchObject({ blobs: 500, writes: 1_400 });
  expect(bill(byCategory)).toMatchObject({ 'Index tags, 12 months': '702.00' });
});

test('in tiers, each month has its price, and each blob is moved', () => {
  const [sluice = USED, , byCategory = USED] = waysOf(USED, 50);

  // 135 GB for a month, two and nine; 29,200 blobs, or 5 million.
  const kept = 135 * (0.0208 + 2 * 0.0152 + 9 * 0.0036);
  expect(tieredArchive(sluice)).toBeCloseTo(kept + 0.292, 6);
  expect(tieredArchive(byCategory)).toBeCloseTo(kept + 50, 6);
});

test('blobs that are full before their hour is over are counted as often as they begin', () => {
  // 5 million blocks in 730 hours: 685 an hour.
  expect(blobsOf(40)).toBeCloseTo(40 * 730, 6);
  expect(blobsOf(1)).toBeCloseTo(730 * Math.ceil(5e6 / 730 / 256), 6);
});
