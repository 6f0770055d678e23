import { fitsCategory } from '../../shared/category-functions/category-pattern.ts';
import { SOURCES, type Source } from '../../shared/judge/verdict.ts';
import { UsageError } from '../usage-error.ts';
import { activity } from './activity.ts';
import { defender } from './defender.ts';
import { derivedMaker } from './derived.ts';
import { entra } from './entra.ts';
import { github } from './github.ts';
import { intune } from './intune.ts';
import type { Maker, Product } from './product.ts';
import { schemaNames } from './schema-fields.ts';
import { unknown } from './unknown.ts';

export const PRODUCTS: Readonly<Record<Source, Product>> = {
  activity,
  defender,
  github,
  entra,
  intune,
  unknown,
};

/** A product with the makers of all its categories that are wanted. */
export interface Selected {
  readonly product: Product;
  readonly makers: ReadonlyMap<string, Maker>;
  /** The categories that fill most of a real stream: those with a maker of their own. */
  readonly frequent: readonly string[];
  readonly rare: readonly string[];
}

/** The products that have a category which fits one of the patterns (`entra/*`, `entra/SignInLogs`), or all of them. */
export function select(patterns: readonly string[] | undefined): readonly Selected[] {
  const all = SOURCES.map((source) => ({ product: PRODUCTS[source], names: namesOf(PRODUCTS[source]) }));
  if (patterns) refuseStrangers(patterns, all);
  return all
    .map(({ product, names }) => selectFrom(product, names, patterns))
    .filter(({ makers }) => makers.size > 0);
}

/** A category's maker: the one written for it, or else one that its schema gives. */
export function makerOf(product: Product, name: string): Maker {
  const own = new Map(Object.entries(product.makers)).get(name);
  return own ?? derivedMaker(product, name);
}

function namesOf(product: Product): readonly string[] {
  return [...new Set([...Object.keys(product.makers), ...schemaNames(product.source)])];
}

function selectFrom(
  product: Product,
  names: readonly string[],
  patterns: readonly string[] | undefined,
): Selected {
  const wanted = names.filter((name) => isWanted(product.source, name, patterns));
  return {
    product,
    makers: new Map(wanted.map((name) => [name, makerOf(product, name)])),
    frequent: wanted.filter((name) => Object.hasOwn(product.makers, name)),
    rare: wanted.filter((name) => !Object.hasOwn(product.makers, name)),
  };
}

function isWanted(source: Source, name: string, patterns: readonly string[] | undefined): boolean {
  return !patterns || patterns.some((pattern) => fitsCategory(pattern, source, name));
}

function refuseStrangers(
  patterns: readonly string[],
  all: readonly { readonly product: Product; readonly names: readonly string[] }[],
): void {
  const known = all.flatMap(({ product, names }) => names.map((name) => [product.source, name] as const));
  const stranger = patterns.find(
    (pattern) => !known.some(([source, name]) => fitsCategory(pattern, source, name)),
  );
  if (stranger === undefined) return;
  const [source = ''] = stranger.split('/');
  const names = known.filter(([other]) => other === source).map(([, name]) => name);
  throw new UsageError(
    names.length > 0
      ? `There are no samples of ${stranger}. Of ${source}, there are: ${names.join(', ')}.`
      : `There are no samples of ${stranger}: it has to be <product>/<category> or <product>/*, the product one of ${SOURCES.join(', ')}.`,
  );
}
