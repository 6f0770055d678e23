import { describe, expect, test } from 'vitest';
import { cell } from '../../cli/query/csv-cell.ts';
import { FORMATS } from '../../cli/query/options.ts';
import { engineFixture } from './engine-fixture.ts';

const BEYOND_DOUBLES = '639199803770463703';

describe('numbers', () => {
  test.each(FORMATS)('beyond 2^53 are exact in %s', async (format) => {
    const { answer } = await engineFixture();

    const text = await answer(
      `SELECT ${BEYOND_DOUBLES} AS whole, 170141183460469231731687303715884105727::HUGEINT AS huge,
        [${BEYOND_DOUBLES}] AS list, {'id': ${BEYOND_DOUBLES}} AS object, ${BEYOND_DOUBLES}.5 AS fraction`,
      format,
    );

    expect(text.split(BEYOND_DOUBLES)).toHaveLength(5);
    expect(text).toContain('170141183460469231731687303715884105727');
    expect(text).toContain(`${BEYOND_DOUBLES}.5`);
    expect(text).not.toMatch(/63919980377046370\d*[0-24-9]\b|e\+?17/);
  });
});

describe('JSON', () => {
  test('is what the values are', async () => {
    const { answer } = await engineFixture();

    const text =
      await answer(`SELECT 'a"b' AS t, true AS b, NULL AS n, 1.50::DECIMAL(10,4) AS d, 0.5::DOUBLE AS f,
      TIMESTAMP '2026-11-20 10:11:12.5' AS at, DATE '2026-11-20' AS day, MAP {'k': 2} AS m, '{"x":1.10}'::JSON AS j,
      [{'a': 'b'}] AS l`);

    expect(text).toBe(
      '{"t":"a\\"b","b":true,"n":null,"d":1.5,"f":0.5,"at":"2026-11-20T10:11:12.5Z","day":"2026-11-20",' +
        '"m":{"k":2},"j":{"x":1.10},"l":[{"a":"b"}]}\n',
    );
  });

  test('is an array, of nothing too', async () => {
    const { answer } = await engineFixture();

    expect(JSON.parse(await answer('SELECT range AS n FROM range(3000)', 'json'))).toHaveLength(3_000);
    expect(JSON.parse(await answer('SELECT 1 WHERE false', 'json'))).toEqual([]);
  });
});

describe('CSV', () => {
  test.each([
    ["=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"],
    ['+1+1', "'+1+1"],
    ['-1+1', "'-1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', '"\'\t=1"'],
    ['\r=1', '"\'\r=1"'],
    ['\n=1', '"\'\n=1"'],
    ['＝1', "'＝1"],
    ['-5', '-5'],
    ['a=1', 'a=1'],
    ['a,"b"', '"a,""b"""'],
    ['two\nlines', '"two\nlines"'],
  ])('makes %j harmless', async (text, written) => {
    const { answer } = await engineFixture();

    expect(await answer('SELECT $text AS t', 'csv', { text })).toBe(`t\r\n${written}\r\n`);
  });

  test('cells are the same whether the engine writes them or not', async () => {
    const { answer } = await engineFixture();
    const pieces = [
      '',
      'a',
      '-',
      '-1.5',
      '=',
      '＝',
      '"',
      ',',
      ';',
      ' ',
      '\t',
      '\r\n',
      '\u00a0',
      '\u3000',
      '\ufeff',
      'é😀',
    ];
    const texts = pieces.flatMap((a) => pieces.flatMap((b) => [`${a}${b}`, `x${a}${b}`, `${a}${b}x`]));

    const lines = await answer('SELECT unnest(from_json($texts, \'["VARCHAR"]\')) AS t', 'csv', {
      texts: JSON.stringify(texts),
    });

    expect(lines).toBe(['t', ...texts.map(cell)].map((line) => `${line}\r\n`).join(''));
  });

  test('has values of every kind in their places', async () => {
    const { answer } = await engineFixture();

    const text = await answer(
      `SELECT 'a' AS a, true AS b, NULL AS n, 1.50::DECIMAL(10,4) AS d, 7::DECIMAL(10,4) AS e, 0.5::DECIMAL(2,2) AS f,
        -5::DECIMAL(3,0) AS g, 0.1::DOUBLE AS h, TIMESTAMP '2026-11-20 10:11:12.5' AS at, 'z' AS z,
        '{"x":1.10}'::JSON AS j, [{'a': 'b"', 'c': NULL}] AS l, NULL::VARCHAR[] AS m, [1.50::DECIMAL(4,2)] AS o,
        MAP {'k': 2} AS p, ['=1'] AS q, row(1, 'x') AS r`,
      'csv',
    );

    expect(text).toBe(
      'a,b,n,d,e,f,g,h,at,z,j,l,m,o,p,q,r.,r.\r\n' +
        'a,true,,1.5,7,0.5,-5,0.1,2026-11-20T10:11:12.5Z,z,"{""x"":1.10}","[{""a"":""b\\"""",""c"":null}]",,[1.5],' +
        '"{""k"":2}","[""=1""]",1,x\r\n',
    );
  });

  test.each([
    ['SELECT 1 AS a, 2 AS b; -- done', 'a,b\r\n1,2\r\n'],
    ["FROM (SELECT ';--' AS a) -- done", 'a\r\n";--"\r\n'],
    ['WITH x AS (SELECT 2 AS a UNION ALL SELECT 1) FROM x ORDER BY a;', 'a\r\n1\r\n2\r\n'],
    ['DESCRIBE SELECT 1 AS a;', 'column_name,column_type,null,key,default,extra\r\na,INTEGER,YES,,,\r\n'],
    ['SELECT 1 AS "a,b" WHERE false', '"a,b"\r\n'],
  ])('is made of any statement: %s', async (sql, csv) => {
    const { answer } = await engineFixture();

    expect(await answer(sql, 'csv')).toBe(csv);
  });

  test('has a column for each field of an object, and a harmless heading', async () => {
    const { answer } = await engineFixture();

    const text = await answer(
      `SELECT {'a': 1, 'b': {'c': 'x'}} AS o, NULL::STRUCT(d INT) AS n, 2 AS "=1+1"`,
      'csv',
    );

    expect(text).toBe("o.a,o.b.c,n.d,'=1+1\r\n1,x,,2\r\n");
  });
});

test('a table has no line breaks or escape codes out of data', async () => {
  const { answer } = await engineFixture();

  const text = await answer("SELECT 'a' || chr(10) || 'b' || chr(27) || '[31mc' AS t", 'table');

  expect(text.trimEnd().split('\n').at(-1)?.trim()).toBe('a b [31mc');
});
