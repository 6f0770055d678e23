import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { compileValidators } from '../scripts/build-validators.ts';
import { openCatalogue, type Catalogue } from '../shared/judge/catalogue.ts';

export const SCHEMAS = path.join(import.meta.dirname, '..', 'schemas');

/** Of a file's tests; several files may run in one process, one after the other. */
let work: string | undefined;

/** Removes the folders that tests have made. For `afterAll`. */
export function removeFolders(): void {
  if (work !== undefined) rmSync(work, { recursive: true, force: true });
  work = undefined;
}

/** An empty folder that is there until `removeFolders`. */
export function temporaryFolder(name: string): string {
  work ??= mkdtempSync(path.join(os.tmpdir(), 'sluice-schemas-'));
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
