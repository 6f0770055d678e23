import type { Category } from './judge/verdict.ts';

/** So many categories that no list has are kept apart per source-hub partition; what comes after them is `<source>/other`. */
export const MOST_UNLISTED_CATEGORIES = 100;

export const OTHER = 'other';

/** Longer than any product's. Names stand as JSON in rows, which take so much and no more, and a control character is six there. */
const LONGEST_NAME = 100;

/** The unlisted categories met so far on a partition, in the order in which they came. Kept in its head row. */
export type KeptApart = readonly string[];

/** Data names categories as it likes; blobs and counts must not grow with it. */
export class UnlistedCategories {
  readonly #known: Set<string>;

  constructor(known: KeptApart) {
    this.#known = new Set(known);
  }

  /** The category to file a record under. */
  resolve(category: Category): Category {
    if (category.listed || this.#known.has(category.key)) return category;
    if (this.#known.size >= MOST_UNLISTED_CATEGORIES || !canBeKeptApart(category.name)) {
      return { ...category, name: OTHER, key: `${category.source}/${OTHER}` };
    }
    this.#known.add(category.key);
    return category;
  }

  get known(): KeptApart {
    return [...this.#known];
  }
}

/** Halves of surrogate pairs are all one in UTF-8: names that differ in them alone would share a blob. */
function canBeKeptApart(name: string): boolean {
  return name.isWellFormed() && JSON.stringify(name).length <= LONGEST_NAME + '""'.length;
}
