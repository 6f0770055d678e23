import { createHash } from 'node:crypto';
import { catalogue } from './judge/catalogue.ts';
import type { Rules } from './judge/catalogue.ts';
import { eventTimeOf } from './judge/event-time.ts';
import { parseExactly } from './json/exact-json.ts';
import { compilePointer } from './json/json-pointer.ts';
import { SOURCES } from './judge/verdict.ts';

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
  /** When it happened, in milliseconds since 1970, where its category says which field tells and that is a time. */
  readonly time: number | undefined;
  /** Parsed when first asked for; whole numbers beyond 2^53 are `bigint`. */
  readonly value: unknown;
  /** What a JSON pointer leads to. */
  readonly at: (pointer: string) => unknown;
  /** The same, if it is text. */
  readonly text: (pointer: string) => string | undefined;
}

export function categoryRecord(
  facts: Omit<CategoryRecord, 'time' | 'value' | 'at' | 'text'>,
): CategoryRecord {
  let parsed: { value: unknown } | undefined;
  const value = (): unknown => (parsed ??= { value: parseExactly(facts.bytes.toString()) }).value;
  const at = (pointer: string): unknown => compilePointer(pointer)(value());
  return {
    ...facts,
    get time() {
      return eventTimeOf(rulesFor(facts.category).eventTime?.(value()));
    },
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

function rulesFor(category: string): Rules {
  const [source, ...name] = category.split('/');
  return catalogue.rules(SOURCES.find((known) => known === source) ?? 'unknown', name.join('/'));
}

/** Tells a record from others in 22 characters: the same at every delivery, and for the product's own copies of it where it has a key. */
export function fingerprint({ key, id }: Pick<CategoryRecord, 'key' | 'id'>): string {
  return createHash('sha256')
    .update(key ?? id)
    .digest('base64url')
    .slice(0, 22);
}
