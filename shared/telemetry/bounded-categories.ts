/** So many categories that no schema and no product's list has are told apart in a process. */
export const MOST_UNLISTED = 50;

export const OTHER = '(other)';

/** The name to measure a category under, `entra/SignInLogs`. */
export type CategoryNames = (key: string) => string;

/** Data names categories as it likes, and each that is told apart is a time series of every metric, for as long as the process lives. */
export function boundedCategories(isListed: (key: string) => boolean): CategoryNames {
  const unlisted = new Set<string>();
  return function nameOf(key) {
    if (isListed(key) || unlisted.has(key)) return key;
    if (unlisted.size >= MOST_UNLISTED) return OTHER;
    unlisted.add(key);
    return key;
  };
}
