import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MOST_FAULTS } from '../shared/take-apart/fault.ts';
import { repairValue } from '../shared/take-apart/repair.ts';
import { MOST_READINGS, salvage } from '../shared/take-apart/salvage.ts';
import type { Salvage } from '../shared/take-apart/salvage.ts';

interface Texts {
  readonly members: readonly string[];
  readonly torsos: readonly string[];
  readonly rungs: readonly string[];
}

function salvaged(text: string): Texts | undefined {
  const saved = salvage(Buffer.from(text));
  return (
    saved && {
      members: saved.members.map(({ bytes }) => bytes.toString()),
      torsos: saved.torsos.map(({ bytes }) => bytes.toString()),
      rungs: [...saved.rungs].toSorted(),
    }
  );
}

/** What is in no member and in no torso. Throws where parts overlap. */
function framingOf(text: Buffer, { members, torsos }: Salvage): string {
  const parts = [
    ...members.map(({ offset }) => ({ offset, end: endOfMember(text, offset) })),
    ...torsos.map(({ offset, bytes }) => ({ offset, end: offset + bytes.length })),
  ].toSorted((a, b) => a.offset - b.offset);
  const gaps: string[] = [];
  let at = 0;
  for (const { offset, end } of parts) {
    if (offset < at || end <= offset) throw new Error(`Parts overlap at byte ${offset}.`);
    gaps.push(text.toString('latin1', at, offset));
    at = end;
  }
  return [...gaps, text.toString('latin1', at)].join('');
}

function endOfMember(text: Buffer, offset: number): number {
  const value = repairValue(text, offset);
  if ('kind' in value) throw new Error('A member is beyond repair.');
  return value.end;
}

describe('rung by rung', () => {
  test.each([
    {
      rung: 'control-characters',
      text: '{"records":[{"a":"x\ty"},{"b":1}]}',
      members: [String.raw`{"a":"x\ty"}`, '{"b":1}'],
    },
    {
      rung: 'single-quotes',
      text: `{'records':[{'a':'x'},{"b":1}]}`,
      members: ['{"a":"x"}', '{"b":1}'],
    },
    { rung: 'trailing-commas', text: '{"records":[{"a":1},{"b":2,},],}', members: ['{"a":1}', '{"b":2}'] },
    {
      rung: 'truncated',
      text: '{"records":[{"a":1},{"b":2},{"c":"a to',
      members: ['{"a":1}', '{"b":2}'],
      torsos: ['{"c":"a to'],
    },
    {
      rung: 'broken-record',
      text: '{"records":[{"a":1},{"a":tru},{"a":3}]}',
      members: ['{"a":1}', '{"a":3}'],
      torsos: ['{"a":tru}'],
    },
  ])('$rung', ({ rung, text, members, torsos = [] }) => {
    expect(salvaged(text)).toEqual({ members, torsos, rungs: [rung] });
  });

  test('in combination, each named', () => {
    const text = `{"time":"now",'records':[{'a':'x\ny'},{"b":1,},{"c":nul},{"d":4},{"e":`;

    expect(salvaged(text)).toEqual({
      members: [String.raw`{"a":"x\ny"}`, '{"b":1}', '{"d":4}'],
      torsos: ['{"c":nul}', '{"e":'],
      rungs: ['broken-record', 'control-characters', 'single-quotes', 'trailing-commas', 'truncated'],
    });
  });

  test('says where members lie, and which were repaired', () => {
    const saved = salvage(Buffer.from(`[{"é":1},{'b':2}]`));

    expect(saved?.members).toMatchObject([
      { offset: 1, repaired: false },
      { offset: 10, repaired: true },
    ]);
  });
});

describe('a message that ends too early', () => {
  test.each([
    ['within the framing', '{"records":[{"a":1},{"b":2}', []],
    ['behind a comma', '{"records":[{"a":1},{"b":2},', []],
    ['behind the array', '{"records":[{"a":1},{"b":2}]', []],
    ['within a later key', '{"records":[{"a":1},{"b":2}],"tim', ['"tim']],
    ['within a bare array', '[{"a":1},{"b":2},{', ['{']],
    ['within a line', '{"a":1}\n{"b":2}\n{"c":', ['{"c":']],
    ['within objects side by side', '{"a":1}{"b":2}{"c":[{"d":4},{"d":5},', ['{"c":[{"d":4},{"d":5},']],
    ['within an array of envelopes', '[{"records":[{"a":1}]},{"records":[{"b":2},{"c', ['{"c']],
  ])('%s', (_, text, torsos) => {
    expect(salvaged(text)).toEqual({ members: ['{"a":1}', '{"b":2}'], torsos, rungs: ['truncated'] });
  });

  test('whatever its white space looks like', () => {
    const odd = '{"records"\n:\n[\n{"a"\n:\n1}\n,\n{"b":2}\n,\n{"c":\n{"d":\n[\n{"e":1}\n,\n{"f"\n:2}\n,';

    expect(salvaged(odd)).toEqual({
      members: ['{"a"\n:\n1}', '{"b":2}'],
      torsos: [odd.slice(odd.indexOf('{"c"'))],
      rungs: ['truncated'],
    });
    expect(salvaged('{"a":\n{"b":1},\n{')).toBeUndefined();
  });

  test('and goes on with other lines is broken in one of them', () => {
    for (const broken of ['{"a":2,', '{"a":', '{"a":[', '{"a":"x', '{"a":{"b":1}']) {
      expect(salvaged(`{"a":1}\n${broken}\n{"a":3}\n`)).toEqual({
        members: ['{"a":1}', '{"a":3}'],
        torsos: [broken],
        rungs: ['broken-record'],
      });
    }
  });

  test('at any place keeps each record that was complete, and makes none of what is inside the torso', () => {
    const records = [
      '{"id":1,"list":[{"id":"x"},{"id":"y"}]}',
      '{"id":2,"text":"},{\\"id\\":3"}',
      '{"id":3,"list":[{"id":"x"},{"id":"y"}]}',
    ];
    const text = `{"records":[${records.join(',')}]}`;

    for (let end = text.indexOf('},{"id":2') + 1; end < text.length; end++) {
      const cut = text.slice(0, end);
      const complete = records.filter((record) => cut.includes(record));
      const torso = cut.slice(cut.lastIndexOf(complete.at(-1) ?? '') + (complete.at(-1)?.length ?? 0));
      expect(salvaged(cut)).toEqual({
        members: complete,
        torsos: torso.startsWith(',{') ? [torso.slice(1)] : [],
        rungs: ['truncated'],
      });
    }
  });
});

describe('one broken record among good ones', () => {
  const GOOD: readonly [string, string, string] = [
    '{"category":"A","n":1}',
    '{"category":"B","n":[{"x":1},{"x":2}]}',
    '{"category":"C"}',
  ];

  test.each([
    '{"category":"Z","n":tru}',
    '{"category":"Z" "n":1}',
    '{"category":"Z","n":}',
    '{"category":"Z","n":1',
    '{"category":"Z","n":[1,2}',
    '{"category":"Z","n":{"x":1}',
    '{"category":"Z","n":"unclosed}',
    '{"category":"Z","n":"a "quoted" word"}',
    '{"category":"Z","n":"\\x"}',
    '{bad}',
    '{"other":"unclosed}',
    '{"other":{"category":1}, "list":[{"category":2},{"category":3}], x}',
    'garbage',
    '}',
    ']x',
    'NaN',
  ])('%s', (broken) => {
    for (const [open, separator, close] of FRAMINGS) {
      for (const at of [0, 1, 3]) {
        const text = open + GOOD.toSpliced(at, 0, broken).join(separator) + close;
        const { members = [], rungs = [] } = salvaged(text) ?? {};
        const saved = GOOD.filter((record) => members.includes(record)).length;
        expect({ text, isSaved: saved >= 2, isNamed: rungs.length > 0 }).toEqual({
          text,
          isSaved: true,
          isNamed: true,
        });
      }
    }
  });

  const FRAMINGS = [
    ['{"records":[', ',', ']}'],
    ['{"records": [\n  ', ',\n  ', '\n]}\n'],
    ['[', ',', ']'],
    ['', '\n', '\n'],
    ['', '\r\n', ''],
  ] as const;

  test('harms no neighbour where its brackets say where it ends', () => {
    for (const [open, separator, close] of FRAMINGS) {
      const [a, b, c] = GOOD;
      const broken = '{"other":tru,"list":[{"category":2},{"category":3}]}';
      expect(salvaged(open + [a, broken, b, c].join(separator) + close)).toEqual({
        members: GOOD,
        torsos: [broken],
        rungs: ['broken-record'],
      });
    }
  });

  test('or a missing comma, or one too many, or a bracket too many', () => {
    expect(salvaged('[{"a":1}{"b":2}]')).toMatchObject({ members: ['{"a":1}', '{"b":2}'], torsos: [] });
    expect(salvaged('[,{"a":1},,,{"b":2}]')).toMatchObject({ members: ['{"a":1}', '{"b":2}'], torsos: [] });
    expect(salvaged('{"a":1},\n{"b":2},')).toMatchObject({ members: ['{"a":1}', '{"b":2}'], torsos: [] });
    expect(salvaged('[{"a":1}},{"b":2}]')).toMatchObject({ members: ['{"a":1}', '{"b":2}'], torsos: ['}'] });
  });

  test('is counted where the framing alone is broken', () => {
    expect(salvaged('{"records":[{"a":1}],"count":1x}\n{"records":[{"b":2}]}')).toEqual({
      members: ['{"a":1}', '{"b":2}'],
      torsos: ['"count":1x}'],
      rungs: ['broken-record'],
    });
  });
});

describe('envelopes', () => {
  test('are opened wherever their key stands, with what else is in them as framing', () => {
    const text = `{"time":[1,{"a":2}],"records":[{"a":1,}],"count":1}{'x':1,"records":[{"b":2}],"records":[{"c":3}]}`;

    expect(salvaged(text)).toEqual({
      members: ['{"a":1}', '{"b":2}', '{"c":3}'],
      torsos: [],
      rungs: ['single-quotes', 'trailing-commas'],
    });
  });

  test('stand in arrays, and not in records', () => {
    const text = '[{"records":[{"records":[{"a":1,}]}]},{"b":2}]';

    expect(salvaged(text)?.members).toEqual(['{"records":[{"a":1}]}', '{"b":2}']);
  });
});

describe('what is no record', () => {
  test('is a part of its own, with its reason', () => {
    const saved = salvage(Buffer.from(`[1,'x',{"a":1,},tru]`));

    expect(saved?.torsos.map(({ reason, offset, bytes }) => [reason, offset, bytes.toString()])).toEqual([
      ['not-an-object', 1, '1'],
      ['not-an-object', 3, `'x'`],
      ['not-json', 16, 'tru]'],
    ]);
  });

  test('and no salvage where there is nothing else', () => {
    const hopeless = ['garbage', '[1,2,', '"x', '{"a":tru}', '{', ',,,', '{"records":[', '[[[[[', '\0'];

    expect(hopeless.filter((text) => salvage(Buffer.from(text)))).toEqual([]);
  });

  test('stands by itself up to a limit, and from there with its neighbours', () => {
    const saved = salvage(Buffer.from(`[{"a":1},${'1,'.repeat(5_000)}{"b":2},2,3`));

    expect(saved?.members).toHaveLength(2);
    expect(saved?.torsos.map(({ bytes }) => bytes.length)).toEqual([
      ...Array<number>(MOST_FAULTS - 1).fill(1),
      2 * (5_000 - MOST_FAULTS) + 1,
      3,
    ]);
  });
});

describe('any message', () => {
  const piece = fc.constantFrom(
    '{"a":1}',
    '{"a":',
    '{"records":[',
    ']}',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    "'",
    '\\',
    '\n',
    '\n{',
    ' ',
    '},{"a"',
    'tru',
    '1',
    '\t',
    'é',
    '"records"',
    '{"a":{"a":[',
    '{"a":"x"}',
    "{'a':'b'}",
  );

  test('is a member, a torso or framing in every byte, each once', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = Buffer.from(pieces.join(''));
        const saved = salvage(text);
        const framing = saved ? framingOf(text, saved) : '';
        const isOfEnvelope = text.includes('records');
        expect(isOfEnvelope || /^[\s,[\]]*$/.test(framing)).toBe(true);
        expect(saved?.members.every(({ bytes }) => isJson(bytes)) ?? true).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  test('is read a bounded number of times', () => {
    for (const [name, unit] of Object.entries(HOSTILE)) {
      const text = Buffer.from(`{"first":1}\n[${unit.repeat(250_000 / unit.length)}`);
      const saved = salvage(text);
      const readings = (saved?.bytesRead ?? Infinity) / text.length;
      expect({ name, isBounded: readings < MOST_READINGS + 4 }).toEqual({ name, isBounded: true });
    }
  });
});

const HOSTILE = {
  brackets: '[',
  braces: '{',
  'arrays that hold their neighbours': '{"a":[{},',
  'objects that hold their neighbours': '{"a":{"a":',
  'records that look alike': '{"a":[{},{"a":1},',
  'strings that never end': '{"a":"},{"a"',
  'single quotes': `{'a':'`,
  'lines in lines': '\n{"a":[',
  'broken at once': '{"a":tru},',
  commas: ',',
  numbers: '1,',
  'control characters': '{"a":"\t\t\t\t\t\t"},',
  backslashes: '\\',
  'envelopes in envelopes': '{"records":[',
  'envelopes side by side': '{"x":[1,2,3],"records":[],',
  'keys without end': '{"a',
  'opened and closed wrongly': '[{"a":[}',
};

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString());
    return true;
  } catch {
    return false;
  }
}
