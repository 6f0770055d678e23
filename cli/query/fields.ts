import { pointerTo } from '../../shared/json/json-pointer.ts';
import { KINDS } from '../../shared/judge/shape.ts';
import type { Shape } from '../../shared/judge/shape.ts';
import { identifier, literal } from './sql-text.ts';
import type { Uses } from './tables.ts';

/** What a value of a record may be, put together from the schemas of several categories. */
export interface Field {
  /** Each spelling, where some differ by capitals only: names of columns don't. */
  readonly names: readonly string[];
  /** The bits of `KINDS`. */
  readonly kinds: number;
  readonly fields: readonly Field[];
  readonly items?: Field | undefined;
}

/** What SQL can have as a name, quoted. */
const NAME = /^[^\0]+$/;

/** The shape of a schema or of many as one; what they disagree about has the kinds of all. */
export function mergedFields(shapes: readonly Pick<Shape, 'fields'>[]): readonly Field[] {
  const named = shapes.flatMap(({ fields }) => [...fields]).filter(([name]) => NAME.test(name));
  const alike = Map.groupBy(named, ([name]) => name.toLowerCase());
  return [...alike.values()].map((some) => ({
    ...merged(some.map(([, shape]) => shape)),
    names: [...new Set(some.map(([name]) => name))],
  }));
}

function merged(shapes: readonly Shape[]): Omit<Field, 'names'> {
  const items = shapes.flatMap((shape) => (shape.items ? [shape.items] : []));
  return {
    kinds: shapes.reduce((kinds, shape) => kinds | shape.kinds, 0),
    fields: mergedFields(shapes),
    items: items.length > 0 ? { ...merged(items), names: [] } : undefined,
  };
}

/** Without what no path of a statement leads to: a record has hundreds of fields, and each one costs. */
export function usedFields(fields: readonly Field[], uses: Uses): readonly Field[] {
  if (uses.everything) return fields;
  return fields.flatMap((field) => {
    if (isNamed(field, uses.ends)) return [field];
    if (!isNamed(field, uses.ways)) return [];
    const used = usedFields(field.fields, uses);
    // Where none of its fields is meant, the engine should say which there are.
    return [used.length > 0 ? { ...field, fields: used } : field];
  });
}

function isNamed({ names }: Field, among: ReadonlySet<string>): boolean {
  return names.some((name) => among.has(name.toLowerCase()));
}

/**
 * Columns of a table, by the field's name: out of a record (`json`, of type JSON), and out of what `togetherOf` has made of it. A value
 * of an unexpected kind is NULL, or its text.
 */
export function columnsOf(fields: readonly Field[], json: string, together: string): readonly string[] {
  return fields.map((field) => {
    const name = identifier(field.names[0] ?? '');
    return `${isTogether(field) ? `${together}.${name}` : valueOf(field, json)} AS ${name}`;
  });
}

/** The fields that can be read at once, as a struct: each expression over a record reads it anew, and holds what it has read. */
export function togetherOf(fields: readonly Field[], json: string): string {
  const some = fields.filter(isTogether);
  return some.length === 0 ? 'NULL' : `json_transform(${json}, ${literal(JSON.stringify(structOf(some)))})`;
}

/** Numbers are read out of their text, in which no digit is lost, and so is what is true or false, which a number is not. */
function isTogether(field: Field): boolean {
  const type = typeOf(field);
  const isOfText = type === 'HUGEINT' || type === 'DECIMAL(38,10)' || type === 'BOOLEAN';
  return field.names.length === 1 && !isOfText && !isObjectOrText(field);
}

/** Some resource providers of the Activity Log send an object as the text of one. */
function isObjectOrText(field: Field): boolean {
  return typeof typeOf(field) !== 'string' && (field.kinds & KINDS.string) !== 0;
}

function valueOf(field: Field, json: string): string {
  const type = typeOf(field);
  const pointers = field.names.map((name) => literal(pointerTo('', name)));
  const read = (arrow: string): string => {
    const values = pointers.map((pointer) => `${json}${arrow}${pointer}`);
    return values.length === 1 ? String(values[0]) : `coalesce(${values.join(', ')})`;
  };
  if (typeof type !== 'string') {
    const object = isObjectOrText(field) ? `TRY_CAST(${read('->>')} AS JSON)` : read('->');
    return `json_transform(${object}, ${literal(JSON.stringify(type))})`;
  }
  if (type === 'JSON') return read('->');
  return type === 'VARCHAR' ? read('->>') : `TRY_CAST(${read('->>')} AS ${type})`;
}

const SCALAR_OR_LIST = KINDS.integer | KINDS.fraction | KINDS.boolean | KINDS.array;

/** As `json_transform` takes it. */
type Type = string | readonly [Type] | { readonly [name: string]: Type };

/**
 * Whole numbers are of 128 bits, so that none is rounded, and other numbers are decimals for the same reason: what the schema
 * calls a number may be an id. A field that may be of several kinds is text, unless it is an object or the text of one.
 */
function typeOf({ kinds, fields, items }: Field): Type {
  const isObject = (kinds & KINDS.object) !== 0 && (kinds & SCALAR_OR_LIST) === 0;
  if (isObject && fields.length > 0) return structOf(fields);
  switch (kinds & ~KINDS.null) {
    case KINDS.integer:
      return 'HUGEINT';
    case KINDS.fraction:
    case KINDS.fraction | KINDS.integer:
      return 'DECIMAL(38,10)';
    case KINDS.boolean:
      return 'BOOLEAN';
    case KINDS.array:
      return items ? [typeOf(items)] : 'JSON';
    case KINDS.object:
      return 'JSON';
    default:
      return 'VARCHAR';
  }
}

/** The first spelling of a name alone is read inside an object. */
function structOf(fields: readonly Field[]): Type {
  const types = fields.map((field): readonly [string, Type] => [field.names[0] ?? '', typeOf(field)]);
  return Object.fromEntries(types);
}

const SAMPLED: Readonly<Record<string, number>> = {
  VARCHAR: KINDS.string,
  BOOLEAN: KINDS.boolean,
  BIGINT: KINDS.integer,
  UBIGINT: KINDS.integer,
  HUGEINT: KINDS.integer,
  DOUBLE: KINDS.fraction,
  NULL: KINDS.null,
};

/** The shape of records that no schema describes, by what `json_group_structure` has seen in some of them. */
export function sampledShape(structure: unknown): Shape {
  const shape = { isKindOnly: false, required: [], fields: new Map(), items: undefined, choices: [] };
  if (Array.isArray(structure)) return { ...shape, kinds: KINDS.array, items: sampledShape(structure[0]) };
  if (typeof structure !== 'object' || structure === null)
    return { ...shape, kinds: SAMPLED[String(structure)] ?? KINDS.string | KINDS.object };
  const fields = Object.entries(structure).map(([name, value]) => [name, sampledShape(value)] as const);
  return { ...shape, kinds: KINDS.object, fields: new Map(fields) };
}
