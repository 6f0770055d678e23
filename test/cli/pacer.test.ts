import { expect, test } from 'vitest';
import { createPacer } from '../../cli/pacer.ts';

test('so many a second, and no making up for what was not used', async () => {
  let now = 0;
  const waits: number[] = [];
  const sleep = async (milliseconds: number): Promise<void> => {
    waits.push(milliseconds);
    now += milliseconds;
  };
  const pace = createPacer(10, { now: () => now, sleep });

  await pace(5);
  await pace(20);
  now += 60_000;
  await pace(1);
  await pace(1);

  expect(waits).toEqual([500, 100]);
});
