import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ByteWalk } from '../shared/judge/byte-walk.ts';
import { mutate, MUTATION_KINDS } from './support/mutations.ts';

const part = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const mutation = fc.record({ kind: fc.constantFrom(...MUTATION_KINDS), where: part, what: part });

const walk = new ByteWalk();
const anything = walk.compile(undefined, []);

/** With the value in it. */
function objectWith(text: Buffer): Buffer {
  return Buffer.concat([Buffer.from('{"":'), text, Buffer.from('}')]);
}

/** Whether the walk takes it for a value of JSON that nothing is asked of, where it stands in an object. */
function isWholeValue(text: Buffer): boolean {
  const object = objectWith(text);
  walk.open(object);
  return walk.walk(0, anything) === object.length;
}

function isParsed(text: Buffer): boolean {
  try {
    JSON.parse(text.toString());
    return true;
  } catch {
    return false;
  }
}

describe('the walk', () => {
  it('takes what the parser takes, and nothing else', () => {
    const taken = { true: 0, false: 0 };
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.array(mutation, { maxLength: 2 }), (value, mutations) => {
        const text = mutate(JSON.stringify(value), mutations);
        // The mutations can nest deeper than it reads.
        fc.pre(text.toString().split('[').length < 60);
        taken[`${isWholeValue(text)}`] += 1;
        expect(isWholeValue(text)).toBe(isParsed(objectWith(text)));
      }),
      { numRuns: 5000 },
    );
    expect(Math.min(taken.true, taken.false)).toBeGreaterThan(1000);
  });

  it.each(['', ' ', '"a', '1}', '[1', '{"a":1', '[1]x', '"]', '1\u0000'])(
    'takes nothing that is less or more than a value: %j',
    (text) => {
      expect(isWholeValue(Buffer.from(text))).toBe(false);
    },
  );

  // Sixteen bytes are read at once, wherever in them a string ends.
  it.each([
    '',
    'a',
    'ab',
    'abc',
    'abcd',
    'abcde',
    'abcdefg',
    'abcdefgh',
    '\\n',
    '\\u00e9',
    'ä',
    '\u007f',
    '€',
    '😀',
  ])('reads a string up to the end of the text: %j', (string) => {
    for (let filled = 0; filled < 34; filled++) {
      const text = `["${'x'.repeat(filled)}${string}"]`;
      expect([text, isWholeValue(Buffer.from(text))]).toEqual([text, true]);
    }
  });

  it.each(Array.from({ length: 32 }, (_, code) => code))(
    'takes no control character in a string: %d',
    (code) => {
      for (let place = 0; place < 34; place++) {
        const text = Buffer.from(`["${'x'.repeat(34)}"]`);
        text[2 + place] = code;
        expect([place, isWholeValue(text)]).toEqual([place, false]);
      }
    },
  );

  it.each([
    ['0', '-0', '7', '10', '-10.50', '0.0', '1e5', '1E+05', '0e-0', '1e400', `1${'0'.repeat(400)}`],
    [
      '"\\u00e9"',
      '"\\uABcd"',
      '"\\"\\\\\\/\\b\\f\\n\\r\\t"',
      'true',
      'false',
      'null',
      '{"":{}}',
      ' { } ',
      '[ ]',
    ],
  ])('takes %s and the like', (...values) => {
    expect(values.filter((value) => !isWholeValue(Buffer.from(`[${value}]`)))).toEqual([]);
  });

  it.each([
    ['01', '-', '-01', '00', '.5', '1.', '1.e5', '1e', '1e+', '+1', '0x1', '1_0', '--1', 'NaN', '-Infinity'],
    [
      '"\\u00g9"',
      '"\\u12"',
      '"\\u"',
      '"\\U0041"',
      '"\\x41"',
      '"\\\'"',
      "'a'",
      '"a',
      'tru',
      'True',
      'falsy',
      'nul',
      'nulll',
    ],
    [
      '{',
      '{a:1}',
      '{1:1}',
      '{"a"}',
      '{"a":}',
      '{"a":1,}',
      '{,}',
      '{"a":1 "b":2}',
      '{"a" 1}',
      '[,]',
      '[1,]',
      '[1 2]',
      '1 1',
    ],
  ])('takes neither %s nor the like', (...values) => {
    expect(values.filter((value) => isWholeValue(Buffer.from(`[${value}]`)))).toEqual([]);
  });

  it('reads as deep as it says, and leaves what is deeper', () => {
    expect(isWholeValue(Buffer.from('['.repeat(63) + ']'.repeat(63)))).toBe(true);
    expect(isWholeValue(Buffer.from('['.repeat(64) + ']'.repeat(64)))).toBe(false);
    expect(isWholeValue(Buffer.from('['.repeat(1_000_000) + ']'.repeat(1_000_000)))).toBe(false);
  });
});
