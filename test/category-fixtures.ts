import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { escapeToken, unescapeToken } from '../shared/json/json-pointer.ts';
import { tableFixtures } from './table-fixtures.ts';

export const FIXTURES = path.join(import.meta.dirname, 'fixtures', 'categories');

export interface Fixtures {
  readonly valid: readonly unknown[];
  readonly invalid: readonly { readonly record: unknown; readonly pointers: readonly string[] }[];
}

/** Those that stand in a file; a Defender table without one has some made from its columns. */
export function readFixtures(source: string, name: string): Fixtures {
  const file = path.join(FIXTURES, source, `${name}.json`);
  if (source === 'defender' && !existsSync(file)) return tableFixtures(name);
  return JSON.parse(readFileSync(file, 'utf8')) as Fixtures;
}

/** Pointers to all that is in a record, and to the record itself. */
export function allPointers(value: unknown, pointer = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [pointer];
  const inside = Object.entries(value).flatMap(([key, child]) =>
    allPointers(child, `${pointer}/${escapeToken(key)}`),
  );
  return [pointer, ...inside];
}

/** A copy of the record with another value where the pointer points to, and whatever has to be around it. */
export function put(record: unknown, pointer: string, value: unknown): unknown {
  if (pointer === '') return value;
  const [, ...keys] = pointer.split('/').map(unescapeToken);
  return putBelow(record, keys, value);
}

function putBelow(parent: unknown, [key, ...deeper]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  // No field is named 0: that is an item of a list.
  const copy: object = Array.isArray(parent) || key === '0' ? [] : {};
  const fields = Object.assign(copy, parent) as Record<string, unknown>;
  fields[key] = putBelow(fields[key], deeper, value);
  return fields;
}

/** A copy of an object without one of its fields. */
export function without(record: unknown, name: string): unknown {
  const { [name]: _, ...rest } = record as Record<string, unknown>;
  return rest;
}
