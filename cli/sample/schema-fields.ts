import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Source } from '../../shared/judge/verdict.ts';

/** The part of a schema that says which fields a record has. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly allOf?: readonly { readonly $ref?: string }[];
  readonly 'x-known-values'?: readonly (string | number)[] | Readonly<Record<string, number>>;
  readonly 'x-category'?: Readonly<Record<string, unknown>>;
}

/** A field with all that a schema, and what it refers to, says of it. */
export interface Field {
  /** Those of JSON Schema; empty where any will do. */
  readonly types: readonly string[];
  readonly fields: ReadonlyMap<string, Field>;
  readonly items: Field | undefined;
  readonly required: readonly string[];
  readonly known: readonly (string | number)[];
}

export interface CategorySchema {
  /** Of the record, the envelope's fields among them. */
  readonly record: Field;
  /** The names of those that the category's own file types. */
  readonly own: readonly string[];
  /** JSON pointers to what tells a record from others, and to when it happened. */
  readonly always: readonly string[];
}

export const SCHEMAS = fileURLToPath(new URL('../../schemas/', import.meta.url));
const ENDING = '.schema.json';
const ENVELOPE = 'envelope';

/** The categories of a product that have a schema file, in the order of names. */
export function schemaNames(source: Source): readonly string[] {
  const folders = readdirSync(SCHEMAS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  if (!folders.some(({ name }) => name === source)) return [];
  return readdirSync(`${SCHEMAS}${source}`)
    .filter((file) => file.endsWith(ENDING))
    .map((file) => file.slice(0, -ENDING.length))
    .filter((name) => name !== ENVELOPE)
    .toSorted();
}

export function readCategorySchema(source: Source, name: string): CategorySchema {
  const read = (file: string): Schema =>
    JSON.parse(readFileSync(`${SCHEMAS}${source}/${file}`, 'utf8')) as Schema;
  const schema = read(name + ENDING);
  const inherited = (schema.allOf ?? []).flatMap(({ $ref }) => ($ref === undefined ? [] : [read($ref)]));
  const annotations = [...inherited, schema].map((one) => one['x-category'] ?? {});
  return {
    record: [...inherited, schema].map(fieldOf).reduce(both),
    own: Object.keys(schema.properties ?? {}),
    always: annotations
      .flatMap(({ recordKey, eventTime }) => [recordKey, eventTime])
      .filter((pointer) => typeof pointer === 'string'),
  };
}

function fieldOf(schema: Schema): Field {
  const known = schema['x-known-values'] ?? [];
  return {
    types: schema.type === undefined ? [] : [schema.type].flat(),
    fields: new Map(Object.entries(schema.properties ?? {}).map(([name, field]) => [name, fieldOf(field)])),
    items: schema.items && fieldOf(schema.items),
    required: schema.required ?? [],
    known: Array.isArray(known) ? known : Object.values(known),
  };
}

function both(a: Field, b: Field): Field {
  const fields = new Map(a.fields);
  for (const [name, field] of b.fields) {
    const other = fields.get(name);
    fields.set(name, other ? both(other, field) : field);
  }
  return {
    types:
      a.types.length === 0 || b.types.length === 0
        ? [...a.types, ...b.types]
        : a.types.filter((type) => b.types.includes(type)),
    fields,
    items: a.items && b.items ? both(a.items, b.items) : (a.items ?? b.items),
    required: [...new Set([...a.required, ...b.required])],
    known: b.known.length > 0 ? b.known : a.known,
  };
}
