import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { compilePointer } from '../../shared/json/json-pointer.ts';
import { UsageError } from '../usage-error.ts';
import type { RecordsFile } from './read-records.ts';
import type { Envelope } from './schema-text.ts';

/** The envelope in a product's folder; undefined where there is none. */
export async function readEnvelope(folder: string): Promise<Envelope | undefined> {
  const file = path.join(folder, 'envelope.schema.json');
  return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as Envelope) : undefined;
}

/** The fields that no record may lack, as JSON pointers. Throws a UsageError for one that a record lacks, or nobody knows. */
export function requiredPointers(
  fields: readonly string[],
  found: RecordsFile | undefined,
  envelope: Envelope | undefined,
): readonly string[] {
  const pointers = fields.map((field) => (field.startsWith('/') ? field : `/${field}`));
  for (const pointer of pointers) {
    if (!found) requireKnown(pointer, envelope);
    const lacking = found?.records.findIndex((record) => compilePointer(pointer)(record) === undefined) ?? -1;
    if (lacking !== -1)
      throw new UsageError(`${pointer} cannot be required: record ${lacking + 1} of the category lacks it.`);
  }
  // What no product claims is told by its category alone.
  return envelope ? pointers : [...new Set(['/category', ...pointers])];
}

function requireKnown(pointer: string, envelope: Envelope | undefined): void {
  const known = Object.keys(envelope?.properties ?? {});
  if (known.includes(pointer.slice(1))) return;
  throw new UsageError(
    `${pointer} cannot be required: without --from, only what the envelope names can be (${known.join(', ')}).`,
  );
}
