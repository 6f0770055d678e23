import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ByteWalk, NOTED } from '../shared/judge/byte-walk.ts';
import { ANY_KIND, fits, KINDS, readShape, type PlainShape } from '../shared/judge/shape.ts';

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

describe('a text that is opened', () => {
  const walk = new ByteWalk();

  it.each([0, 1, 15, 16, 63, 64, 65, 127, 128, 1_000])(
    'of %i bytes is of ASCII unless one is not',
    (length) => {
      const text = Buffer.alloc(length, 'a');
      expect(walk.open(text)).toBe(true);
      for (const place of new Set([0, 1, 15, 16, 63, 64, length - 1])) {
        if (place >= length || place < 0) continue;
        const other = Buffer.from(text);
        other[place] = 0x80;
        expect(walk.open(other)).toBe(false);
      }
    },
  );

  it('is not taken for another than it is because of the one before', () => {
    walk.open(Buffer.alloc(1_000, 0xff));
    expect(walk.open(Buffer.from('{"a":"\x80"}', 'latin1'))).toBe(false);
    expect(walk.open(Buffer.from('{"a":"b"}'))).toBe(true);
    walk.open(Buffer.alloc(1_000, 'a'));
    expect(walk.open(Buffer.from('{"a":"b"}'))).toBe(true);
  });

  it('and is longer than the window is not surely of ASCII', () => {
    expect(walk.open(Buffer.alloc(2 ** 20 + 1, 'a'))).toBe(false);
  });
});

describe('a walk', () => {
  it('finds fit only what fits the shape, and most of what does', () => {
    const counts = { fitting: 0, found: 0 };
    fc.assert(
      fc.property(shape, fc.array(object, { minLength: 1, maxLength: 3 }), (plain, objects) => {
        const asked = readShape(plain);
        const walk = new ByteWalk();
        const compiled = walk.compile(asked, []);
        for (const record of objects) {
          const text = Buffer.from(JSON.stringify(record));
          walk.open(text);
          const end = walk.walk(0, compiled);
          const isFit = fits(asked, JSON.parse(text.toString()));
          // Keys with escapes are left to others.
          if (end === -1) continue;
          expect(end).toBe(text.length);
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
    const walk = new ByteWalk();
    const pointers = ['/a', '/b/c', '/b/d', '/e', '/missing', '/b'];
    const compiled = walk.compile(undefined, pointers);
    walk.open(text);

    const end = walk.walk(0, compiled);

    const noted = pointers.map(
      (_, slot) => walk.noted(slot) && text.toString('utf8', walk.startOf(slot), walk.endOf(slot)),
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
    const isFit = (text: string) => walkOver(`{"a":${text}}`, { ...ANYTHING, fields: [['a', plain]] }).fits;
    expect(fitting.filter((text) => !isFit(text))).toEqual([]);
    expect(others.filter(isFit)).toEqual([]);
  });

  it.each(['/a/0', '/a/length', '/a/0/b'])(
    'comes to no end where a pointer leads into an array: %s',
    (pointer) => {
      expect(walkOver('{"a":[{"b":1}]}', ANYTHING, [pointer]).end).toBe(-1);
      expect(walkOver('{"a":7}', ANYTHING, [pointer]).end).toBe(7);
    },
  );

  it('finds nothing in an array by a name', () => {
    const text = '{"a":[{"b":1}]}';
    const walk = new ByteWalk();
    walk.open(Buffer.from(text));
    expect(walk.walk(0, walk.compile(undefined, ['/a', '/a/b']))).toBe(text.length);
    expect([walk.noted(0), walk.noted(1)]).toEqual([KINDS.array, NOTED.nothing]);
  });

  it('does not take one key for another, however alike they are', () => {
    const name = 'a'.repeat(60);
    const walk = new ByteWalk();
    const asked = walk.compile(readShape({ ...ANYTHING, fields: [[name, kindsOnly(KINDS.null)]] }), []);
    const isFit = (text: string): boolean => {
      walk.open(Buffer.from(text));
      return walk.walk(0, asked) !== -1 && walk.fits;
    };
    for (let place = 0; place < name.length; place++) {
      const other = `${name.slice(0, place)}b${name.slice(place + 1)}`;
      // The first tells the walk which key to expect.
      const fit = isFit(`{"a":{"${name}":null},"${name}":null}`);
      expect([fit, isFit(`{"${other}":1}`), isFit(`{"${name}":1}`)]).toEqual([true, true, false]);
    }
  });

  it('tells which slots have changed: of the first three the text, of the next two the resource, of the others the kind', () => {
    const walk = new ByteWalk();
    const pointers = Array.from({ length: 10 }, (_, slot) => `/${slot}`);
    const asked = walk.compile(undefined, pointers);
    const changed = (record: object): number[] => {
      walk.open(Buffer.from(JSON.stringify(record)));
      walk.walk(0, asked);
      const bits = walk.takeChanged();
      return pointers.flatMap((_, slot) => ((bits & (1 << slot)) === 0 ? [] : slot));
    };
    const long = 'x'.repeat(300);
    const signIns = '/tenants/a/providers/Microsoft.aadiam';

    expect(changed({ 0: 'a', 2: 'b', 7: 'c' })).toEqual([0, 2, 7]);
    expect(changed({ 0: 'a', 2: 'b', 7: 'other' })).toEqual([]);
    expect(changed({ 0: 'aa', 2: 'other', 7: 'other' })).toEqual([0, 2]);
    expect(changed({ 0: 'ab', 2: 'other' })).toEqual([0, 7]);
    expect(changed({ 0: 1, 2: 'other', 7: {} })).toEqual([0, 7]);
    expect(changed({ 0: 2, 2: 'other', 7: {} })).toEqual([]);
    expect(changed({ 0: 'ab', 2: '', 7: {} })).toEqual([0, 2]);
    expect(changed({ 0: long, 2: '', 7: {} })).toEqual([0]);
    expect(changed({ 0: long, 2: '', 7: {} })).toEqual([0]);
    expect(changed({ 0: `${long.slice(0, 255)}y`, 2: '', 7: {} })).toEqual([0]);
    expect(changed({ 3: signIns, 4: 'x' })).toEqual([0, 2, 3, 4, 7]);
    expect(changed({ 3: signIns.replace('/a/', '/b/').toLowerCase(), 4: 'y' })).toEqual([]);
    expect(changed({ 3: '/subscriptions/a', 4: 'y' })).toEqual([3]);
    expect(changed({ 3: '/subscriptions/b', 4: '' })).toEqual([4]);
  });

  it('walks through a text that is many times as long as what it looks at', () => {
    const records = Array.from({ length: 200 }, (_, n) =>
      JSON.stringify({ n, text: 'x'.repeat((n * 7_919) % 100_000) }),
    );
    const walk = new ByteWalk();
    const asked = walk.compile(readShape({ ...ANYTHING, required: ['text'] }), ['/n']);
    const text = Buffer.from(records.join('\n'));
    walk.open(text);

    let start = 0;
    for (const [n, expected] of records.entries()) {
      const end = walk.walk(start, asked);
      expect(end - start).toBe(expected.length);
      expect([walk.fits, text.toString('utf8', walk.startOf(0), walk.endOf(0))]).toEqual([true, String(n)]);
      start = end + 1;
    }
  });

  it('does not come to the end of a record that is longer than that, nor run on into the next', () => {
    const long = JSON.stringify({ text: 'x'.repeat(2_000_000) });
    const walk = new ByteWalk();
    const asked = walk.compile(undefined, ['/n']);
    walk.open(Buffer.from(`${long}\n{"n":1}`));
    expect(walk.walk(0, asked)).toBe(-1);
    expect(walk.walk(long.length + 1, asked)).toBe(long.length + 8);
  });

  it('keeps to what was walked over when a table is made between two records', () => {
    const walk = new ByteWalk();
    const first = walk.compile(undefined, ['/a']);
    const text = Buffer.from('{"a":1}{"b":2}');
    walk.open(text);
    expect(walk.walk(0, first)).toBe(7);
    const second = walk.compile(undefined, ['/b']);
    expect(walk.walk(7, second)).toBe(14);
    expect(text.toString('utf8', walk.startOf(0), walk.endOf(0))).toBe('2');
  });
});

/** What is told of records by one shape, each after the one before: a number, and whether it is another's from now on. */
function teller(asked: PlainShape): (text: string) => { number: number | undefined; isNew: boolean } {
  const walk = new ByteWalk();
  const table = walk.compile(readShape(asked), []);
  return (text) => {
    walk.open(Buffer.from(text));
    expect(walk.walk(0, table)).toBe(text.length);
    const number = walk.misfits(0, table);
    return { number, isNew: walk.isToldAnew };
  };
}

const nested = (depth: number): string => `{"a":{"b":${'['.repeat(depth)}${']'.repeat(depth)}}}`;

describe('what does not fit', () => {
  const text = kindsOnly(KINDS.string);
  const asked: PlainShape = {
    ...ANYTHING,
    required: ['a', 'b'],
    fields: [
      ['a', text],
      ['b', text],
      ['n', kindsOnly(KINDS.integer)],
      ['in', { ...ANYTHING, kinds: KINDS.object, required: ['c'], fields: [['c', text]] }],
      ['list', { ...ANYTHING, kinds: KINDS.array, items: text }],
    ],
    choices: [
      [
        { ...ANYTHING, required: ['x'] },
        { ...ANYTHING, required: ['y', 'z'] },
      ],
    ],
  };
  /** Each does not fit in another way. */
  const ways = [
    '{"b":"","x":1}',
    '{"a":"","x":1}',
    '{"x":1}',
    '{"a":1,"b":"","x":1}',
    '{"a":true,"b":"","x":1}',
    '{"a":[1],"b":"","x":1}',
    '{"a":"","b":1,"x":1}',
    '{"a":1,"b":1,"x":1}',
    '{"a":"","b":"","x":1,"n":""}',
    '{"a":"","b":"","x":1,"in":{}}',
    '{"a":"","b":"","x":1,"in":{"c":1}}',
    '{"a":"","b":"","x":1,"in":[]}',
    '{"a":"","b":"","x":1,"list":{}}',
    '{"a":"","b":""}',
    '{"a":"","b":"","y":1}',
    '{"a":"","b":"","z":1}',
  ];

  it('has a number for each way', () => {
    const tell = teller(asked);
    const found = ways.map((record) => tell(record));
    expect(found.filter(({ number, isNew }) => number === undefined || !isNew)).toEqual([]);
    expect(new Set(found.map(({ number }) => number)).size).toBe(ways.length);
  });

  it('has the same number for records that do not fit in the same way, whatever else they hold', () => {
    const tell = teller(asked);
    const first = ways.map((record) => tell(record).number);
    const others = ways.map((record) => tell(record.replace('{', '{ "else" : [{"a":1}],\n"m":7, ')));
    expect(others).toEqual(first.map((number) => ({ number, isNew: false })));
  });

  it.each([
    ['of a record that fits', '{"a":"","b":"","x":1}'],
    ['of a number that may be an integer', '{"a":1,"b":"","x":1,"n":1.0}'],
    ['of a number that may be none', '{"a":1,"b":"","x":1,"n":1e400}'],
    ['of an item', '{"a":1,"b":"","x":1,"list":["",1]}'],
    ['of what is there twice', '{"a":1,"b":"","x":1,"n":"","n":1}'],
  ])('has no number %s', (_, record) => {
    expect(teller(asked)(record).number).toBeUndefined();
  });

  it.each<[string, PlainShape]>([
    [
      'a choice that asks for more than presence',
      { ...ANYTHING, choices: [[{ ...ANYTHING, fields: [['a', text]] }]] },
    ],
    ['a value that has a choice', { ...ANYTHING, fields: [['a', { ...text, choices: [[text]] }]] }],
    ['a field that must not be there', { ...ANYTHING, fields: [['a', kindsOnly(0)]] }],
    ['another kind of record', { ...ANYTHING, kinds: KINDS.array, fields: [['a', text]] }],
  ])('has no number where there is %s', (_, other) => {
    expect(teller(other)('{"a":1}').number).toBeUndefined();
  });

  it('has no number where something is nested deeper than it reads', () => {
    // The walk reads on by the table of the object within, which must not be there.
    const within: PlainShape = { ...ANYTHING, kinds: KINDS.string, fields: [['b', kindsOnly(ANY_KIND)]] };
    const tell = teller({ ...ANYTHING, fields: [['a', within]] });
    expect(tell(nested(63)).number).toBeTypeOf('number');
    expect(tell(nested(64)).number).toBeUndefined();
  });

  it('has no number for more than eight', () => {
    const names = Array.from({ length: 9 }, (_, n) => `f${n}`);
    const tell = teller({ ...ANYTHING, fields: names.map((name) => [name, text]) });
    const record = (count: number) =>
      JSON.stringify(Object.fromEntries(names.slice(0, count).map((name) => [name, 1])));
    expect(tell(record(8)).number).toBeTypeOf('number');
    expect(tell(record(9)).number).toBeUndefined();
  });

  it('says so when a number is given to another, of more than there are numbers', () => {
    const names = Array.from({ length: 12 }, (_, n) => `f${n}`);
    const tell = teller({ ...ANYTHING, fields: names.map((name) => [name, text]) });
    const holders = new Map<number, string>();
    const mistaken: string[] = [];
    let given = 0;
    const numbers = fc.array(fc.subarray(names, { minLength: 1, maxLength: 8 }), {
      minLength: 3_000,
      maxLength: 3_000,
    });
    for (const wrong of fc.sample(numbers, { numRuns: 1, seed: 4 }).flat()) {
      const record = JSON.stringify(Object.fromEntries(wrong.map((name) => [name, 1])));
      const { number, isNew } = tell(record);
      if (number === undefined) throw new Error(`nothing is told of ${record}`);
      if (isNew) given += Number(holders.has(number));
      else if (holders.get(number) !== record) mistaken.push(record);
      holders.set(number, record);
    }
    expect(mistaken).toEqual([]);
    expect(given).toBeGreaterThan(100);
    expect(holders.size).toBeGreaterThan(500);
  });
});

function walkOver(
  text: string,
  asked: PlainShape,
  noted: readonly string[] = [],
): { end: number; fits: boolean } {
  const walk = new ByteWalk();
  const table = walk.compile(readShape(asked), noted);
  walk.open(Buffer.from(text));
  const end = walk.walk(0, table);
  return { end, fits: walk.fits };
}
