import { escapeToken } from '../shared/json/json-pointer.ts';

/** The part of JSON Schema that says which fields there are, and of which kind. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly allOf?: readonly { readonly $ref: string }[];
  readonly then?: JsonSchema;
}

export type Resolve = (reference: string) => JsonSchema;

export interface TypedField {
  readonly pointer: string;
  /** A value of each kind that the field may have, and of each that it must not have. */
  readonly right: readonly unknown[];
  readonly wrong: readonly unknown[];
}

/** A value of each kind, with the types of JSON Schema that it has. */
const VALUES: readonly (readonly [value: unknown, ...types: string[]])[] = [
  [null, 'null'],
  ['text', 'string'],
  [7, 'integer', 'number'],
  [1.5, 'number'],
  [true, 'boolean'],
  [[], 'array'],
  [{}, 'object'],
];

/** Every field that a schema and what it refers to type, however deep; an array's items are its item 0. */
export function typedFields(schema: JsonSchema, resolve: Resolve): readonly TypedField[] {
  const types = new Map<string, (readonly string[])[]>();
  collectTypes(schema, resolve, '', types);
  return [...types].map(([pointer, lists]) => {
    const fits = (has: readonly string[]) => lists.every((list) => list.some((type) => has.includes(type)));
    const right = VALUES.filter(([, ...has]) => fits(has));
    const wrong = VALUES.filter(([, ...has]) => !fits(has));
    return { pointer, right: right.map(([value]) => value), wrong: wrong.map(([value]) => value) };
  });
}

function collectTypes(
  schema: JsonSchema,
  resolve: Resolve,
  pointer: string,
  types: Map<string, (readonly string[])[]>,
): void {
  for (const { $ref } of schema.allOf ?? []) collectTypes(resolve($ref), resolve, pointer, types);
  if (schema.type !== undefined) {
    types.set(pointer, [...(types.get(pointer) ?? []), [schema.type].flat()]);
  }
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    collectTypes(field, resolve, `${pointer}/${escapeToken(name)}`, types);
  }
  if (schema.items) collectTypes(schema.items, resolve, `${pointer}/0`, types);
}

/** The names that a record of the usual spelling must have. */
export function requiredFields(schema: JsonSchema, resolve: Resolve): readonly string[] {
  const inherited = (schema.allOf ?? []).flatMap(({ $ref }) => requiredFields(resolve($ref), resolve));
  return [...new Set([...inherited, ...(schema.required ?? []), ...(schema.then?.required ?? [])])];
}
