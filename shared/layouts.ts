/** So many layouts of objects an access in V8's code tells apart; with more it becomes megamorphic, and slow. */
const FEW = 4;
const SAMPLED_OF = 32;
const MAX_LAYOUT_LENGTH = 4096;

/** Which fields the records of a category have had, as far as they were sampled. */
export interface Layouts {
  records: number;
  readonly seen: Set<string>;
}

export function createLayouts(): Layouts {
  return { records: 0, seen: new Set() };
}

/** Whether the records of a category come with ever other fields. Once they have, that is so for good. */
export function areVaried(layouts: Layouts, value: unknown): boolean {
  if (layouts.seen.size > FEW) return true;
  if (layouts.records % SAMPLED_OF === 0) layouts.seen.add(layoutOf(value));
  layouts.records += 1;
  return false;
}

function layoutOf(value: unknown): string {
  const inside =
    typeof value === 'object' && value && 'properties' in value ? fieldsOf(value.properties) : '';
  return `${fieldsOf(value)} ${inside}`.slice(0, MAX_LAYOUT_LENGTH);
}

function fieldsOf(value: unknown): string {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.keys(value).join()
    : '';
}
