import type { Category } from './verdict.ts';

/** So many categories that no list has are kept apart per source-hub partition; what comes after them is `<source>/other`. */
export const MOST_UNLISTED_CATEGORIES = 100;

export const OTHER = 'other';

/** The unlisted categories met so far on a partition, in the order in which they came. Kept in its head row. */
export type KeptApart = readonly string[];

/** Data names categories as it likes; blobs and counts must not grow with it. */
export class UnlistedCategories {
  readonly #categories = new Map<string, Category>();
  readonly #known: Set<string>;

  constructor(known: KeptApart) {
    this.#known = new Set(known);
  }

  /** The category to file a record under: always the same object for the same key. */
  resolve(category: Category): Category {
    if (category.listed) return category;
    const known = this.#known.has(category.key);
    if (!known && this.#known.size >= MOST_UNLISTED_CATEGORIES) {
      const key = `${category.source}/${OTHER}`;
      return this.#same({ ...category, name: OTHER, key });
    }
    this.#known.add(category.key);
    return this.#same(category);
  }

  get known(): KeptApart {
    return [...this.#known];
  }

  #same(category: Category): Category {
    const same = this.#categories.get(category.key) ?? category;
    this.#categories.set(category.key, same);
    return same;
  }
}
