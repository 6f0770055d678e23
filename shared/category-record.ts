import { parseExactly } from './exact-json.ts';
import { compilePointer } from './json-pointer.ts';

/** A record as a category function gets it. */
export interface CategoryRecord {
  /** Of the record's message and place: the same at every delivery. */
  readonly id: string;
  /** The product's own id of it, where its category has one: the same when the product itself delivers it twice. */
  readonly key: string | undefined;
  /** `<source>/<category>` */
  readonly category: string;
  /** False for a record that does not fit its schema, in a category that marks those. */
  readonly valid: boolean;
  readonly bytes: Buffer;
  /** Parsed when first asked for; whole numbers beyond 2^53 are `bigint`. */
  readonly value: unknown;
  /** What a JSON pointer leads to. */
  readonly at: (pointer: string) => unknown;
  /** The same, if it is text. */
  readonly text: (pointer: string) => string | undefined;
}

export function categoryRecord(facts: Omit<CategoryRecord, 'value' | 'at' | 'text'>): CategoryRecord {
  let parsed: { value: unknown } | undefined;
  const value = (): unknown => (parsed ??= { value: parseExactly(facts.bytes.toString()) }).value;
  const at = (pointer: string): unknown => compilePointer(pointer)(value());
  return {
    ...facts,
    get value() {
      return value();
    },
    at,
    text(pointer) {
      const found = at(pointer);
      return typeof found === 'string' ? found : undefined;
    },
  };
}
