import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Coverage } from '../../shared/audit/coverage.ts';
import { MINUTE } from '../../shared/time.ts';

interface Row {
  readonly first: number;
  readonly last: number;
  readonly messages: number;
  readonly minTime: number;
  readonly maxTime: number;
}

function row(first: number, last: number, messages = last - first + 1, minute = 0): Row {
  return { first, last, messages, minTime: minute * MINUTE, maxTime: minute * MINUTE };
}

function faultsOf(...rows: readonly Row[]): unknown[] {
  const coverage = new Coverage();
  for (const each of rows) coverage.add(each);
  return coverage.faults().map(({ kind, first, last, messages }) => [kind, first, last, messages]);
}

/** Messages in the minutes that a clock gave them which may step back, counted as the ledger does. */
function rowsOf(minutes: readonly number[]): Row[] {
  const numbers = Map.groupBy(minutes.keys(), (number) => minutes[number] ?? 0);
  return [...numbers]
    .toSorted(([a], [b]) => a - b)
    .map(([minute, of]) => row(of[0] ?? 0, of.at(-1) ?? 0, of.length, minute));
}

describe('the rows of a run', () => {
  test('leave no gap where each goes on from the one before', () => {
    expect(faultsOf(row(0, 9), row(10, 10), row(11, 40))).toEqual([]);
  });

  test('may interleave, where the clock has stepped back', () => {
    expect(faultsOf(row(6, 7), row(0, 9, 8), row(10, 12))).toEqual([]);
    expect(faultsOf(row(0, 99), row(100, 115, 12), row(106, 109))).toEqual([]);
  });

  test('have a gap where one is missing, and messages missing among those that interleave', () => {
    expect(faultsOf(row(0, 9), row(20, 29))).toEqual([['missing', 10, 19, 10]]);
    expect(faultsOf(row(0, 9, 8), row(10, 12))).toEqual([['missing', 0, 9, 2]]);
  });

  test('claim no number twice', () => {
    expect(faultsOf(row(0, 99), row(50, 120))).toEqual([['doubled', 50, 99, 50]]);
    expect(faultsOf(row(0, 99), row(0, 99))).toEqual([['doubled', 0, 99, 100]]);
    expect(faultsOf(row(10, 19), row(0, 29))).toEqual([['doubled', 10, 19, 10]]);
    expect(faultsOf(row(0, 9, 12))).toEqual([['doubled', 0, 9, 2]]);
  });

  const minutes = fc
    .array(fc.integer({ min: -2, max: 2 }), { minLength: 1, maxLength: 60 })
    .map((steps) => steps.map((step, i) => 100 + Math.floor(i / 4) + step));

  test('are whole in whatever order they come, however the clock has stepped', () => {
    fc.assert(
      fc.property(minutes, fc.array(fc.nat(), { minLength: 60, maxLength: 60 }), (times, order) => {
        const rows = rowsOf(times).map((each, i) => ({ each, at: order[i] ?? 0 }));
        const shuffled = rows.toSorted((a, b) => a.at - b.at).map(({ each }) => each);

        expect(faultsOf(...shuffled)).toEqual([]);
      }),
    );
  });

  test('are not whole any more without any one of them that is not at an end', () => {
    fc.assert(
      fc.property(minutes, fc.nat(), (times, n) => {
        const rows = rowsOf(times);
        const inner = rows.filter(({ first, last }) => first > 0 && last < times.length - 1);
        fc.pre(inner.length > 0);
        const lost = inner[n % inner.length];

        expect(faultsOf(...rows.filter((each) => each !== lost))).not.toEqual([]);
      }),
    );
  });
});
