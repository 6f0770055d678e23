import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';

import type { Rules } from '../shared/judge/catalogue.ts';
import { identify } from '../shared/judge/identify.ts';
import { KNOWN_CATEGORIES } from '../shared/judge/known-categories.ts';
import { fits } from '../shared/judge/shape.ts';
import { validate } from '../shared/judge/validate.ts';
import { SOURCES } from '../shared/judge/verdict.ts';
import { allPointers, FIXTURES, put, readFixtures, without } from './category-fixtures.ts';
import { compile, removeFolders, SCHEMAS } from './schemas-folder.ts';
import { requiredFields, typedFields, type JsonSchema } from './typed-fields.ts';

/** Their products' records are of known categories only, and each of those has a schema of its own. */
const ENVELOPES_ONLY_REFERRED_TO = ['activity/envelope.schema.json', 'github/envelope.schema.json'];

function readSchema(file: string): JsonSchema {
  return JSON.parse(readFileSync(path.join(SCHEMAS, file), 'utf8')) as JsonSchema;
}

const catalogue = compile(SCHEMAS);
afterAll(removeFolders);

const files = globSync('*/*.schema.json', { cwd: SCHEMAS }).map((file) => file.replaceAll('\\', '/'));
const categories = files
  .filter((file) => !ENVELOPES_ONLY_REFERRED_TO.includes(file))
  .map((file) => {
    const [folderName, base = ''] = file.split('/');
    const source = SOURCES.find((known) => known === folderName) ?? 'unknown';
    return { file, source, name: base.replace('.schema.json', '') };
  });

function rulesFor(record: unknown): Rules {
  const identity = identify(record);
  return catalogue.rules(identity.source, identity.name);
}

function problems(record: unknown, rules: Rules): readonly string[] {
  return validate(record, rules).map(({ pointer }) => pointer);
}

/** Whether the sieve in front of the validator lets it through. */
function isTakenUnseen(record: unknown, rules: Rules): boolean {
  const shape = rules.shape();
  return shape !== undefined && fits(shape, record);
}

describe.each(categories)('$file', ({ file, source, name }) => {
  const schemaId = `https://sluice.dev/schemas/${file}`;
  const resolve = (reference: string) => readSchema(`${source}/${reference}`);

  const { valid, invalid } = readFixtures(source, name);
  const [record] = valid;
  const rules = rulesFor(record);

  it('has fixtures of both kinds', () => {
    expect(valid.length).toBeGreaterThan(0);
    expect(invalid.length).toBeGreaterThan(0);
  });

  it('takes its valid records, and no other category claims them', () => {
    for (const each of valid) {
      const { category } = rulesFor(each);
      const itsName = name === 'envelope' ? category.name : name;
      expect(category).toMatchObject({ source, name: itsName, schemaId });
      expect(validate(each, rulesFor(each))).toEqual([]);
    }
  });

  it('turns down its invalid records', () => {
    for (const { record: broken, pointers } of invalid) {
      const itsRules = rulesFor(broken);
      expect(itsRules.category.schemaId).toBe(schemaId);
      expect(isTakenUnseen(broken, itsRules)).toBe(false);
      expect(problems(broken, itsRules).toSorted()).toEqual(pointers.toSorted());
    }
  });

  it('lets most valid records through unseen by the validator', () => {
    const seen = valid.filter((each) => !isTakenUnseen(each, rulesFor(each)));
    expect(seen.length).toBeLessThanOrEqual(1);
  });

  it('takes no record unseen that the validator turns down', () => {
    const change = fc.tuple(fc.nat(), fc.jsonValue());
    const property = fc.property(fc.constantFrom(...valid), change, (original, [place, value]) => {
      const pointers = allPointers(original);
      const changed = put(original, pointers[place % pointers.length] ?? '', value);
      return !isTakenUnseen(changed, rules) || rules.validator()?.(changed) === true;
    });
    expect(() => fc.assert(property, { numRuns: 100 })).not.toThrow();
  });

  it('takes every typed field with each kind that it may have', () => {
    const refused = typedFields(readSchema(file), resolve).flatMap(({ pointer, right }) =>
      right
        .filter((value) => problems(put(record, pointer, value), rules).includes(pointer))
        .map((value) => `${pointer} = ${JSON.stringify(value)}`),
    );
    expect(refused).toEqual([]);
  });

  it('reports every typed field with each kind that it must not have, and nothing else', () => {
    let tried = 0;
    const unnoticed: string[] = [];
    for (const { pointer, wrong } of typedFields(readSchema(file), resolve)) {
      for (const value of wrong) {
        const changed = put(record, pointer, value);
        const found = problems(changed, rules);
        tried += 1;
        if (found.length !== 1 || found[0] !== pointer || isTakenUnseen(changed, rules)) {
          unnoticed.push(`${pointer} = ${JSON.stringify(value)}: ${found.join()}`);
        }
      }
    }
    expect(unnoticed).toEqual([]);
    expect(tried).toBeGreaterThan(0);
  });

  it('reports every required field that is missing', () => {
    const required = requiredFields(readSchema(file), resolve);
    for (const field of required) {
      const changed = without(record, field);
      expect(problems(changed, rules)).toContain(`/${field}`);
      expect(isTakenUnseen(changed, rules)).toBe(false);
    }
    expect(required.length).toBeGreaterThan(0);
  });
});

it('has no fixtures without a schema', () => {
  const fixtures = globSync('*/*.json', { cwd: FIXTURES }).map((file) => file.replaceAll('\\', '/'));
  const schemas = new Set(files.map((file) => file.replace('.schema.json', '.json')));
  expect(fixtures.filter((file) => !schemas.has(file))).toEqual([]);
});

/** What is known of a field but no schema types, and why. */
const UNTYPED = JSON.parse(
  readFileSync(path.join(SCHEMAS, '..', 'scripts', 'schema-data', 'untyped.json'), 'utf8'),
) as { readonly reason: string; readonly fields: Readonly<Record<string, readonly string[]>> };

it.each(Object.entries(UNTYPED.fields))('lists as untyped of %s what no schema types', (category, fields) => {
  const [source = '', name = ''] = category.split('/');
  const own = files.filter((file) =>
    name === '*' ? file.startsWith(`${source}/`) : file === `${category}.schema.json`,
  );
  const typed = own.flatMap((file) =>
    typedFields(readSchema(file), (reference) => readSchema(`${source}/${reference}`)),
  );
  const names = new Set(typed.map(({ pointer }) => pointer.split('/').at(-1)?.toLowerCase()));
  expect(own.length).toBeGreaterThan(0);
  expect(fields.filter((field) => names.has(field.toLowerCase()))).toEqual([]);
});

it('has a schema for every known category', () => {
  const known = SOURCES.filter((source) => source !== 'unknown').flatMap((source) =>
    KNOWN_CATEGORIES[source].map((name) => `${source}/${name}.schema.json`),
  );
  expect(known.filter((file) => !files.includes(file))).toEqual([]);
});
