import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { compileShape, type ByteValue } from '../shared/byte-shape.ts';
import { ByteWalk } from '../shared/byte-walk.ts';
import { jsonText } from '../shared/json-grammar.ts';
import { ANY_KIND, fits, KINDS, readShape, type PlainShape } from '../shared/shape.ts';

/** Few, so that values have the fields that shapes ask for; and of all lengths that keys are compared by. */
const KEYS = [
  '',
  'a',
  'ab',
  'abc',
  'category',
  '__proto__',
  'toString',
  'a "key"',
  'Grüße',
  'x'.repeat(19),
  'x'.repeat(40),
];
const key = fc.constantFrom(...KEYS);

const presence: fc.Arbitrary<PlainShape> = fc.record({
  kinds: fc.constantFrom(ANY_KIND, 64),
  required: fc.uniqueArray(key, { maxLength: 2 }),
  fields: fc.array(fc.tuple(key, fc.constant(kindsOnly(0))), { maxLength: 1 }),
  choices: fc.constant([]),
});

const { shape, value } = fc.letrec<{ shape: PlainShape; value: unknown }>((tie) => ({
  shape: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.integer({ min: 0, max: ANY_KIND }).map(kindsOnly),
    fc.record(
      {
        kinds: fc.oneof(fc.constant(ANY_KIND), fc.integer({ min: 0, max: ANY_KIND })),
        required: fc.uniqueArray(key, { maxLength: 2 }),
        fields: fc.uniqueArray(fc.tuple(key, tie('shape')), { maxLength: 5, selector: ([name]) => name }),
        items: tie('shape'),
        choices: fc.array(fc.array(fc.oneof(presence, tie('shape')), { maxLength: 3 }), { maxLength: 1 }),
      },
      { requiredKeys: ['kinds', 'required', 'fields', 'choices'] },
    ),
  ),
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, 0, -0, 7, 1.5, 1e21, 1e300, '', 'text', 'a "quoted" text'),
    fc.dictionary(key, tie('value'), { maxKeys: 5 }),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
}));

const ANYTHING = kindsOnly(ANY_KIND);

function kindsOnly(kinds: number): PlainShape {
  return { kinds, required: [], fields: [], choices: [] };
}

const object = fc.dictionary(key, value, { maxKeys: 6 });

describe('a walk', () => {
  it('finds fit only what fits the shape, and most of what does', () => {
    const counts = { fitting: 0, found: 0 };
    fc.assert(
      fc.property(shape, fc.array(object, { minLength: 1, maxLength: 3 }), (plain, objects) => {
        const asked = readShape(plain);
        const compiled = compileShape(asked, []);
        const walk = new ByteWalk(0);
        for (const record of objects) {
          const json = jsonText(Buffer.from(JSON.stringify(record)));
          if (!json) throw new Error('an object ends with a bracket');
          walk.open(json);
          const end = walk.walk(0, compiled);
          const isFit = fits(asked, JSON.parse(json.bytes.toString()));
          // Keys with escapes are left to others.
          if (end === -1) continue;
          expect(end).toBe(json.bytes.length);
          expect(walk.fits && !isFit).toBe(false);
          if (isFit) counts.fitting += 1;
          if (walk.fits) counts.found += 1;
        }
      }),
      { numRuns: 4000 },
    );
    expect(counts.found).toBeGreaterThan(counts.fitting * 0.8);
    expect(counts.found).toBeGreaterThan(1000);
  });

  it('notes where values stand, and of what kind they are', () => {
    const text = Buffer.from('{ "a" : "text" , "b":{"c":[],"d":-1.5e3}, "x":{"a":0}, "e":"\\u0041"}');
    const walk = new ByteWalk(6);
    const json = jsonText(text);
    if (json) walk.open(json);

    const end = walk.walk(0, compileShape(undefined, ['/a', '/b/c', '/b/d', '/e', '/missing', '/b']));

    const noted = [...walk.noted].map(
      (kind, slot) => kind && text.toString('utf8', walk.starts[slot], walk.ends[slot]),
    );
    expect(end).toBe(text.length);
    expect(noted).toEqual(['"text"', '[]', '-1.5e3', '"\\u0041"', 0, '{"c":[],"d":-1.5e3}']);
  });

  it.each<[string, PlainShape, readonly string[], readonly string[]]>([
    ['items', { ...ANYTHING, items: kindsOnly(KINDS.string) }, ['[]', '["a","b"]'], ['["a",1]', '[null]']],
    ['items that are no text', { ...ANYTHING, items: kindsOnly(KINDS.null) }, ['[null]'], ['["a"]']],
    [
      'integers',
      kindsOnly(KINDS.integer),
      ['0', '-7', '1'.repeat(300)],
      ['1.0', '1e2', '1'.repeat(400), '1e400'],
    ],
    [
      'numbers',
      kindsOnly(KINDS.integer | KINDS.fraction),
      ['1.0', '1.5'],
      ['1e2', `0.${'1'.repeat(400)}`, '"1"'],
    ],
  ])('leaves what it is not sure of: %s', (_, plain, fitting, others) => {
    const asked = compileShape(readShape({ ...ANYTHING, fields: [['a', plain]] }), []);
    const isFit = (text: string) => walkOver(`{"a":${text}}`, asked).fits;
    expect(fitting.filter((text) => !isFit(text))).toEqual([]);
    expect(others.filter(isFit)).toEqual([]);
  });

  it('comes to no end where a pointer may lead into an array', () => {
    const asked = compileShape(undefined, ['/a/b']);
    expect(walkOver('{"a":[]}', asked).end).toBe(-1);
    expect(walkOver('{"a":7}', asked).end).toBe(7);
  });

  it('does not take one key for another, however alike they are', () => {
    const name = 'a'.repeat(60);
    const asked = compileShape(readShape({ ...ANYTHING, fields: [[name, kindsOnly(KINDS.null)]] }), []);
    for (let place = 0; place < name.length; place++) {
      const other = `${name.slice(0, place)}b${name.slice(place + 1)}`;
      // The first tells the walk which key to expect.
      const fit = walkOver(`{"a":{"${name}":null},"${name}":null}`, asked).fits;
      expect([fit, walkOver(`{"${other}":1}`, asked).fits, walkOver(`{"${name}":1}`, asked).fits]).toEqual([
        true,
        true,
        false,
      ]);
    }
  });
});

function walkOver(text: string, asked: ByteValue): { end: number; fits: boolean } {
  const walk = new ByteWalk(1);
  const json = jsonText(Buffer.from(text));
  if (json) walk.open(json);
  const end = walk.walk(0, asked);
  return { end, fits: walk.fits };
}
