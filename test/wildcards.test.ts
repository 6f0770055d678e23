import { performance } from 'node:perf_hooks';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wildcards } from '../shared/wildcards.ts';

describe('wildcards', () => {
  test.each([
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['*', 'anything at all', true],
    ['?', '', false],
    ['?', 'a', true],
    ['SignInLogs', 'signinlogs', true],
    ['signin', 'SignInLogs', false],
    ['*Logs', 'SignInLogs', true],
    ['*Logs', 'SignInLogsX', false],
    ['Sign*Logs', 'SignLogs', true],
    ['west*', 'westeurope', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['*a*b*', 'xxaxxbxx', true],
    ['*a*b', 'abab', true],
    ['*ab', 'aab', true],
    ['microsoft.*/write', 'Microsoft.Compute/virtualMachines/write', true],
    ['[a-z]+.', 'b', false],
    ['a**?', 'ab', true],
  ])('%s and %s', (pattern, text, expected) => {
    expect(wildcards(pattern)(text)).toBe(expected);
  });

  test('say what a regular expression says', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'B'), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });

    fc.assert(
      fc.property(pattern, text, (wanted, found) => {
        const expression = wanted.replaceAll('*', '.*').replaceAll('?', '.');
        expect(wildcards(wanted)(found)).toBe(new RegExp(`^${expression}$`, 'i').test(found));
      }),
      { numRuns: 2_000 },
    );
  });

  test('take no time for a pattern that would take a regular expression for ever', () => {
    const fits = wildcards(`${'*a'.repeat(100)}b`);
    const started = performance.now();

    expect(fits('a'.repeat(1_000))).toBe(false);

    // As a regular expression: longer than anybody has lived.
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
