import { expect, test } from 'vitest';
import { keptFor } from '../../shared/report/kept-for.ts';

test('one read for all who ask within the time, and those that ask meanwhile', async () => {
  let now = 0;
  let reads = 0;
  const read = keptFor(
    10,
    () => now,
    () => Promise.resolve(++reads),
  );

  expect(await Promise.all([read(), read()])).toEqual([1, 1]);
  now = 9;
  expect(await read()).toBe(1);
  now = 10;
  expect(await read()).toBe(2);
});

test('a failure is told to all who wait for it, and not kept', async () => {
  let reads = 0;
  const read = keptFor(
    10,
    () => 0,
    () => (++reads === 1 ? Promise.reject(new Error('down')) : Promise.resolve(reads)),
  );

  const both = await Promise.allSettled([read(), read()]);

  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await read()).toBe(2);
});
