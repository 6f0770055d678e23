import { expect, test } from 'vitest';
import { paced } from '../../cli/paced.ts';

test.each<[number, number | undefined, string]>([
  [7, 3, '3 at 0 ms, 3 at 1000 ms, 1 at 2000 ms'],
  [2, 0.25, '1 at 0 ms, 1 at 4000 ms'],
  [600, undefined, '500 at 0 ms, 100 at 0 ms'],
  [0, 5, ''],
])('%d items at %s a second come %s', async (items, perSecond, expected) => {
  let now = 0;
  const sleep = async (milliseconds: number): Promise<void> => {
    now += milliseconds;
  };

  const groups: string[] = [];
  for await (const group of paced(Array(items).fill('x'), perSecond, { now: () => now, sleep }))
    groups.push(`${group.length} at ${now} ms`);

  expect(groups.join(', ')).toBe(expected);
});

test('what took longer than it should have is caught up with', async () => {
  let now = 0;
  const slept: number[] = [];
  const sleep = async (milliseconds: number): Promise<void> => {
    slept.push(milliseconds);
    now += milliseconds;
  };

  for await (const group of paced(['a', 'b', 'c', 'd'], 1, { now: () => now, sleep }))
    if (group[0] === 'a') now += 2_500;

  expect(slept).toEqual([500]);
});
