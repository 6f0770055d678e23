import { describe, expect, test } from 'vitest';
import { categoryRecord } from '../shared/category-record.ts';
import type { CategoryRecord } from '../shared/category-record.ts';

function recordOf(text: string): CategoryRecord {
  const facts = { id: 'contoso/logs/0/…/7/0', key: undefined, category: 'entra/SignInLogs', valid: true };
  return categoryRecord({ ...facts, bytes: Buffer.from(text) });
}

test('is parsed once, and only when it is asked for', () => {
  const broken = recordOf('{"a":');
  const good = recordOf('{"a":{"b":639199803770463703}}');

  expect(broken.bytes.toString()).toBe('{"a":');
  expect(() => broken.value).toThrow(SyntaxError);
  expect(good.value).toEqual({ a: { b: 639199803770463703n } });
  expect(good.value).toBe(good.value);
});

describe('pointers', () => {
  const record = recordOf('{"properties":{"risk":"high","a/b":["x","y"],"n":5,"none":null}}');

  test.each([
    ['/properties/risk', 'high'],
    ['/properties/a~1b/1', 'y'],
    ['/properties/n', 5],
    ['/properties/none', null],
    ['/properties/none/deeper', undefined],
    ['/toString', undefined],
  ])('%s leads to %j', (pointer, value) => {
    expect(record.at(pointer)).toBe(value);
  });

  test('to what is no text have no text', () => {
    expect(record.text('/properties/risk')).toBe('high');
    expect(record.text('/properties/n')).toBeUndefined();
    expect(record.text('/nowhere')).toBeUndefined();
  });

  test('can be followed by a function that was taken out of the record', () => {
    const { at, text } = record;

    expect([at('/properties/n'), text('/properties/risk')]).toEqual([5, 'high']);
  });
});
