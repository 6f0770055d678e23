import { isObject, Numeral, type Json, type JsonObject } from './json.ts';
import { plausibleValue } from './plausible.ts';
import type { Habits, Maker, Product, Scene } from './product.ts';
import { readCategorySchema, type Field } from './schema-fields.ts';

/** A field of several kinds has its usual one but for so many. */
const UNUSUAL_KIND_SHARE = 0.05;
/** The usual kind of a field of several: numbers and booleans come as text now and then, not the other way round. */
const USUAL_FIRST = ['boolean', 'integer', 'number', 'string', 'object', 'array'];
const MOST_ITEMS = 2;

/** A field to be made. */
interface Place {
  readonly scene: Scene;
  readonly habits: Habits;
  /** As a JSON pointer. */
  readonly pointer: string;
  /** Pointers to what no record lacks: its key, and when it happened. */
  readonly always: readonly string[];
}

/** A maker for a category that has none of its own: its product's outline, and in it the fields that its schema names. */
export function derivedMaker(product: Product, category: string): Maker {
  const { record, own, always } = readCategorySchema(product.source, category);
  const wanted = new Set([...record.required, ...own]);
  const fields = new Map([...record.fields].filter(([name]) => wanted.has(name)));
  return function makeDerived(scene) {
    const outline = product.outline(scene, category);
    const place = { scene, habits: product.habits, pointer: '', always };
    return { ...outline, ...makeObject({ ...record, fields }, place, outline) };
  };
}

/** What is given is better than what a name alone suggests, where the schema takes it. */
function makeObject({ fields, required }: Field, place: Place, given: JsonObject = {}): JsonObject {
  const { scene, habits, always, pointer } = place;
  const made: Record<string, Json> = {};
  for (const [name, field] of fields) {
    const inside = { ...place, pointer: `${pointer}/${name}` };
    const value = given[name];
    if (value !== undefined && fits(value, field)) {
      made[name] = isObject(value) && field.fields.size > 0 ? makeObject(field, inside, value) : value;
      continue;
    }
    const isNeeded = required.includes(name) || always.some((needed) => leadsTo(needed, inside.pointer));
    if (isNeeded || scene.random.chance(habits.present))
      made[name] = makeField(name, field, inside, isNeeded);
  }
  return made;
}

function fits(value: Json, { types }: Field): boolean {
  return types.length === 0 || types.some((type) => isOfType(value, type));
}

function leadsTo(needed: string, pointer: string): boolean {
  return needed === pointer || needed.startsWith(`${pointer}/`);
}

function makeField(name: string, field: Field, place: Place, isNeeded: boolean): Json {
  const { scene, habits } = place;
  if (!isNeeded && field.types.includes('null') && scene.random.chance(habits.empty)) return null;
  const kind = drawKind(field.types, scene);
  if (kind === 'object' && field.fields.size > 0) return makeObject(field, place);
  const { items } = field;
  if (kind === 'array' && items) {
    const length = scene.random.integer(0, MOST_ITEMS);
    return Array.from({ length }, () =>
      makeField(name, items, { ...place, pointer: `${place.pointer}/0` }, true),
    );
  }
  const known = field.known.filter((value) => isOfType(value, kind));
  return known.length > 0 ? scene.random.pick(known) : plausibleValue(name, kind, scene, habits);
}

function drawKind(types: readonly string[], { random }: Scene): string {
  const possible = USUAL_FIRST.filter((kind) => types.length === 0 || types.includes(kind));
  const [usual = 'null'] = possible;
  return possible.length > 1 && random.chance(UNUSUAL_KIND_SHARE) ? random.pick(possible) : usual;
}

function isOfType(value: Json, type: string): boolean {
  if (value === null) return type === 'null';
  if (typeof value === 'bigint') return type === 'integer' || type === 'number';
  if (typeof value === 'number') return type === 'number' || (type === 'integer' && Number.isInteger(value));
  if (typeof value !== 'object') return typeof value === type;
  if (value instanceof Numeral) return type === 'number';
  return type === (isObject(value) ? 'object' : 'array');
}
