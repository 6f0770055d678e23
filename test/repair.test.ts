import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { repairValue } from '../shared/take-apart/repair.ts';
import type { Beyond, RepairedValue } from '../shared/take-apart/repair.ts';

function repaired(text: string | Buffer, start = 0): RepairedValue {
  const value = repairValue(Buffer.from(text), start);
  if ('kind' in value) throw new Error(`${value.kind} at ${value.at}: ${value.detail}`);
  return value;
}

function beyond(text: string, start = 0): Beyond {
  const value = repairValue(Buffer.from(text), start);
  if (!('kind' in value)) throw new Error(`repaired to ${value.bytes.toString()}`);
  return value;
}

describe('a value that is JSON', () => {
  test('stays as it is, not even copied, and ends where it ends', () => {
    const text = Buffer.from(' {"a": [1, -2.5e+3, true, null, "\\u00e9\\n"] } ,{}');

    const { bytes, end, repairs } = repaired(text, 1);

    expect(bytes.toString()).toBe('{"a": [1, -2.5e+3, true, null, "\\u00e9\\n"] }');
    expect(repairs.size).toBe(0);
    expect(text.toString().slice(end)).toBe(' ,{}');
    expect(bytes.buffer).toBe(repaired(text, 1).bytes.buffer);
  });

  test('whatever it is', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const { bytes, end, repairs } = repaired(json);
        expect([bytes.toString(), end, repairs.size]).toEqual([json, Buffer.byteLength(json), 0]);
      }),
    );
  });
});

describe('repairs', () => {
  test.each([
    {
      what: 'raw control characters in strings',
      text: '{"a\t":"x\ny\r\0\u001f"}',
      to: String.raw`{"a\t":"x\ny\r\u0000\u001f"}`,
      by: ['control-characters'],
    },
    { what: 'single quotes', text: `{'a':'x','b':['y']}`, to: '{"a":"x","b":["y"]}', by: ['single-quotes'] },
    {
      what: 'quotes within single quotes',
      text: String.raw`{'a':'it\'s "so" \"far\" "'}`,
      to: String.raw`{"a":"it's \"so\" \"far\" \""}`,
      by: ['single-quotes'],
    },
    {
      what: 'an apostrophe escaped in double quotes',
      text: String.raw`{"a":"it\'s"}`,
      to: `{"a":"it's"}`,
      by: ['single-quotes'],
    },
    {
      what: 'trailing commas',
      text: '{"a":[1,2 , ],"b":{"c":3,\n},}',
      to: '{"a":[1,2  ],"b":{"c":3\n}}',
      by: ['trailing-commas'],
    },
    {
      what: 'all at once',
      text: `{'a':"x\ty",'b':['é',],}`,
      to: String.raw`{"a":"x\ty","b":["é"]}`,
      by: ['single-quotes', 'control-characters', 'trailing-commas'],
    },
  ])('$what', ({ text, to, by }) => {
    const { bytes, end, repairs } = repaired(text);

    expect(bytes.toString()).toBe(to);
    expect([...repairs].toSorted()).toEqual(by.toSorted());
    expect(end).toBe(Buffer.byteLength(text));
  });

  test('leave every other byte as it is, invalid UTF-8 too', () => {
    const text = Buffer.from([
      ...Buffer.from(`{'a':"`),
      0xff,
      0xc3,
      ...Buffer.from('","n":639199803770463703}'),
    ]);

    const { bytes } = repaired(text);

    expect(bytes).toEqual(
      Buffer.from([...Buffer.from('{"a":"'), 0xff, 0xc3, ...Buffer.from('","n":639199803770463703}')]),
    );
  });

  test('give back what was written with single quotes, control characters and trailing commas', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { bytes } = repaired(sloppy(value));
        expect(bytes.toString()).toBe(JSON.stringify(value).replaceAll('\\u0027', "'"));
      }),
    );
  });
});

describe('beyond repair', () => {
  test.each([
    ['{"a":1', 6],
    ['{"a"', 4],
    ['{"a":', 5],
    ['{"a":"x', 7],
    ['{"a":"x\\', 8],
    ['{"a":"\\u12', 10],
    ['{"a":tru', 8],
    ['{', 1],
    ['[1,', 3],
    ['', 0],
  ])('truncated: %s', (text, at) => {
    expect(beyond(text)).toMatchObject({ kind: 'truncated', at });
  });

  test.each([
    ['{"a":tru}', 5],
    ['{"a" 1}', 5],
    ['{a:1}', 1],
    ['{"a":1 "b":2}', 7],
    ['{"a":01}', 5],
    ['{"a":"\\x41"}', 6],
    ['{"a":"\\u12g4"}', 6],
    ['[1}', 2],
    ['{"a":}', 5],
    ['garbage', 0],
    [',', 0],
    ['}', 0],
    ['{"a":1,,}', 7],
  ])('broken: %s', (text, at) => {
    expect(beyond(text)).toMatchObject({ kind: 'broken', at });
  });

  test('is said of what the parser would turn down, and of nothing that it takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...SYNTAX) }), (text) => {
        const value = repairValue(Buffer.from(text.trim()), 0);
        const isBeyond = 'kind' in value || value.end < text.trim().length;
        expect(isBeyond || isJson(value.bytes.toString())).toBe(true);
        expect(isBeyond && isJson(text)).toBe(false);
      }),
      { numRuns: 5_000 },
    );
  });
});

/** As a careless program would write it. */
function sloppy(value: unknown): string {
  if (typeof value === 'string') return sloppyText(value);
  if (Array.isArray(value)) return `[${value.map((item) => `${sloppy(item)},`).join('')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, item]) => `${sloppyText(key)}:${sloppy(item)},`)
    .join('')}}`;
}

function sloppyText(text: string): string {
  const inside = JSON.stringify(text)
    .slice(1, -1)
    .replaceAll("'", String.raw`\'`);
  return `'${inside.replaceAll(/(?<!\\)((?:\\\\)*)\\t/g, '$1\t')}'`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const SYNTAX = Array.from('{}[]:,"\\u0041eE+-.5 tfn\'\t');
