import { pointerTo } from '../json/json-pointer.ts';
import type { Shape } from './shape.ts';

/** So many are named of a record; a hostile one has any number. */
export const MOST_UNSEEN = 20;

/** Longer names are no fields of a product's. In bytes. */
export const LONGEST_UNSEEN = 100;

export const NOTHING_UNSEEN: readonly string[] = Object.freeze([]);

/**
 * JSON pointers to the fields of a record that its schema does not name, in objects of which it names any; `*` stands for the index of
 * an item. It is how one sees that a product has added a field, long before something breaks.
 */
export function unseenFields(shape: Shape | undefined, value: unknown): readonly string[] {
  if (!shape) return NOTHING_UNSEEN;
  const found = new Set<string>();
  collect(shape, value, '', found);
  return found.size === 0 ? NOTHING_UNSEEN : [...found];
}

function collect({ fields, items }: Shape, value: unknown, pointer: string, found: Set<string>): void {
  if (!holdsOthers(value)) return;
  if (Array.isArray(value)) {
    if (items) for (const item of value) collect(items, item, `${pointer}/*`, found);
    return;
  }
  if (fields.size === 0) return;
  const members = value as Readonly<Record<string, unknown>>;
  // As `fits` does: what has been parsed inherits nothing that can be enumerated.
  for (const name in members) {
    const field = fields.get(name);
    const member = members[name];
    if (!field) noteUnseen(pointer, name, found);
    else if (holdsOthers(member)) collect(field, member, pointerTo(pointer, name), found);
  }
}

function holdsOthers(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

export function noteUnseen(pointer: string, name: string, found: Set<string>): void {
  if (Buffer.byteLength(name) <= LONGEST_UNSEEN) addUnseen(pointerTo(pointer, name), found);
}

export function addUnseen(pointer: string, found: Set<string>): void {
  if (found.size < MOST_UNSEEN) found.add(pointer);
}
