import { pointerTo } from '../shared/json/json-pointer.ts';
import { ANY_KIND, KINDS, type PlainShape } from '../shared/judge/shape.ts';

export type Schema = boolean | Readonly<Record<string, unknown>>;

/** Finds what a `$ref` refers to; undefined where it is none of the schemas' own ids. */
export type Resolve = (reference: string) => Schema | undefined;

/** What a schema is read with. */
export interface Reading {
  readonly resolve: Resolve;
  /** Told of each keyword that is not understood, by its place: `#/properties/time/pattern`. */
  readonly onUnknown: (place: string) => void;
}

const ANY: PlainShape = { kinds: ANY_KIND, required: [], fields: [], choices: [] };
const NONE: PlainShape = { ...ANY, kinds: 0 };

const KINDS_OF_TYPES: Readonly<Record<string, number>> = {
  ...KINDS,
  number: KINDS.integer | KINDS.fraction,
};

/** Keywords that turn nothing down. */
const SILENT = new Set([
  '$schema',
  '$id',
  '$comment',
  '$defs',
  'title',
  'description',
  'examples',
  'default',
  'x-category',
  'x-known-values',
]);

/**
 * What a schema surely takes (see `Shape`). Where it has a keyword that is not understood here nothing is, and the
 * validator decides alone.
 * @param at where it stands
 */
export function shapeOf(schema: Schema, reading: Reading, at = '#'): PlainShape {
  if (typeof schema === 'boolean') return schema ? ANY : NONE;
  return Object.entries(schema)
    .map(([keyword, value]) => shapeOfKeyword(keyword, value, schema, reading, at))
    .reduce(both, ANY);
}

function shapeOfKeyword(
  keyword: string,
  value: unknown,
  schema: Readonly<Record<string, unknown>>,
  reading: Reading,
  at: string,
): PlainShape {
  const place = `${at}/${keyword}`;
  if (SILENT.has(keyword)) return ANY;
  switch (keyword) {
    case 'type':
      return { ...ANY, kinds: [value as string | string[]].flat().reduce(addKind, 0) };
    case 'required':
      return { ...ANY, required: value as string[] };
    case 'properties':
      return {
        ...ANY,
        fields: Object.entries(value as object).map(([name, field]) => [
          name,
          shapeOf(field as Schema, reading, pointerTo(place, name)),
        ]),
      };
    case 'items':
      return { ...ANY, items: shapeOf(value as Schema, reading, place) };
    case '$ref':
      return shapeOfReference(value as string, reading, place);
    case 'allOf':
      return shapesOf(value as Schema[], reading, place).reduce(both, ANY);
    case 'anyOf':
      return { ...ANY, choices: [shapesOf(value as Schema[], reading, place)] };
    case 'if':
      return shapeOfCondition(value as Schema, schema, reading, at);
    case 'then':
    case 'else':
      return ANY;
    default:
      reading.onUnknown(place);
      return NONE;
  }
}

function shapesOf(schemas: readonly Schema[], reading: Reading, at: string): PlainShape[] {
  return schemas.map((schema, i) => shapeOf(schema, reading, `${at}/${i}`));
}

/** A schema that refers to itself has no end: where it does it surely takes nothing, as where nobody knows what is referred to. */
function shapeOfReference(reference: string, reading: Reading, place: string): PlainShape {
  const { resolve, onUnknown } = reading;
  const found = resolve(reference);
  if (found === undefined) {
    onUnknown(place);
    return NONE;
  }
  const resolveOthers: Resolve = (other) => (other === reference ? undefined : resolve(other));
  return shapeOf(found, { resolve: resolveOthers, onUnknown }, `${reference}#`);
}

/** Where it is not sure whether a condition holds both of its branches have to. */
function shapeOfCondition(
  condition: Schema,
  schema: Readonly<Record<string, unknown>>,
  reading: Reading,
  at: string,
): PlainShape {
  const holds = shapeOf(condition, reading, `${at}/if`);
  const then = shapeOf((schema.then ?? true) as Schema, reading, `${at}/then`);
  const otherwise = shapeOf((schema.else ?? true) as Schema, reading, `${at}/else`);
  const without = fieldsMissed(condition).map((name) => both(withoutField(name), otherwise));
  return { ...ANY, choices: [[both(holds, then), both(then, otherwise), ...without]] };
}

/** The fields of which each makes a condition fail by its absence; of no other condition is it sure that it fails. */
function fieldsMissed(condition: Schema): readonly string[] {
  return typeof condition === 'object' && Object.keys(condition).join() === 'required'
    ? (condition.required as string[])
    : [];
}

function withoutField(name: string): PlainShape {
  return { ...ANY, kinds: KINDS.object, fields: [[name, NONE]] };
}

function addKind(kinds: number, type: string): number {
  return kinds | (KINDS_OF_TYPES[type] ?? 0);
}

function both(a: PlainShape, b: PlainShape): PlainShape {
  const items = a.items && b.items ? both(a.items, b.items) : (a.items ?? b.items);
  return {
    kinds: a.kinds & b.kinds,
    required: [...new Set([...a.required, ...b.required])],
    fields: bothFields(a.fields, b.fields),
    ...(items && { items }),
    choices: [...a.choices, ...b.choices],
  };
}

function bothFields(a: PlainShape['fields'], b: PlainShape['fields']): PlainShape['fields'] {
  const fields = new Map(a);
  for (const [name, field] of b) {
    const other = fields.get(name);
    fields.set(name, other ? both(other, field) : field);
  }
  return [...fields];
}
