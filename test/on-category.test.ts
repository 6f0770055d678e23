import { expect, test } from 'vitest';
import { categoryFunctionsFor, onCategory } from '../shared/on-category.ts';

// What is registered stays so for the whole file, which has a process of its own: each test has names and categories of its own.

function namesFor(source: string, category: string): string[] {
  return categoryFunctionsFor(source, category).map(({ name }) => name);
}

test('a category has its own functions and those of its source', () => {
  onCategory('entra/SignInLogs', function signIns() {});
  onCategory('entra/*', function allOfEntra() {});
  onCategory('intune/SignInLogs', function ofAnotherProduct() {});

  expect(namesFor('entra', 'SignInLogs')).toEqual(['signIns', 'allOfEntra']);
  expect(namesFor('entra', 'AuditLogs')).toEqual(['allOfEntra']);
  expect(namesFor('github', 'audit')).toEqual([]);
});

test('a function can be for several categories, and gets each record once', () => {
  onCategory(['intune/Devices', 'intune/*', 'defender/AlertInfo'], function several() {});

  expect(namesFor('intune', 'Devices')).toEqual(['several']);
  expect(namesFor('defender', 'AlertInfo')).toEqual(['several']);
  expect(namesFor('defender', 'AlertEvidence')).toEqual([]);
  expect(() => onCategory(['entra/*', 'entra'], function half() {})).toThrow(
    "'entra' of 'half' is no category",
  );
});

test("an unknown category's name may hold a slash", () => {
  onCategory('unknown/a/b', function slashed() {});

  expect(namesFor('unknown', 'a/b')).toEqual(['slashed']);
});

test('a function without a name is refused', () => {
  expect(() => onCategory('github/api', () => {})).toThrow(
    expect.objectContaining({
      code: 'category-clash',
      message: `The function for 'github/api' has no name: write "async function name(records) {...}".`,
    }),
  );
  expect(namesFor('github', 'api')).toEqual([]);
});

test('a name can be taken once, whatever the category', () => {
  onCategory('github/git', function twice() {});

  expect(() => onCategory('github/audit', function twice() {})).toThrow(
    "Two category functions are named 'twice': give one of them another name.",
  );
});

test.each(['SignInLogs', 'entra', 'entra/', '/SignInLogs', 'Entra/SignInLogs', 'entre/SignInLogs', '*/*'])(
  '%s is no category',
  (pattern) => {
    expect(() => onCategory(pattern, function misplaced() {})).toThrow(
      `'${pattern}' of 'misplaced' is no category: expected "entra/SignInLogs" or "entra/*".`,
    );
  },
);
