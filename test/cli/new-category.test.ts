import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli, runNode } from './run-cli.ts';
import type { Outcome } from './run-cli.ts';
import { projectCopy } from './project-copy.ts';

const TENANT = '8d1f0c3a-5b7e-4a62-9c44-0e6b7f2d9a10';
const TERMS = {
  time: '2026-11-20T10:00:00Z',
  resourceId: `/tenants/${TENANT}/providers/Microsoft.aadiam`,
  operationName: 'Terms accepted',
  category: 'TermsOfUseLogs',
  properties: { id: '1', state: 'accepted', count: 1, tags: ['a'], asked: null },
};

const root = projectCopy();

function newCategory(...args: string[]): Promise<Outcome> {
  return runCli('sluice', ['new', 'category', ...args], { root, cwd: root });
}

function write(name: string, content: unknown): string {
  const file = path.join(root, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

function textOf(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

function jsonOf(file: string): unknown {
  return JSON.parse(textOf(file));
}

/** The tests of the copy, without what this process tells those that it starts. */
function runTool(file: string, args: string): Promise<Outcome> {
  const tool = path.join(root, 'node_modules', ...file.split('/'));
  return runNode([tool, ...args.split(' ')], { cwd: root, env: { VITEST: '', NO_COLOR: '1' } });
}

test('a category has a schema, fixtures, and what acts on it; types and required fields come from records', async () => {
  const other = {
    ...TERMS,
    Level: 4,
    properties: { id: '2', state: null, count: 0.5, who: { upn: 'a@example.com' } },
  };
  const file = write('terms.json', { records: [TERMS, other, { ...TERMS, category: 'SignInLogs' }] });

  const outcome = await newCategory(
    'entra/TermsOfUseLogs',
    '--from',
    file,
    '--required',
    '/properties/id',
    '--function',
  );

  expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
  expect(outcome.stdout).toContain(
    `Seen in 2 records of ${file} (1 record of other categories passed over):`,
  );
  expect(outcome.stdout).toMatch(/^ {2}\/properties\/state +null, string +seen 2 times$/m);
  expect(outcome.stdout).toContain('Required beyond the envelope: /properties/id, as you say.');
  expect(jsonOf('schemas/entra/TermsOfUseLogs.schema.json')).toMatchObject({
    $id: 'https://sluice.dev/schemas/entra/TermsOfUseLogs.schema.json',
    allOf: [{ $ref: 'envelope.schema.json' }],
    properties: {
      properties: {
        type: 'object',
        required: ['id'],
        properties: {
          id: { type: ['string', 'null'] },
          state: { type: ['string', 'null'] },
          count: { type: ['number', 'null'] },
          tags: { type: ['array', 'null'], items: { type: ['string', 'null'] } },
          who: { type: ['object', 'null'], properties: { upn: { type: ['string', 'null'] } } },
        },
      },
    },
  });
  expect(textOf('schemas/entra/TermsOfUseLogs.schema.json')).not.toMatch(/"asked"|"operationName"/);
  expect(jsonOf('test/fixtures/categories/entra/TermsOfUseLogs.json')).toMatchObject({
    valid: [TERMS, other],
  });
  expect(textOf('functions/categories/terms-of-use-logs.ts').split('\n').length).toBeLessThan(25);
});

test('without records, the schema is the envelope, and the fixtures are samples', async () => {
  const outcomes = [
    await newCategory('activity/Quota', '--function'),
    await newCategory('intune/NewReport', '--required', 'operationName'),
    await newCategory('unknown/BadgeLogs'),
  ];

  expect(outcomes.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual(outcomes.map(() => [0, '']));
  expect(jsonOf('schemas/intune/NewReport.schema.json')).toEqual({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://sluice.dev/schemas/intune/NewReport.schema.json',
    title: 'intune/NewReport',
    allOf: [{ $ref: 'envelope.schema.json' }],
    type: 'object',
    required: ['operationName'],
  });
});

test('a table of Defender is added to what its schema is generated from, and nothing else there changes', async () => {
  const data = 'scripts/schema-data/defender.json';
  const before = textOf(data);
  const row = `{"Timestamp":"2026-11-20T10:00:00Z","Seen":"2026-11-20T10:00:00Z","Name":"a","ReportId":639199803770463703,"Count":639199803770463703,"Score":0.5,"Ok":true,"More":{"a":1},"Nothing":null}`;
  const envelope = `"time":"2026-11-20T10:00:00Z","tenantId":"${TENANT}"`;
  const from = (table: string): string =>
    write(`${table}.ndjson`, `{${envelope},"category":"AdvancedHunting-${table}","properties":${row}}\n`);

  const first = await newCategory('defender/AaTable', '--from', from('AaTable'));
  const last = await newCategory('defender/ZzTable', '--from', from('ZzTable'), '--function');
  const empty = await newCategory('defender/NewTable');

  expect([first.stderr, last.stderr, empty.stderr]).toEqual(['', '', '']);
  const after = textOf(data).split('\n');
  expect(before.split('\n').filter((line) => !after.includes(line))).toEqual([]);
  expect(jsonOf(data)).toMatchObject({
    tables: {
      NewTable: {},
      ZzTable: {
        datetime: ['Seen'],
        string: ['Name'],
        bool: ['Ok'],
        long: ['Count'],
        real: ['Score'],
        dynamic: ['More'],
      },
    },
  });
  expect(textOf('test/fixtures/categories/defender/ZzTable.json')).toContain('639199803770463703');
  const schema = textOf('schemas/defender/ZzTable.schema.json');
  expect((await runNode([path.join(root, 'scripts', 'generate-schemas.ts')])).exitCode).toBe(0);
  expect(textOf('schemas/defender/ZzTable.schema.json')).toBe(schema);
});

test('the suite passes with all of them, and the linter finds nothing wrong', async () => {
  const suite = 'test/schemas.test.ts test/generate-schemas.test.ts test/categories';
  const tests = await runTool('vitest/vitest.mjs', `run --reporter=verbose ${suite}`);
  const lint = await runTool('oxlint/bin/oxlint', '--type-aware --deny-warnings functions test/categories');
  const format = await runTool('prettier/bin/prettier.cjs', '--check functions test/categories');

  expect(tests.stdout).toMatch(/entra\/TermsOfUseLogs\.schema\.json/);
  expect(tests.stdout).toMatch(/Test Files +(\d+) passed \(\1\)/);
  expect(tests).toMatchObject({ exitCode: 0, stderr: '' });
  expect(lint).toMatchObject({ exitCode: 0, stderr: '' });
  expect(format).toMatchObject({ exitCode: 0, stderr: '' });
});

test('samples of it can be had at once', async () => {
  const { stdout } = await runCli('sluice', ['sample', '-m', '3', '--category', 'entra/TermsOfUseLogs'], {
    root,
  });

  expect(stdout).toContain('"state"');
});

describe('nothing is written', () => {
  test.each([
    [['entra/SignInLogs'], 'entra/SignInLogs exists already: schemas/entra/SignInLogs.schema.json.'],
    [['defender/New', '--required', 'x'], '--required is not for Defender'],
    [['entra/New', '--required', 'x'], '/x cannot be required: without --from, only what the envelope names'],
    [['entra/New', '--from', 'gone.json'], 'There is no file gone.json, or it cannot be read.'],
    [
      ['entra/New', '--from', 'package.json'],
      'package.json holds no record of the category New, but of: none.',
    ],
  ])('for %j', async (args, message) => {
    const { exitCode, stdout, stderr } = await newCategory(...args);

    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
    for (const name of ['entra/New', 'defender/New'])
      expect(existsSync(path.join(root, 'schemas', `${name}.schema.json`))).toBe(false);
  });

  test.each([
    [
      'that do not fit the envelope',
      { identity: { name: 'x' } },
      'Record 1 of that category in misfit.json does not fit: /identity must be string or null, is object.',
    ],
    [
      'that another product claims',
      { resourceId: '/providers/microsoft.intune' },
      'Record 1 of that category in misfit.json would not be taken for entra/New, but for intune/New',
    ],
    [
      'that lack what is to be required',
      { id: undefined },
      '/id cannot be required: record 1 of the category lacks it.',
    ],
  ])('for records %s', async (_, change, message) => {
    write('misfit.json', { ...TERMS, category: 'New', id: '1', ...change });
    const data = textOf('scripts/schema-data/defender.json');

    const { exitCode, stderr } = await newCategory('entra/New', '--from', 'misfit.json', '--required', 'id');

    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
    expect(existsSync(path.join(root, 'schemas', 'entra', 'New.schema.json'))).toBe(false);
    expect(textOf('scripts/schema-data/defender.json')).toBe(data);
  });

  test('for records of which nothing can be wrong', async () => {
    write('bare.json', { category: 'Bare', nothing: null });

    const { exitCode, stderr } = await newCategory('unknown/Bare', '--from', 'bare.json');

    expect(stderr).toContain('The records show no field of unknown/Bare but what is null');
    expect(exitCode).toBe(2);
    expect(existsSync(path.join(root, 'schemas', 'unknown', 'Bare.schema.json'))).toBe(false);
  });

  test('over a file that is there', async () => {
    write('functions/categories/mine.ts', '// mine\n');

    const { exitCode, stderr } = await newCategory('entra/Mine', '--function');

    expect(stderr).toContain('Nothing is overwritten, and there is already: functions/categories/mine.ts.');
    expect(exitCode).toBe(2);
    expect(textOf('functions/categories/mine.ts')).toBe('// mine\n');
  });
});
