import { describe, expect, test } from 'vitest';
import { fieldsBelow, inferred, look } from '../../cli/new/infer.ts';

const seen = (...values: unknown[]) => inferred(look(values));

describe('what is inferred', () => {
  test('is the union of all that was seen, and null', () => {
    expect(seen({ a: 1 }, { a: 'x', b: true })).toEqual({
      type: ['object', 'null'],
      properties: { a: { type: ['integer', 'string', 'null'] }, b: { type: ['boolean', 'null'] } },
    });
  });

  test('is a number where one had a fraction, and an integer however large', () => {
    expect(seen({ a: 1, b: 639199803770463703n }, { a: 0.5 }).properties).toEqual({
      a: { type: ['number', 'null'] },
      b: { type: ['integer', 'null'] },
    });
  });

  test('reaches into lists', () => {
    expect(seen([{ a: 1 }, { b: [] }])).toEqual({
      type: ['array', 'null'],
      items: {
        type: ['object', 'null'],
        properties: { a: { type: ['integer', 'null'] }, b: { type: ['array', 'null'] } },
      },
    });
  });

  test('is nothing of what was only ever null', () => {
    expect(seen({ a: null, b: [null], c: { d: null } })).toEqual({
      type: ['object', 'null'],
      properties: { b: { type: ['array', 'null'] }, c: { type: ['object', 'null'] } },
    });
  });

  test('is the kinds alone of what is an object here and a list there', () => {
    expect(seen({ a: { b: 1 } }, { a: [1] }).properties).toEqual({
      a: { type: ['object', 'array', 'null'] },
    });
  });

  test('has no fields by names that data makes up or every object has', () => {
    const value: unknown = JSON.parse('{"17":1,"__proto__":{"x":1},"constructor":1,"a":1}');

    expect(seen(value).properties).toEqual({ a: { type: ['integer', 'null'] } });
  });
});

test('fields are told by their JSON pointers', () => {
  const found = [...fieldsBelow(look([{ 'a/b': { '~': 1 }, list: [{ x: 1 }] }, { list: [] }]))];

  expect(found.map(([pointer, { times }]) => `${pointer} ${times}`)).toEqual([
    '/a~1b 1',
    '/a~1b/~0 1',
    '/list 2',
    '/list/0/x 1',
  ]);
});
