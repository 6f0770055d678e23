import { readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { compileValidators, describeUnknown } from '../scripts/build-validators.ts';
import { validate } from '../shared/judge/validate.ts';
import { compile, removeFolders, schema, SCHEMAS, schemasFolder, temporaryFolder } from './schemas-folder.ts';

afterAll(removeFolders);

const file = 'entra/New.schema.json';

function listOf(type: string): object {
  return { type: 'array', items: { type } };
}

describe('compileValidators', () => {
  it.each([
    ['is not JSON', { [file]: '{' }, 'schema-invalid'],
    ['has another $id', { [file]: schema('entra/Old.schema.json') }, 'schema-invalid'],
    ['belongs to no product', { 'other/New.schema.json': schema('other/New.schema.json') }, 'schema-invalid'],
    ['is not named as schemas are', { 'entra/New.json': schema('entra/New.json') }, 'schema-invalid'],
    ['has a keyword that is none', { [file]: schema(file, { requierd: ['time'] }) }, 'schema-invalid'],
    [
      'refers to nothing',
      { [file]: schema(file, { allOf: [{ $ref: 'none.schema.json' }] }) },
      'schema-invalid',
    ],
    [
      'has an annotation that is none',
      { [file]: schema(file, { 'x-category': { keep: 1 } }) },
      'schema-invalid',
    ],
    [
      'names as known values what is no list',
      { [file]: schema(file, { properties: { a: { type: 'string', 'x-known-values': 'Create' } } }) },
      'schema-invalid',
    ],
    [
      'retains for half a day',
      { [file]: schema(file, { 'x-category': { retentionDays: 0.5 } }) },
      'schema-invalid',
    ],
    [
      'has a key that is no pointer',
      { [file]: schema(file, { 'x-category': { recordKey: 'id' } }) },
      'schema-invalid',
    ],
    [
      'has a partition key for packed messages',
      { [file]: schema(file, { 'x-category': { partitionKey: '/id' } }) },
      'schema-invalid',
    ],
    [
      'spells a known category otherwise',
      { 'entra/signinlogs.schema.json': schema('entra/signinlogs.schema.json') },
      'schema-invalid',
    ],
  ])('stops at a file that %s, and names it', (_, contents, code) => {
    const [name = ''] = Object.keys(contents);
    const attempt = () => compileValidators(schemasFolder(contents), temporaryFolder('generated'));
    expect(attempt).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(name) as string }),
    );
  });

  it('stops at two files that claim one category', () => {
    const twice = { [file]: schema(file), 'entra/NEW.schema.json': schema('entra/NEW.schema.json') };

    const attempt = () => compileValidators(schemasFolder(twice), temporaryFolder('generated'));

    // Where file names know no case, the second file is written over the first and has not its $id.
    expect(attempt).toThrow(/entra\/new\.schema\.json(?: and entra\/new\.schema\.json claim|: its \$id)/i);
  });

  it('compiles a schema that refers to itself', () => {
    const schemas = schemasFolder({
      [file]: schema(file, { properties: { below: { $ref: 'New.schema.json' }, name: { type: 'string' } } }),
    });

    const rules = compile(schemas).rules('entra', 'New');

    expect(validate({ below: { below: { name: 'a' } } }, rules)).toEqual([]);
    const problems = validate({ below: { below: { name: 1 } } }, rules);
    expect(problems).toEqual([{ pointer: '/below/below/name', message: 'must be string, is number' }]);
  });

  it('lets a category say more than its product, and inherit the rest', () => {
    const schemas = schemasFolder({
      'entra/envelope.schema.json': schema('entra/envelope.schema.json', {
        'x-category': { recordKey: '/id', eventTime: '/time', retentionDays: 30 },
      }),
      [file]: schema(file, {
        'x-category': { retentionDays: 365, onInvalid: 'mark', message: 'record', partitionKey: '/user' },
      }),
    });

    const compiled = compile(schemas);

    const rules = compiled.rules('entra', 'New');
    expect(rules.category).toMatchObject({
      retentionDays: 365,
      onInvalid: 'mark',
      message: 'record',
      listed: true,
    });
    expect(rules.recordKey?.({ id: 'a' })).toBe('a');
    expect(rules.partitionKey?.({ user: 'b' })).toBe('b');
    const other = compiled.rules('entra', 'Other');
    expect(other.category).toMatchObject({
      retentionDays: 30,
      onInvalid: 'dead-letter',
      message: 'packed',
      listed: false,
    });
    expect(other.partitionKey).toBeUndefined();
  });

  it('collects no more problems than anyone reads, and still decides by all of them', () => {
    const either = { anyOf: [listOf('string'), listOf('integer')] };
    const inside = { type: 'array', items: { $ref: file.replace('entra/', '') } };
    const properties = { list: listOf('string'), either, inside };
    const rules = compile(schemasFolder({ [file]: schema(file, { properties }) })).rules('entra', 'New');
    const numbers = Array.from({ length: 200_000 }, (_, index) => index);
    const collected = (value: unknown) => {
      const validator = rules.validator();
      return validator?.(value) === false ? validator.errors?.length : 0;
    };

    expect(collected({ list: numbers })).toBe(10);
    expect(collected({ inside: numbers })).toBe(10);
    expect(collected({ inside: [{ list: numbers }, { list: numbers }, {}] })).toBe(10);
    expect(collected({ either: numbers })).toBe(0);
    expect(collected({ either: [...numbers, 'text'] })).toBeGreaterThan(0);
    expect(validate({ list: numbers }, rules)[9]).toEqual({
      pointer: '/list/9',
      message: 'must be string, is number',
    });
    expect(validate({ either: [...numbers, 'text'] }, rules)).toHaveLength(10);
  });

  it('names the keywords that the walk over bytes does not know, and where they stand', () => {
    const properties = {
      a: { type: 'string', pattern: '^x' },
      'b/c': { type: 'array', items: { enum: [1] } },
    };
    const schemas = schemasFolder({
      'entra/envelope.schema.json': schema('entra/envelope.schema.json', { minProperties: 1 }),
      [file]: schema(file, {
        properties,
        anyOf: [{ properties: { a: { const: 'x' } } }, true],
        allOf: [{ $ref: 'envelope.schema.json' }, { $ref: '#/$defs/d' }, { $ref: 'envelope.schema.json' }],
        $defs: { d: {} },
      }),
      'entra/Plain.schema.json': schema('entra/Plain.schema.json', { required: ['a'] }),
    });

    const compiled = compileValidators(schemas, temporaryFolder('generated'));

    expect(Object.fromEntries(compiled.unknown)).toEqual({
      'entra/envelope.schema.json': ['#/minProperties'],
      [file]: [
        '#/properties/a/pattern',
        '#/properties/b~1c/items/enum',
        '#/anyOf/0/properties/a/const',
        'envelope.schema.json#/minProperties',
        '#/allOf/1/$ref',
      ],
    });
    expect(describeUnknown(compiled)).toEqual([
      expect.stringMatching(/^schemas\/entra\/New\.schema\.json: .* #\/properties\/a\/pattern, /),
      expect.stringMatching(/^schemas\/entra\/envelope\.schema\.json: .* #\/minProperties\./),
    ]);
  });

  it('knows every keyword of the schemas that are here', () => {
    expect(describeUnknown(compileValidators(SCHEMAS, temporaryFolder('generated')))).toEqual([]);
  });

  it('leaves alone what has not changed, and removes what nobody claims any more', () => {
    const schemas = schemasFolder({
      [file]: schema(file),
      'entra/Old.schema.json': schema('entra/Old.schema.json'),
    });
    const out = temporaryFolder('generated');
    compileValidators(schemas, out);
    const kept = path.join(out, 'validators', 'entra', 'New.cjs');
    const before = statSync(kept).mtimeMs;

    rmSync(path.join(schemas, 'entra', 'Old.schema.json'));
    const { count } = compileValidators(schemas, out);

    expect(count).toBe(1);
    expect(readdirSync(path.dirname(kept))).toEqual(['New.cjs', 'New.shape.json']);
    expect(statSync(kept).mtimeMs).toBe(before);
  });
});
