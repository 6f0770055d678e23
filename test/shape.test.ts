import { describe, expect, it } from 'vitest';

import { shapeOf, type Schema } from '../scripts/schema-shape.ts';
import { fits, readShape } from '../shared/judge/shape.ts';

const elsewhere: Readonly<Record<string, Schema>> = {
  'named.json': { properties: { name: { type: 'string' } } },
  'tree.json': { properties: { branches: { items: { $ref: 'tree.json' } } } },
};

function isSurelyValid(schema: Schema, value: unknown): boolean {
  const reading = { resolve: (reference: string) => elsewhere[reference], onUnknown: () => {} };
  return fits(readShape(shapeOf(schema, reading)), value);
}

describe('the shape of a schema', () => {
  it.each<[string, Schema, readonly unknown[], readonly unknown[]]>([
    ['true', true, [null, 1, {}], []],
    ['false', false, [], [null, 1, {}]],
    ['nothing said', { title: 'T', description: 'D' }, [null, 1, {}], []],
    ['a type', { type: 'string' }, ['', 'a'], [null, 1, true, [], {}]],
    ['several types', { type: ['integer', 'null'] }, [1, -0, 1e21, null], [1.5, '1', false]],
    ['numbers', { type: 'number' }, [1, 1.5], ['1', Number.POSITIVE_INFINITY]],
    ['booleans', { type: 'boolean' }, [true, false], [0, null]],
    ['arrays and objects', { type: ['array', 'object'] }, [[], {}], [null, '']],
    ['required fields', { required: ['a'] }, [{ a: null }, 'text'], [{}, { b: 1 }]],
    ['fields', { properties: { a: { type: 'string' } } }, [{}, { a: '' }, { b: 1 }, 1], [{ a: 1 }]],
    [
      'a field named __proto__',
      JSON.parse('{"properties":{"__proto__":{"type":"string"}}}') as Schema,
      [{}],
      [JSON.parse('{"__proto__":1}')],
    ],
    ['items', { items: { type: 'string' } }, [[], ['a'], {}], [[1], ['a', null]]],
    ['a reference', { $ref: 'named.json', required: ['name'] }, [{ name: 'a' }], [{}, { name: 1 }]],
    ['a reference to nothing', { $ref: 'none.json' }, [], [{}]],
    ['a reference to itself', { $ref: 'tree.json' }, [{}, { branches: [] }], [{ branches: [{}] }]],
    [
      'all of several',
      {
        allOf: [
          { $ref: 'named.json' },
          { type: 'object', properties: { list: { items: { type: 'string' } } } },
        ],
        properties: { name: { type: ['string', 'null'] }, list: { items: { type: ['string', 'null'] } } },
      },
      [{ name: 'a' }, { list: ['a'] }],
      [{ name: null }, [], { list: [null] }],
    ],
    ['one of several', { anyOf: [{ type: 'string' }, { required: ['a'] }] }, ['', { a: 1 }], [{}]],
    [
      'a condition',
      // oxlint-disable-next-line unicorn/no-thenable -- `then` is a keyword of JSON Schema
      { if: { required: ['a'] }, then: { required: ['b'] }, else: { required: ['c'] } },
      [{ a: 1, b: 1 }, { b: 1, c: 1 }, { c: 1 }],
      [{ a: 1 }, { b: 1 }, { a: 1, c: 1 }],
    ],
    [
      'a condition that is none of presence',
      // oxlint-disable-next-line unicorn/no-thenable -- as above
      { if: { type: 'string' }, then: { type: 'string' }, else: { required: ['c'] } },
      ['a'],
      // The last is valid too, but that its condition does not hold is not known for sure.
      [{}, { c: 1 }],
    ],
    [
      'a condition that holds for all that is no object',
      // oxlint-disable-next-line unicorn/no-thenable -- as above
      { if: { required: ['a'] }, then: { type: 'object' }, else: true },
      [{}, { a: 1 }],
      ['text', 1],
    ],
    ['a keyword that it does not know', { type: 'string', pattern: '^a' }, [], ['a', 'b']],
    ['one in a field', { properties: { a: { minimum: 1 } } }, [{}, { b: 1 }], [{ a: 1 }]],
  ])('surely takes what it says: %s', (_, schema, taken, left) => {
    expect(taken.filter((value) => !isSurelyValid(schema, value))).toEqual([]);
    expect(left.filter((value) => isSurelyValid(schema, value))).toEqual([]);
  });
});
