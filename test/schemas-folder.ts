import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll } from 'vitest';

import { compileValidators } from '../scripts/build-validators.ts';
import { openCatalogue, type Catalogue } from '../shared/catalogue.ts';

export const SCHEMAS = path.join(import.meta.dirname, '..', 'schemas');

const work = mkdtempSync(path.join(os.tmpdir(), 'sluice-schemas-'));

afterAll(() => rmSync(work, { recursive: true, force: true }));

/** An empty folder that is gone after the tests of the file. */
export function temporaryFolder(name: string): string {
  return mkdtempSync(path.join(work, `${name}-`));
}

/** A folder of schemas, by their path below it: objects, or text as it is. */
export function schemasFolder(contents: Readonly<Record<string, object | string>>): string {
  const schemas = temporaryFolder('schemas');
  for (const [file, content] of Object.entries(contents)) {
    mkdirSync(path.dirname(path.join(schemas, file)), { recursive: true });
    writeFileSync(path.join(schemas, file), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return schemas;
}

/** A schema that takes every object, and what is added to it. */
export function schema(file: string, more: object = {}): object {
  return { $id: `https://sluice.dev/schemas/${file}`, type: 'object', ...more };
}

/** The catalogue that the build makes of a folder of schemas. */
export function compile(schemas: string): Catalogue {
  const out = temporaryFolder('generated');
  compileValidators(schemas, out);
  return openCatalogue(pathToFileURL(`${out}${path.sep}`));
}
