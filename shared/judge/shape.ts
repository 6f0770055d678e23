/** The kinds of a JSON value, as bits. A number that is none, because it was too large, has no kind. */
export const KINDS = {
  null: 1,
  string: 2,
  integer: 4,
  fraction: 8,
  boolean: 16,
  array: 32,
  object: 64,
} as const;
export const ANY_KIND = 127;

/** A shape as the build writes it. */
export interface PlainShape {
  /** The bits of the kinds that a value may have. */
  readonly kinds: number;
  readonly required: readonly string[];
  readonly fields: readonly (readonly [string, PlainShape])[];
  readonly items?: PlainShape;
  /** Of each of these lists, one shape at least must fit too. */
  readonly choices: readonly (readonly PlainShape[])[];
}

/**
 * What a schema surely takes. It is a sieve in front of the validator: whatever fits is valid, and of what does not, the
 * validator is the judge. It looks at the fields that a record has, one by one, where the generated code asks for each
 * field of the schema.
 */
export interface Shape {
  readonly kinds: number;
  /** Nothing but the kind is asked for, as of most fields. */
  readonly isKindOnly: boolean;
  readonly required: readonly string[];
  readonly fields: ReadonlyMap<string, Shape>;
  readonly items: Shape | undefined;
  readonly choices: readonly (readonly Shape[])[];
}

export function readShape({ kinds, required, fields, items, choices }: PlainShape): Shape {
  return {
    kinds,
    isKindOnly: required.length + fields.length + choices.length === 0 && items === undefined,
    required,
    fields: new Map(fields.map(([name, field]) => [name, readShape(field)])),
    items: items && readShape(items),
    choices: choices.map((shapes) => shapes.map(readShape)),
  };
}

export function fits(shape: Shape, value: unknown): boolean {
  const kind = kindOf(value);
  if ((shape.kinds & kind) === 0) return false;
  if (shape.isKindOnly) return true;
  if (kind === KINDS.object && !fitsFields(shape, value as Readonly<Record<string, unknown>>)) return false;
  if (kind === KINDS.array && !fitsItems(shape, value as readonly unknown[])) return false;
  for (const shapes of shape.choices) if (!shapes.some((choice) => fits(choice, value))) return false;
  return true;
}

function kindOf(value: unknown): number {
  if (typeof value === 'string') return KINDS.string;
  if (typeof value === 'number') return kindOfNumber(value);
  if (typeof value === 'boolean') return KINDS.boolean;
  if (value === null) return KINDS.null;
  return Array.isArray(value) ? KINDS.array : KINDS.object;
}

function kindOfNumber(value: number): number {
  if (Number.isInteger(value)) return KINDS.integer;
  return Number.isFinite(value) ? KINDS.fraction : 0;
}

function fitsFields({ fields, required }: Shape, record: Readonly<Record<string, unknown>>): boolean {
  if (fields.size > 0) {
    // What has been parsed inherits nothing that can be enumerated, and `for in` is twice as fast as a list of the keys.
    for (const name in record) {
      const field = fields.get(name);
      if (field === undefined) continue;
      const value = record[name];
      if (field.isKindOnly ? (field.kinds & kindOf(value)) === 0 : !fits(field, value)) return false;
    }
  }
  for (const name of required) if (record[name] === undefined) return false;
  return true;
}

function fitsItems({ items }: Shape, values: readonly unknown[]): boolean {
  if (items === undefined) return true;
  for (const value of values) if (!fits(items, value)) return false;
  return true;
}
