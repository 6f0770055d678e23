import { describe, expect, it } from 'vitest';
import { measure, ratiosByRound, ratiosTo, type Stage, type Timing } from '../../bench/interleave.ts';

/** A clock that only work moves. */
function createBench(costs: Readonly<Record<string, readonly number[]>>) {
  let clock = 0;
  const ran: string[] = [];
  const stage = (name: string, millis: readonly number[]): Stage => {
    let pass = 0;
    return () => {
      ran.push(name);
      clock += millis[pass++ % millis.length] ?? 0;
    };
  };
  const stages = Object.fromEntries(
    Object.entries(costs).map(([name, millis]) => [name, stage(name, millis)]),
  );
  return { stages, ran, now: () => clock, spend: (millis: number) => (clock += millis) };
}

const fails = () => Promise.reject(new Error('the stage is broken'));

describe('measure', () => {
  it('gives the median and the spread of each stage, without the warm-up', async () => {
    const bench = createBench({ odd: [100, 3, 1, 9], fixed: [5] });

    const timings = await measure(bench.stages, { rounds: 3, warmups: 1, now: bench.now });

    expect(timings).toEqual({
      odd: { ms: 3, spread: { least: 1, most: 9 }, passes: [3, 1, 9] },
      fixed: { ms: 5, spread: { least: 5, most: 5 }, passes: [5, 5, 5] },
    });
  });

  it('takes the mean of the two in the middle of an even number of passes', async () => {
    const bench = createBench({ even: [8, 2, 4, 100] });

    const timings = await measure(bench.stages, { rounds: 4, warmups: 0, now: bench.now });

    expect(timings.even?.ms).toBe(6);
  });

  it('runs a pass of each stage a round, and begins every round with another one', async () => {
    const bench = createBench({ a: [1], b: [1], c: [1] });

    await measure(bench.stages, { rounds: 3, warmups: 1, now: bench.now });

    expect(bench.ran.join('')).toBe('abcbcacababc');
  });

  it('waits for a stage that takes its time', async () => {
    const bench = createBench({});
    const slow = async () => {
      await Promise.resolve();
      bench.spend(7);
    };

    const timings = await measure({ slow }, { rounds: 1, warmups: 0, now: bench.now });

    expect(timings.slow.ms).toBe(7);
  });

  it('settles before every pass, off the clock', async () => {
    const bench = createBench({ a: [1], b: [2] });
    let settled = 0;
    const settle = () => {
      settled++;
      bench.spend(50);
    };

    const timings = await measure(bench.stages, { rounds: 2, warmups: 1, now: bench.now, settle });

    expect(settled).toBe(6);
    expect(timings.a?.ms).toBe(1);
  });

  it('passes on what a stage throws', async () => {
    await expect(measure({ fails }, { rounds: 1, warmups: 0 })).rejects.toThrow('the stage is broken');
  });

  it('refuses to measure nothing', async () => {
    await expect(measure({}, { rounds: 0, warmups: 1 })).rejects.toThrow(RangeError);
  });
});

function timing(...passes: number[]): Timing {
  return { ms: Number.NaN, spread: { least: Number.NaN, most: Number.NaN }, passes };
}

describe('ratiosTo', () => {
  it('is the median of the rounds, and so the same where the machine changes its speed between them', () => {
    const ratios = ratiosTo({ jsonParse: timing(200, 200, 100), split: timing(50, 60, 25) }, 'jsonParse');

    expect(ratios).toEqual({ jsonParse: 1, split: 0.25 });
  });
});

describe('ratiosByRound', () => {
  it('divides each figure by the one of the same round', () => {
    expect(ratiosByRound([11, 40, 36], [10, 20, 30])).toEqual([1.1, 2, 1.2]);
  });
});
