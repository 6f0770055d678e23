import { expect, test } from 'vitest';
import { borrowBytes, giveBack } from '../shared/blocks/slabs.ts';

const MEGABYTE = 1024 * 1024;

test('memory that was given back is lent again, in the length that is asked for', () => {
  const first = borrowBytes(MEGABYTE - 1);
  giveBack(first);

  const second = borrowBytes(MEGABYTE);

  expect(first).toHaveLength(MEGABYTE - 1);
  expect(second).toHaveLength(MEGABYTE);
  expect(second.buffer).toBe(first.buffer);
  giveBack(second);
});

test('memory that is lent is not lent to anybody else, even if it is given back twice', () => {
  const first = borrowBytes(MEGABYTE);
  giveBack(first);
  giveBack(first);

  const [second, third] = [borrowBytes(MEGABYTE), borrowBytes(MEGABYTE)];

  expect(second.buffer).not.toBe(third.buffer);
});

test.each([
  ['small', 10],
  ['very large', 33 * MEGABYTE],
])('what is %s is not kept', (_, length) => {
  const bytes = borrowBytes(length);
  giveBack(bytes);

  expect(bytes).toHaveLength(length);
  expect(borrowBytes(MEGABYTE).buffer).not.toBe(bytes.buffer);
});

test('bytes that were not borrowed are not lent', () => {
  const own = Buffer.allocUnsafeSlow(2 * MEGABYTE);
  giveBack(own);

  expect(borrowBytes(MEGABYTE).buffer).not.toBe(own.buffer);
});

test('no more is kept than a large decision takes', () => {
  const many = Array.from({ length: 5 }, () => borrowBytes(16 * MEGABYTE));
  for (const bytes of many) giveBack(bytes);

  const again = Array.from({ length: 5 }, () => borrowBytes(16 * MEGABYTE));

  const buffers = new Set(many.map(({ buffer }) => buffer));
  expect(again.filter(({ buffer }) => buffers.has(buffer)).length).toBeLessThanOrEqual(2);
});

test('a large block does not keep all others out: what was not used for the longest time goes first', () => {
  giveBack(borrowBytes(32 * MEGABYTE));
  const message = borrowBytes(MEGABYTE / 16);
  giveBack(message);

  expect(borrowBytes(MEGABYTE / 16).buffer).toBe(message.buffer);
});

test('memory has room for what is a little longer, and is not wasted on what is much shorter', () => {
  const first = borrowBytes(4 * MEGABYTE);
  giveBack(first);

  const short = borrowBytes(MEGABYTE);
  const longer = borrowBytes(4.25 * MEGABYTE);

  expect(short.buffer).not.toBe(first.buffer);
  expect(longer.buffer).toBe(first.buffer);
});
