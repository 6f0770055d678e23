import { afterAll, describe, expect, it } from 'vitest';

import { SOURCES } from '../shared/judge/verdict.ts';
import { compile, removeFolders, SCHEMAS } from './schemas-folder.ts';

const catalogue = compile(SCHEMAS);
afterAll(removeFolders);

describe('the catalogue', () => {
  it('has one object for each category', () => {
    for (const source of SOURCES) {
      for (const name of catalogue.names(source)) {
        expect(catalogue.rules(source, name)).toBe(catalogue.rules(source, name));
      }
    }
    expect(catalogue.rules('unknown', 'FunctionAppLogs')).toBe(catalogue.rules('unknown', 'FunctionAppLogs'));
  });

  it('serves the other categories of a product with its envelope, and what is nobody claims with nothing', () => {
    const { category } = catalogue.rules('defender', 'TableOfTomorrow');
    expect(category).toMatchObject({ key: 'defender/TableOfTomorrow', listed: false });
    expect(category.schemaId).toBe('https://sluice.dev/schemas/defender/envelope.schema.json');
    expect(catalogue.rules('unknown', 'none').validator()).toBeUndefined();
  });

  it.each(['__proto__', 'constructor', 'toString'])('knows %s as a name like any other', (name) => {
    const { category } = catalogue.rules('unknown', name);
    expect(category).toMatchObject({ key: `unknown/${name}`, schemaId: '', onInvalid: 'dead-letter' });
  });

  it('does not grow without end with names that data makes up', () => {
    const fresh = compile(SCHEMAS);
    const names = Array.from({ length: 1500 }, (_, index) => `made-up-${index}`);
    for (const name of names) fresh.rules('unknown', name);

    const kept = names.filter((name) => fresh.rules('unknown', name) === fresh.rules('unknown', name));

    expect(kept).toHaveLength(1000);
    expect(fresh.rules('unknown', 'made-up-1499').category.key).toBe('unknown/made-up-1499');
  });
});
