import { createRequire } from 'node:module';

import { GENERATED } from '../generated.ts';
import { compilePointer, type Reader } from '../json/json-pointer.ts';
import { KNOWN_CATEGORIES } from './known-categories.ts';
import { readShape, type PlainShape, type Shape } from './shape.ts';
import { SOURCES, type Category, type OnInvalid, type Source } from './verdict.ts';
import type { Validator } from './validate.ts';

/**
 * Hostile data may name any number of categories; so many of them are kept, which is far more than all products have.
 * Beyond that a category is made anew for each record.
 */
const MAX_OTHER_CATEGORIES = 1000;
const MAX_KEPT_NAME_LENGTH = 100;

/** What a schema may say beside what it validates, in `x-category`. */
export interface Annotations {
  readonly retentionDays?: number;
  /** After so many days a blob moves to the tier. */
  readonly coolAfterDays?: number;
  readonly coldAfterDays?: number;
  readonly archiveAfterDays?: number;
  /** JSON pointers into the record. */
  readonly recordKey?: string;
  readonly eventTime?: string;
  /** To a text whose beginning, up to a dot, goes along to the second hub. */
  readonly label?: string;
  readonly partitionKey?: string;
  readonly onInvalid?: OnInvalid;
  readonly message?: 'packed' | 'record';
}

/** A line of `generated/catalogue.json`, under `<source>/<name>`; `<source>/*` serves the rest of the product. */
export interface CatalogueEntry {
  readonly schemaId: string;
  /** Files, relative to the catalogue. */
  readonly validator: string;
  readonly shape: string;
  readonly annotations: Annotations;
}

export type CatalogueFile = Readonly<Record<string, CatalogueEntry>>;

/** Everything that judging the records of a category takes. */
export interface Rules {
  readonly category: Category;
  readonly annotations: Annotations;
  /** Loaded at the first call; undefined where no schema serves the category. */
  readonly shape: () => Shape | undefined;
  readonly validator: () => Validator | undefined;
  readonly recordKey: Reader | undefined;
  readonly partitionKey: Reader | undefined;
  readonly eventTime: Reader | undefined;
  readonly label: Reader | undefined;
}

export interface Catalogue {
  /** The names of a product's categories: those that are known, and those that have a schema. */
  readonly names: (source: Source) => readonly string[];
  /** The same object at every call, for all categories that `names` lists. */
  readonly rules: (source: Source, name: string) => Rules;
}

/** Opens what `scripts/build-validators.ts` has left in a folder (a file URL that ends in a slash). */
export function openCatalogue(folder: URL): Catalogue {
  const load = createRequire(folder);
  const entries = new Map(Object.entries(load('./catalogue.json') as CatalogueFile));
  const bySource = new Map(SOURCES.map((source) => [source, new Map<string, Rules>()]));
  let others = 0;

  function make(source: Source, name: string, listed: boolean): Rules {
    const entry = entries.get(`${source}/${name}`) ?? entries.get(`${source}/*`);
    return makeRules({ source, name, listed }, entry, load);
  }

  for (const [source, known] of bySource) {
    for (const name of namesOf(source, entries)) known.set(name, make(source, name, true));
  }

  return {
    names: (source) => namesOf(source, entries),
    rules(source, name) {
      const known = bySource.get(source);
      const found = known?.get(name);
      if (found) return found;
      const made = make(source, name, false);
      if (others < MAX_OTHER_CATEGORIES && name.length <= MAX_KEPT_NAME_LENGTH) {
        others += 1;
        known?.set(name, made);
      }
      return made;
    },
  };
}

function namesOf(source: Source, entries: ReadonlyMap<string, CatalogueEntry>): readonly string[] {
  const prefix = `${source}/`;
  const withSchema = [...entries.keys()]
    .filter((key) => key.startsWith(prefix) && key !== `${prefix}*`)
    .map((key) => key.slice(prefix.length));
  return [...new Set([...KNOWN_CATEGORIES[source], ...withSchema])];
}

function makeRules(
  { source, name, listed }: Pick<Category, 'source' | 'name' | 'listed'>,
  entry: CatalogueEntry | undefined,
  load: (file: string) => unknown,
): Rules {
  const annotations = entry?.annotations ?? {};
  let shape: Shape | undefined;
  let validator: Validator | undefined;
  return {
    category: {
      source,
      name,
      key: `${source}/${name}`,
      listed,
      schemaId: entry?.schemaId ?? '',
      onInvalid: annotations.onInvalid ?? 'dead-letter',
      retentionDays: annotations.retentionDays,
      message: annotations.message ?? 'packed',
    },
    annotations,
    shape() {
      if (!shape && entry) shape = readShape(load(`./${entry.shape}`) as PlainShape);
      return shape;
    },
    validator() {
      if (!validator && entry) validator = load(`./${entry.validator}`) as Validator;
      return validator;
    },
    recordKey: reader(annotations.recordKey),
    partitionKey: reader(annotations.partitionKey),
    eventTime: reader(annotations.eventTime),
    label: reader(annotations.label),
  };
}

function reader(pointer: string | undefined): Reader | undefined {
  return pointer === undefined ? undefined : compilePointer(pointer);
}

/** What the build has made of `schemas/`. */
export const catalogue: Catalogue = openCatalogue(GENERATED);

/** The category of a block: what its source and name were written down as. */
export function categoryOf(source: string, name: string): Category {
  return catalogue.rules(SOURCES.find((known) => known === source) ?? 'unknown', name).category;
}

/** Whether a key, `entra/SignInLogs`, is that of a category that Sluice knows of. */
export function isListed(key: string): boolean {
  const slash = key.indexOf('/');
  return categoryOf(key.slice(0, slash), key.slice(slash + 1)).listed;
}
