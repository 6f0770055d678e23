import { expect, test } from 'vitest';
import { fuzz } from '../scripts/fuzz/fuzz.ts';

/** So much is enough for a megabyte of anything, on the slowest machine that runs this. */
const LONGEST_MS = 5_000;

test('random and mutated messages are taken apart without a throw, with every byte accounted for', () => {
  const { messages, findings, worst } = fuzz({ messages: 20_000, seed: 7 });

  expect(findings.map(({ index, problems }) => ({ index, problems }))).toEqual([]);
  expect(messages).toBe(20_000);
  expect(worst.ms).toBeLessThan(LONGEST_MS);
});
