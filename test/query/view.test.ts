import { describe, expect, test } from 'vitest';
import type { Part } from '../../cli/query/bundle.ts';
import { rowsSql, viewSql } from '../../cli/query/category-sql.ts';
import type { View } from '../../cli/query/category-sql.ts';
import { mergedFields, sampledShape, usedFields } from '../../cli/query/fields.ts';
import { readSyntax } from '../../cli/query/tables.ts';
import type { Uses } from '../../cli/query/tables.ts';
import { readShape } from '../../shared/judge/shape.ts';
import { engineFixture } from './engine-fixture.ts';
import type { EngineFixture } from './engine-fixture.ts';

const EVERYTHING: Uses = { everything: true, ends: new Set(), ways: new Set() };
const ENDLESS = { from: -Infinity, to: Infinity };

const CATEGORY = 'entra/SignInLogs';

/** A table `t` of bundles of one category, with the fields that are seen in them. */
async function viewOf(
  { engine }: EngineFixture,
  parts: readonly Part[],
  options: Partial<View> = {},
): Promise<void> {
  const categories = [{ category: CATEGORY, parts }];
  const rows = rowsSql({ category: CATEGORY, parts });
  const structure = await engine.jsonOf(`SELECT json_group_structure(_record) FROM (${rows})`);
  const fields = mergedFields([sampledShape(structure)]);
  const view = { table: { name: 't' }, categories, fields, range: ENDLESS, distinct: false };
  await engine.run(viewSql({ ...view, ...options }));
}

describe('a table of the archive', () => {
  test('has the fields of its records, nested ones too, and their bytes', async () => {
    const fixture = await engineFixture();
    const line =
      '{"time" : "2026-11-20T09:30:00.1234567Z", "id":"k","a":{"b":[1,{"c":2}],"n":639199803770463703},"f":1.10}';
    await viewOf(fixture, [await fixture.write([line])]);

    expect(await fixture.answer('SELECT _line FROM t')).toBe(`${line}\n`);
    expect(await fixture.answer('SELECT _time, _category, _key, _blob, a.n, f FROM t')).toBe(
      '{"_time":"2026-11-20T09:30:00.123456Z","_category":"entra/SignInLogs","_key":"k",' +
        '"_blob":"entra/SignInLogs/y=2026/m=11/d=20/h=09/contoso-logs-p0-1.ndjson","n":639199803770463703,"f":1.1}\n',
    );
  });

  test('reads every form of an event time that Sluice does, and else takes the hour', async () => {
    const fixture = await engineFixture();
    const times = [
      '"2026-11-20T10:00:00+01:00"',
      '"2026-11-20 09:00:01.5"',
      '"11/20/2026 9:00:02 AM"',
      '1795165203000',
      '"soon"',
      '"infinity"',
      'null',
    ];
    await viewOf(fixture, [await fixture.write(times.map((time) => `{"time":${time}}`))]);

    const rows = (await fixture.answer('SELECT _time FROM t')).trim().split('\n');

    expect(rows.map((row) => (JSON.parse(row) as { _time: string })._time)).toEqual([
      '2026-11-20T09:00:00Z',
      '2026-11-20T09:00:01.5Z',
      '2026-11-20T09:00:02Z',
      '2026-11-20T09:00:03Z',
      '2026-11-20T09:00:00Z',
      '2026-11-20T09:00:00Z',
      '2026-11-20T09:00:00Z',
    ]);
  });

  test('holds what is in the range alone, its beginning included', async () => {
    const fixture = await engineFixture();
    const file = await fixture.write(['{"time":"2026-11-20T09:00:00Z"}', '{"time":"2026-11-20T09:30:00Z"}']);
    const range = { from: Date.parse('2026-11-20T09:00:00Z'), to: Date.parse('2026-11-20T09:30:00Z') };
    await viewOf(fixture, [file], { range });

    expect(await fixture.answer('SELECT count(*) AS n FROM t')).toBe('{"n":1}\n');
  });

  test('has what came twice once, where that is asked for', async () => {
    const fixture = await engineFixture();
    const file = await fixture.write([
      '{"id":1,"time":"a"}',
      '{"id":1,"time":"b"}',
      '{"x":1}',
      '{"x":1}',
      '{"x":2}',
    ]);
    await viewOf(fixture, [file], { distinct: true });

    expect(await fixture.answer('SELECT count(*) AS n FROM t')).toBe('{"n":3}\n');
  });

  test('keeps a record in which only the engine finds a fault', async () => {
    const fixture = await engineFixture();
    const odd = String.raw`{"a":"\ud800","id":"odd"}`;
    await viewOf(fixture, [await fixture.write([odd, '{"a":"b"}'])]);

    expect(await fixture.answer('SELECT _line FROM t WHERE a IS NULL')).toBe(`${odd}\n`);
  });

  test.each([
    [[9_000_000]],
    [[10, 9_000_000]],
    [[9_000_000, 10]],
    [[524_290, 10, 524_286, 524_287, 524_288]],
    [[600_000, 10, 599_999, 600_000, 600_000]],
  ])('has every line, of %j bytes', async (sizes) => {
    const fixture = await engineFixture();
    const lines = sizes.map((size) => JSON.stringify({ a: 'x'.repeat(size - '{"a":""}'.length) }));
    await viewOf(fixture, [await fixture.write(lines), await fixture.write(['{"a":"y"}', ...lines])]);

    const text = await fixture.answer('SELECT count(*) AS n, sum(length(_line)) AS bytes FROM t');

    const bytes = sizes.reduce((sum, size) => sum + size);
    expect(JSON.parse(text)).toEqual({ n: 2 * sizes.length + 1, bytes: 2 * bytes + '{"a":"y"}'.length });
  });

  test('lets no name out of its place', async () => {
    const fixture = await engineFixture();
    const names = [
      '"; DROP TABLE t; --',
      "'; SELECT 1; --",
      'a/b~c',
      'x.y',
      '',
      '_time',
      'select',
      '$."q"',
      'naïve 🔑',
    ];
    const record = JSON.stringify(Object.fromEntries(names.map((name, i) => [name, `v${i}`])));
    const category = `x'; DROP TABLE t; --"/${names[0]}`;
    const parts = [await fixture.write([record], { eventTime: "/it's", recordKey: `/${names[1]}` })];
    await viewOf(fixture, parts, { categories: [{ category, parts }] });

    const row = JSON.parse(await fixture.answer('SELECT * FROM t')) as Record<string, unknown>;

    expect(row['_category']).toBe(category);
    expect(row['_key']).toBe('v1');
    expect(row['"; DROP TABLE t; --']).toBe('v0');
    expect(row['a/b~c']).toBe('v2');
    expect(row['naïve 🔑']).toBe('v8');
    expect(row['_time']).toBe('2026-11-20T09:00:00Z');
  });

  test('is empty where there is no record', async () => {
    const fixture = await engineFixture();
    const fields = mergedFields([sampledShape({ a: 'VARCHAR' })]);
    const categories = [{ category: 'x/y', parts: [] }];
    const view = {
      table: { schema: 's', name: 'n' },
      categories,
      fields,
      range: ENDLESS,
      distinct: true,
    };
    await fixture.engine.run('CREATE SCHEMA s');
    await fixture.engine.run(viewSql(view));

    expect(await fixture.answer('SELECT count(a) AS n FROM s.n')).toBe('{"n":0}\n');
  });
});

describe('fields', () => {
  const kinds = { string: 2, integer: 4, object: 64 };
  const plain = { required: [], fields: [], choices: [] };
  const shape = (fields: Record<string, number>) =>
    readShape({
      ...plain,
      kinds: kinds.object,
      fields: Object.entries(fields).map(([name, kind]) => [name, { ...plain, kinds: kind }] as const),
    });

  test('of several categories are those of all, whatever their capitals', () => {
    const fields = mergedFields([
      shape({ level: kinds.string, a: kinds.integer }),
      shape({ Level: kinds.integer, b: kinds.string }),
    ]);

    expect(fields.map(({ names, kinds: all }) => [names, all])).toEqual([
      [['level', 'Level'], kinds.string | kinds.integer],
      [['a'], kinds.integer],
      [['b'], kinds.string],
    ]);
  });

  test.each([
    ['select p.a.x from t', 'a'],
    ['select p.* from t', 'a b'],
    ['select p from t', 'a b'],
    ['select p, p.a from t', 'a b'],
    ['select (p).a from t', 'a b'],
    ['select * from t where p.a = 1', 'a b'],
    ["select p['a'] from t", 'a b'],
    ['select s.p.b from t as s where S.P.A = 1', 'a b'],
    ['select p.none from t', 'a b'],
  ])('%s needs %s', async (sql, needed) => {
    const { engine } = await engineFixture();
    const field = mergedFields([sampledShape({ p: { a: { x: 'VARCHAR' }, b: 'VARCHAR' }, q: 'VARCHAR' })]);

    const [used] = usedFields(field, (await engine.syntaxOf(sql)).uses);

    expect(used?.fields.map(({ names }) => names[0]).join(' ')).toBe(needed);
  });
});

describe('tables of a statement', () => {
  test.each([
    ['select 1', []],
    ['select * from entra.SignInLogs', ['SignInLogs']],
    ['select * from "entra/SignInLogs" s join defender."Device*" d on true', ['entra/SignInLogs', 'Device*']],
    ['with x as (select 1 from github.git) select * from x where exists (from intune."*")', ['git', '*']],
    ['describe activity.Policy', ['Policy']],
    ['select * from duckdb_settings()', []],
  ])('%s', async (sql, names) => {
    const { engine } = await engineFixture();

    expect((await engine.syntaxOf(sql)).tables.map(({ name }) => name)).toEqual(names);
  });

  test('fit categories by their patterns, in either case', () => {
    const base = { type: 'BASE_TABLE', schema_name: 'ENTRA', table_name: '*signinlogs' };
    const [table] = readSyntax([base, base]).tables;

    expect(table?.fits('entra', 'NonInteractiveUserSignInLogs')).toBe(true);
    expect(table?.fits('entra', 'AuditLogs')).toBe(false);
    expect(table?.fits('intune', 'SignInLogs')).toBe(false);
  });
});

describe('the engine', () => {
  test.each([
    ['select 1; select 2', /One SELECT/],
    ["copy (select 1) to 'x'", /no statement/],
    ['drop table t', /no statement/],
    ['selec 1', /no statement/],
  ])('turns down %s', async (sql, message) => {
    const { engine } = await engineFixture();

    await expect(engine.syntaxOf(sql)).rejects.toThrow(message);
  });

  test.each([
    "select * from read_text('/etc/hosts')",
    "select * from read_csv('https://example.com/x')",
    "from glob('/*')",
  ])('reads nothing else: %s', async (sql) => {
    const { answer } = await engineFixture();

    await expect(answer(sql)).rejects.toThrow(/disabled by configuration/);
  });

  test('says which fields there are where one is not', async () => {
    const fixture = await engineFixture();
    await viewOf(fixture, [await fixture.write(['{"p":{"named":1}}'])]);

    await expect(fixture.answer('SELECT p.nmaed FROM t')).rejects.toThrow(/"named"[^]*describe/);
  });
});

test('usedFields takes all where everything is asked for', () => {
  const fields = mergedFields([sampledShape({ a: 'VARCHAR' })]);

  expect(usedFields(fields, EVERYTHING)).toBe(fields);
});
