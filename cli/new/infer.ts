import { escapeToken } from '../../shared/json/json-pointer.ts';

/** What records have shown of a field. */
export interface Seen {
  /** Types of JSON Schema, `null` among them where it was seen. */
  readonly kinds: Set<string>;
  readonly fields: Map<string, Seen>;
  items: Seen | undefined;
  /** In how many places it was there. */
  times: number;
}

/** What a field may be, as a schema says it. */
export interface Inferred {
  readonly type: readonly string[];
  readonly properties?: Readonly<Record<string, Inferred>>;
  readonly items?: Inferred;
}

/** Names that data makes up, such as numbers, and those that any object of JavaScript has: a validator would find them everywhere. */
function isNoField(name: string): boolean {
  return /^\d+$/.test(name) || name in Object.prototype;
}

const ORDER = ['boolean', 'integer', 'number', 'string', 'object', 'array'];

/** The union of what the values are. */
export function look(values: readonly unknown[]): Seen {
  const seen = nothing();
  for (const value of values) add(seen, value);
  return seen;
}

function nothing(): Seen {
  return { kinds: new Set(), fields: new Map(), items: undefined, times: 0 };
}

function add(seen: Seen, value: unknown): void {
  seen.kinds.add(kindOf(value));
  seen.times += 1;
  if (Array.isArray(value)) {
    for (const item of value) add((seen.items ??= nothing()), item);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, field] of Object.entries(value)) {
      if (isNoField(name)) continue;
      const inside = seen.fields.get(name) ?? nothing();
      seen.fields.set(name, inside);
      add(inside, field);
    }
  }
}

export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'bigint') return 'integer';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

/** Every kind that was seen, and null: products leave out what they have not got in one way or the other. */
export function inferred(seen: Seen): Inferred {
  const kinds = new Set(seen.kinds);
  if (kinds.has('number')) kinds.delete('integer');
  // What is an object here and an array there has no fields that could be told from the other's.
  const isMixed = kinds.has('object') && kinds.has('array');
  const properties = isMixed ? {} : inferredFields(seen);
  return {
    type: [...ORDER.filter((kind) => kinds.has(kind)), 'null'],
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(seen.items && !isMixed && isTold(seen.items) && { items: inferred(seen.items) }),
  };
}

/** Those of which it can be told what they are. */
export function inferredFields({ fields }: Seen): Readonly<Record<string, Inferred>> {
  const told = [...fields].filter(([, field]) => isTold(field));
  return Object.fromEntries(told.map(([name, field]) => [name, inferred(field)]));
}

/** What was only ever null may be anything some day. */
export function isTold({ kinds }: Seen): boolean {
  return kinds.size > 1 || !kinds.has('null');
}

/** Every field below, with its JSON pointer; an array's items are those of its item 0. */
export function* fieldsBelow(seen: Seen, pointer = ''): Generator<readonly [pointer: string, seen: Seen]> {
  for (const [name, field] of seen.fields) {
    const at = `${pointer}/${escapeToken(name)}`;
    yield [at, field];
    yield* fieldsBelow(field, at);
  }
  if (seen.items) yield* fieldsBelow(seen.items, `${pointer}/0`);
}
