import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Rules } from '../shared/catalogue.ts';
import { identify } from '../shared/identify.ts';
import { fits } from '../shared/shape.ts';
import { validate } from '../shared/validate.ts';
import { SOURCES } from '../shared/verdict.ts';
import {
  allPointers,
  FIXTURES,
  put,
  readFixtures,
  typedFields,
  wrongValues,
  type JsonSchema,
} from './category-fixtures.ts';
import { compile, SCHEMAS } from './schemas-folder.ts';

function readSchema(file: string): JsonSchema {
  return JSON.parse(readFileSync(path.join(SCHEMAS, file), 'utf8')) as JsonSchema;
}

const catalogue = compile(SCHEMAS);

const files = globSync('*/*.schema.json', { cwd: SCHEMAS }).map((file) => file.replaceAll('\\', '/'));
const categories = files.map((file) => {
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

  it('has fixtures of both kinds', () => {
    expect(valid.length).toBeGreaterThan(0);
    expect(invalid.length).toBeGreaterThan(0);
  });

  it.each(valid.map((record, index) => ({ index, record })))('takes valid record $index', ({ record }) => {
    const rules = rulesFor(record);

    expect(rules.category).toMatchObject({ source, schemaId });
    expect(validate(record, rules)).toEqual([]);
  });

  it.each(invalid.map((fixture, index) => ({ index, ...fixture })))(
    'turns down invalid record $index',
    ({ record, pointers }) => {
      const rules = rulesFor(record);

      expect(rules.category.schemaId).toBe(schemaId);
      expect(isTakenUnseen(record, rules)).toBe(false);
      expect(problems(record, rules).toSorted()).toEqual(pointers.toSorted());
    },
  );

  it('lets most valid records through unseen by the validator', () => {
    const seen = valid.filter((record) => !isTakenUnseen(record, rulesFor(record)));
    expect(seen.length).toBeLessThanOrEqual(1);
  });

  it('takes no record unseen that the validator turns down', () => {
    const record = fc.constantFrom(...valid);
    const change = fc.tuple(fc.nat(), fc.jsonValue());
    const property = fc.property(record, change, (original, [place, value]) => {
      const pointers = allPointers(original);
      const changed = put(original, pointers[place % pointers.length] ?? '', value);
      const rules = rulesFor(original);
      return !isTakenUnseen(changed, rules) || rules.validator()?.(changed) === true;
    });
    expect(() => fc.assert(property, { numRuns: 500 })).not.toThrow();
  });

  it('notices every field of a wrong kind', () => {
    const unnoticed: string[] = [];
    let tried = 0;
    for (const record of valid) {
      const rules = rulesFor(record);
      for (const field of typedFields(readSchema(file), resolve, record)) {
        for (const wrong of wrongValues(field)) {
          tried += 1;
          const changed = put(record, field.pointer, wrong);
          const found = problems(changed, rules).includes(field.pointer);
          if (!found || isTakenUnseen(changed, rules))
            unnoticed.push(`${field.pointer} = ${JSON.stringify(wrong)}`);
        }
      }
    }
    expect(unnoticed).toEqual([]);
    expect(tried).toBeGreaterThan(20);
  });
});

it('has no fixtures without a schema', () => {
  const fixtures = globSync('*/*.json', { cwd: FIXTURES }).map((file) => file.replaceAll('\\', '/'));
  const expected = files.map((file) => file.replace('.schema.json', '.json'));
  expect(fixtures.toSorted()).toEqual(expected.toSorted());
});
