import { describe, expect, test } from 'vitest';
import { MOST_UNLISTED_CATEGORIES, UnlistedCategories } from '../shared/kept-apart.ts';
import type { Category } from '../shared/judge/verdict.ts';

function category(name: string, listed = false): Category {
  return {
    source: 'entra',
    name,
    key: `entra/${name}`,
    listed,
    schemaId: 'some',
    onInvalid: 'mark',
    retentionDays: 7,
    message: 'packed',
  };
}

const FULL = Array.from({ length: MOST_UNLISTED_CATEGORIES }, (_, n) => `entra/C${n}`);
const OTHER = { ...category('other'), key: 'entra/other' };

describe('unlisted categories', () => {
  test('are kept apart in the order in which they came', () => {
    const unlisted = new UnlistedCategories(['entra/Old']);

    const resolved = ['B', 'A', 'B', 'Old'].map((name) => unlisted.resolve(category(name)).key);

    expect(resolved).toEqual(['entra/B', 'entra/A', 'entra/B', 'entra/Old']);
    expect(unlisted.known).toEqual(['entra/Old', 'entra/B', 'entra/A']);
  });

  test('are `other` once there are too many, with the rules of their category', () => {
    const unlisted = new UnlistedCategories(FULL);

    expect(unlisted.resolve(category('New'))).toEqual(OTHER);
    expect(unlisted.resolve(category('C7'))).toEqual(category('C7'));
    expect(unlisted.known).toEqual(FULL);
  });

  test('of a long or broken name are `other`, and not remembered', () => {
    const unlisted = new UnlistedCategories([]);

    const resolved = ['x'.repeat(101), '\u0001'.repeat(17), '\ud800', 'a\udc00'].map((name) =>
      unlisted.resolve(category(name)),
    );

    expect(resolved).toEqual([OTHER, OTHER, OTHER, OTHER]);
    expect(unlisted.known).toEqual([]);
    expect(unlisted.resolve(category('x'.repeat(100))).name).toHaveLength(100);
  });

  test('do not take listed ones their place', () => {
    const unlisted = new UnlistedCategories(FULL);
    const listed = category('SignInLogs', true);

    expect(unlisted.resolve(listed)).toBe(listed);
  });
});
