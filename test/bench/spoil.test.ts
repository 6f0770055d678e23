import { expect, test } from 'vitest';
import { corpusA, corpusB } from '../../bench/corpora.ts';
import { spoil } from '../../bench/spoil.ts';
import { judge } from '../../shared/judge/judge.ts';
import { split } from '../../shared/take-apart/split.ts';

function recordsOf(bodies: readonly Buffer[]): Buffer[] {
  return bodies.flatMap((body) => {
    const members = split(body);
    if (!Array.isArray(members)) throw new Error(members.detail);
    return members.map(({ bytes }) => bytes);
  });
}

test.each([
  ['sign-ins', corpusA().slice(0, 20)],
  ['activities', corpusB().slice(0, 200)],
])('every hundredth of the %s is invalid, in many ways, and all others are as they were', (_, bodies) => {
  const before = recordsOf(bodies);

  const after = recordsOf(spoil(bodies, 100));

  const changed = after.filter((bytes, i) => !bytes.equals(before[i] ?? Buffer.alloc(0)));
  const verdicts = changed.map((bytes) => judge(bytes));
  const details = new Set(verdicts.map((verdict) => JSON.stringify(verdict?.problems)));
  expect(after).toHaveLength(before.length);
  expect(changed).toEqual(after.filter((_bytes, i) => (i + 1) % 100 === 0));
  expect(verdicts.every((verdict) => (verdict?.problems.length ?? 0) > 0)).toBe(true);
  expect(details.size).toBeGreaterThan(15);
});

test('what its schema cannot find fault with, and what is no JSON, is left as it is', () => {
  const bodies = [Buffer.from('[{"category":"Unheard","a":1}]'), Buffer.from('[{"a":')];

  expect(spoil(bodies, 1).map(String)).toEqual(bodies.map(String));
});
