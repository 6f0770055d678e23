import { readFileSync } from 'node:fs';
import path from 'node:path';

import { escapeToken, unescapeToken } from '../shared/json-pointer.ts';

export const FIXTURES = path.join(import.meta.dirname, 'fixtures', 'categories');

/** The part of JSON Schema that says of which kind a field is. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly allOf?: readonly { readonly $ref: string }[];
}

export interface Fixtures {
  readonly valid: readonly unknown[];
  readonly invalid: readonly { readonly record: unknown; readonly pointers: readonly string[] }[];
}

export interface TypedField {
  readonly pointer: string;
  readonly types: readonly string[];
}

/** A value of each kind. */
const VALUES: Readonly<Record<string, unknown>> = {
  null: null,
  string: 'text',
  integer: 7,
  number: 1.5,
  boolean: true,
  array: [],
  object: {},
};

export function readFixtures(source: string, name: string): Fixtures {
  return JSON.parse(readFileSync(path.join(FIXTURES, source, `${name}.json`), 'utf8')) as Fixtures;
}

/** The fields of a record that a schema types; what it refers to with `allOf` is looked up by `resolve`. */
export function typedFields(
  schema: JsonSchema,
  resolve: (reference: string) => JsonSchema,
  value: unknown,
  pointer = '',
): readonly TypedField[] {
  const inherited = (schema.allOf ?? []).flatMap(({ $ref }) =>
    typedFields(resolve($ref), resolve, value, pointer),
  );
  const own = schema.type === undefined ? [] : [{ pointer, types: [schema.type].flat() }];
  return [...inherited, ...own, ...children(schema, resolve, value, pointer)];
}

function children(
  schema: JsonSchema,
  resolve: (reference: string) => JsonSchema,
  value: unknown,
  pointer: string,
): readonly TypedField[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const childSchema = Array.isArray(value) ? schema.items : schema.properties?.[key];
    return childSchema ? typedFields(childSchema, resolve, child, `${pointer}/${escapeToken(key)}`) : [];
  });
}

/** Pointers to all that is in a record, and to the record itself. */
export function allPointers(value: unknown, pointer = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [pointer];
  const inside = Object.entries(value).flatMap(([key, child]) =>
    allPointers(child, `${pointer}/${escapeToken(key)}`),
  );
  return [pointer, ...inside];
}

/** A value of each kind that the field must not have. */
export function wrongValues({ types }: TypedField): readonly unknown[] {
  return Object.keys(VALUES)
    .filter((kind) => !types.includes(kind) && !(kind === 'integer' && types.includes('number')))
    .map((kind) => VALUES[kind]);
}

/** A copy of the record with another value where the pointer points to. */
export function put(record: unknown, pointer: string, value: unknown): unknown {
  if (pointer === '') return value;
  const copy = structuredClone(record);
  const keys = pointer.split('/').slice(1).map(unescapeToken);
  const last = keys.pop() ?? '';
  let parent = copy as Record<string, unknown>;
  for (const key of keys) parent = parent[key] as Record<string, unknown>;
  parent[last] = value;
  return copy;
}
