import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MOST_FAULTS } from '../shared/take-apart/fault.ts';
import { split } from '../shared/take-apart/split.ts';

type Outcome = { members: string[]; faults: [number, string][] } | { reason: string; offset: number };

function outcome(text: string | Buffer): Outcome {
  const found = split(Buffer.from(text));
  if ('reason' in found) return { reason: found.reason, offset: found.offset };
  return {
    members: found.map(({ bytes }) => bytes.toString()),
    faults: found.flatMap(({ index, fault }) => (fault ? [[index, fault.reason] as [number, string]] : [])),
  };
}

function records(...members: string[]): Outcome {
  return { members, faults: [] };
}

const A = '{ "a" : 1.0 }';
const B = '{"b":[{"records":[1]}, "]}\\"{"]}';

describe('split finds the records of', () => {
  test.each([
    ['an envelope', `{"records":[${A},${B}]}`, [A, B]],
    ['an envelope with other keys around', `{"x":{"records":1},"records" : [ ${A} , ${B} ] ,"y":[]}`, [A, B]],
    ['an envelope whose key is escaped', `{"\\u0072ecords":[${A}]}`, [A]],
    ['an envelope with the key twice', `{"records":[${A}],"records":[${B}]}`, [A, B]],
    ['an array', `[${A},${B}]`, [A, B]],
    ['an array of envelopes', `[{"records":[${A}]},{"records":[${B}]}]`, [A, B]],
    ['one object', ` ${B}\n`, [B]],
    ['an object with records further in', '{"a":{"records":[{}]}}', ['{"a":{"records":[{}]}}']],
    ['an object with a key that only begins like it', '{"records ":[{}]}', ['{"records ":[{}]}']],
    ['lines', `${A}\n${B}\r\n\n${A}`, [A, B, A]],
    ['lines of envelopes and arrays', `{"records":[${A}]}\n[${B}]\n`, [A, B]],
    ['objects without anything between them', `${A}${B}`, [A, B]],
    [
      'an envelope in an envelope, which is a record there',
      `{"records":[{"records":[${A}]}]}`,
      [`{"records":[${A}]}`],
    ],
    ['an envelope, of which some are empty', `[{"records":[]},{"records":[ ]},${A},{"records":[]}]`, [A]],
  ])('%s', (_, text, expected) => {
    expect(outcome(text)).toEqual(records(...expected));
  });

  test('slices of the message, not copies', () => {
    const text = Buffer.from(`{"records":[${A}]}`);

    const found = split(text);

    expect('reason' in found ? found : found[0]?.bytes.buffer).toBe(text.buffer);
  });
});

test('split leaves an object that is broken before its key `records` to whoever judges it', () => {
  expect(outcome('{"a" 1,"records":[{}]}')).toEqual(records('{"a" 1,"records":[{}]}'));
});

describe('split quarantines alone', () => {
  test.each([
    ['a member that is no object', `[${A},1,"x",null,[],true,${B}]`, [1, 2, 3, 4, 5], 'not-an-object'],
    ['records that are no array', `[${A},{"records":{"a":1}},${B}]`, [1], 'records-not-an-array'],
  ])('%s', (_, text, indexes, reason) => {
    const found = outcome(text);

    expect(found).toMatchObject({ faults: indexes.map((index) => [index, reason]) });
  });

  test('a member that is not UTF-8, in its place among others', () => {
    const bad = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
    const text = Buffer.concat([Buffer.from(`[7,${A},`), bad, Buffer.from(`,${B}]`)]);

    const found = split(text);

    expect(found).toMatchObject([
      { index: 0, fault: { reason: 'not-an-object', offset: 1 } },
      { index: 1, fault: undefined },
      { index: 2, bytes: bad, fault: { reason: 'not-utf8', offset: 4 + A.length } },
      { index: 3, fault: undefined },
    ]);
  });
});

test('split quarantines members that are no objects one by one up to a limit, and then with their neighbours', () => {
  const found = outcome(`[${'1,'.repeat(5_000)}${A},2,3,${B},4]`);

  const { members, faults } = found as Extract<Outcome, { members: string[] }>;
  expect(members.slice(MOST_FAULTS)).toEqual([A, '2,3', B, '4']);
  expect(members[MOST_FAULTS - 1]).toBe('1,'.repeat(5_001 - MOST_FAULTS).slice(0, -1));
  expect(faults.map(([index]) => index)).toEqual([
    ...Array(MOST_FAULTS).keys(),
    MOST_FAULTS + 1,
    MOST_FAULTS + 3,
  ]);
});

describe('split says of the whole message', () => {
  test.each([
    ['empty-message', '', 0],
    ['no-records', ' \n', 0],
    ['no-records', '[]', 0],
    ['no-records', '{"records":[]}', 0],
    ['not-json', 'garbage', 0],
    ['not-json', '{"a":1', 0],
    ['not-json', '{"a":"1}', 0],
    ['not-json', '[{},]', 4],
    ['not-json', '[{} {}]', 4],
    ['not-json', '[{}', 3],
    ['not-json', '{} , {}', 3],
    ['not-json', '{}]', 2],
    ['not-json', '{"records":[{}]', 15],
    ['not-json', '{"records":[{}],}', 16],
    ['not-json', '{"records":[{}] "a":1}', 16],
    ['not-json', '{"x":tru,"records":[{}]}', 5],
    ['not-json', '{"records":[{}],"x":1.}', 20],
    ['not-json', '{"records":[{}],"\\x":1}', 16],
  ])('%s: %s', (reason, text, offset) => {
    expect(outcome(text)).toEqual({ reason, offset });
  });
});

/** JSON text of a value with white space wherever it may stand. */
function spaced(value: unknown, space: () => string): string {
  const list = (parts: string[]): string => parts.map((part) => space() + part + space()).join(',');
  if (Array.isArray(value)) return `[${list(value.map((item) => spaced(item, space))) || space()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, item]) => {
    return `${JSON.stringify(key)}${space()}:${space()}${spaced(item, space)}`;
  });
  return `{${list(members) || space()}}`;
}

const FRAMINGS: Record<string, (texts: string[], space: () => string) => string> = {
  envelope: (texts, s) =>
    `${s()}{${s()}"a"${s()}:[{}]${s()},${s()}"records"${s()}:${s()}[${texts.map((t) => s() + t + s()).join(',')}]${s()},"z":"]"}${s()}`,
  array: (texts, s) => `${s()}[${texts.map((t) => s() + t + s()).join(',')}]${s()}`,
  lines: (texts, s) => texts.map((t) => s() + t + s()).join('\n'),
  concatenated: (texts, s) => texts.map((t) => t + s()).join(''),
};

describe('for any', () => {
  const object = fc.dictionary(
    fc.string({ unit: 'binary' }).filter((key) => key !== 'records'),
    fc.jsonValue({ maxDepth: 4 }),
    { maxKeys: 5 },
  );

  test('JSON objects in any legal framing and spacing, exactly those slices come out', () => {
    const spaces = fc.infiniteStream(fc.constantFrom('', '', ' ', '\n', '\t', '\r\n  '));
    const framing = fc.constantFrom(...Object.keys(FRAMINGS));

    fc.assert(
      fc.property(
        fc.array(object, { minLength: 1 }),
        framing,
        spaces,
        (objects, name, stream: Iterator<string, string>) => {
          const space = (): string => stream.next().value;
          const texts = objects.map((value) => spaced(value, space));
          const text = FRAMINGS[name]?.(texts, space) ?? '';

          expect(outcome(text)).toEqual(records(...texts));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('bytes at all, it does not throw, and its members lie in the message', () => {
    const likeJson = fc
      .array(
        fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '"records":', '\\', ' ', '1', 'null', 'é', '{}'),
      )
      .map((parts) => Buffer.from(parts.join('')));
    const bytes = fc.oneof(
      fc.uint8Array().map((array) => Buffer.from(array)),
      likeJson,
    );

    fc.assert(
      fc.property(bytes, (text) => {
        const found = split(text);
        const isBroken = 'reason' in found;
        const total = isBroken ? found.offset : found.reduce((sum, member) => sum + member.bytes.length, 0);
        expect(isBroken || found.length > 0).toBe(true);
        expect(total).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 3_000 },
    );
  });
});

const MB = 1_000_000;

describe('a hostile megabyte is split in linear time, without recursion', () => {
  test.each([
    ['nested arrays', '['.repeat(MB), 'not-json'],
    ['nested arrays that are closed', '['.repeat(MB / 2) + ']'.repeat(MB / 2), undefined],
    ['nested objects', '{"a":'.repeat(MB / 5), 'not-json'],
    ['nested envelopes', '{"records":['.repeat(MB / 12), 'not-json'],
    ['a deep record', `{"a":${'['.repeat(MB / 2)}${']'.repeat(MB / 2)}}`, undefined],
    ['tiny objects in an array', `[${'{},'.repeat(MB / 3)}{}]`, undefined],
    ['tiny objects in a row', '{}'.repeat(MB / 2), undefined],
    ['tiny envelopes', '{"records":[]}'.repeat(MB / 14), 'no-records'],
    ['envelopes that are none', `[${'{"records":1},'.repeat(MB / 14)}{}]`, undefined],
    ['numbers', `[${'1,'.repeat(MB / 2)}1]`, undefined],
    ['keys', `{"x":"records",${'"a":1,'.repeat(MB / 6)}"b":1}`, undefined],
    ['objects with an escape', `[${'{"\\u0061":1},'.repeat(MB / 14)}{}]`, undefined],
    ['backslashes', `{"a":"${'\\'.repeat(MB)}`, 'not-json'],
    ['quotes', '"'.repeat(MB), undefined],
    ['spaces', ' '.repeat(MB), 'no-records'],
  ])('%s', (_, text, reason) => {
    const bytes = Buffer.from(text);
    const started = performance.now();

    const found = split(bytes);

    // Quadratic would be minutes.
    expect(performance.now() - started).toBeLessThan(5_000);
    expect('reason' in found ? found.reason : undefined).toBe(reason);
  });
});
