import { describe, expect, test } from 'vitest';
import type { BlockSum } from '../shared/blocks/block-sums.ts';
import {
  addTally,
  deadLetteredOf,
  emptyMinute,
  emptyTally,
  excludedOf,
  mergeMinutes,
} from '../shared/ledger/tally.ts';
import type { MinuteTally, Tally } from '../shared/ledger/tally.ts';

function tally(of: Partial<Tally>): Tally {
  return { ...emptyTally(), ...of };
}

function minute(of: Partial<MinuteTally>): MinuteTally {
  const message = { sequenceNumber: 5, enqueuedTime: 60_500, body: Buffer.alloc(0) };
  return { ...emptyMinute(60_000, message), ...of };
}

function block(n: number): BlockSum {
  return { blocks: 1, records: n - 1, bytes: n + 1, digest: String(n).padStart(64, '0') };
}

describe('tallies', () => {
  test('add up field by field and reason by reason', () => {
    const sum = tally({
      records: 1,
      bytes: 10,
      largest: 10,
      messages: 1,
      archived: 1,
      passedOn: 1,
      deadLettered: { invalid: 1 },
      excluded: { 'rule-2': 1 },
      scopes: { 'tenant-a': 1 },
      unseen: { '/old': 1 },
    });

    addTally(
      sum,
      tally({
        records: 5,
        bytes: 7,
        largest: 3,
        messages: 2,
        archived: 2,
        invalid: 2,
        passedOn: 2,
        respaced: 1,
        salvaged: 1,
        deadLettered: { invalid: 2, 'not-json': 1 },
        excluded: { 'rule-1': 3 },
        scopes: { 'tenant-a': 5 },
        unseen: { '/new': 2 },
      }),
    );

    expect(sum).toEqual({
      records: 6,
      bytes: 17,
      largest: 10,
      messages: 3,
      archived: 3,
      invalid: 2,
      passedOn: 3,
      respaced: 1,
      salvaged: 1,
      deadLettered: { invalid: 3, 'not-json': 1 },
      excluded: { 'rule-1': 3, 'rule-2': 1 },
      scopes: { 'tenant-a': 6 },
      unseen: { '/new': 2, '/old': 1 },
    });
    expect(excludedOf(sum)).toBe(4);
    expect(deadLetteredOf(sum)).toBe(4);
  });

  test('of two parts of a minute become one, and the parts stay as they were', () => {
    const a = minute({
      first: 5,
      last: 9,
      minTime: 60_500,
      maxTime: 70_000,
      messages: 5,
      bytes: 50,
      largest: 20,
      slices: 5,
      salvagedMessages: 2,
      replayed: 1,
      rungs: { truncated: 2 },
      categories: { x: tally({ records: 1 }) },
      blocks: { 'archive/unknown/x': block(1) },
    });
    const b = minute({
      first: 10,
      last: 12,
      minTime: 60_100,
      maxTime: 69_000,
      messages: 3,
      bytes: 30,
      largest: 25,
      slices: 3,
      salvagedMessages: 1,
      replayed: 2,
      rungs: { truncated: 1, 'single-quotes': 1 },
      categories: { x: tally({ records: 2 }), y: tally({ records: 4 }) },
      blocks: { 'archive/unknown/x': block(3), 'archive/unknown/y': block(4) },
    });
    const before = structuredClone({ a, b });

    const merged = mergeMinutes(a, b);

    expect(merged).toEqual({
      minute: 60_000,
      first: 5,
      last: 12,
      minTime: 60_100,
      maxTime: 70_000,
      messages: 8,
      bytes: 80,
      largest: 25,
      slices: 8,
      salvagedMessages: 3,
      replayed: 3,
      rungs: { truncated: 3, 'single-quotes': 1 },
      categories: { x: tally({ records: 3 }), y: tally({ records: 4 }) },
      blocks: {
        'archive/unknown/x': { blocks: 2, records: 2, bytes: 6, digest: '4'.padStart(64, '0') },
        'archive/unknown/y': block(4),
      },
    });
    expect({ a, b }).toEqual(before);
  });
});
