/**
 * Reads once for all who ask within so many milliseconds, and while a read is under way: what many look at costs as much as what one
 * looks at. A failure is not kept.
 */
export function keptFor<T, A extends unknown[]>(
  milliseconds: number,
  now: () => number,
  read: (...args: A) => Promise<T>,
): (...args: A) => Promise<T> {
  let kept: { readonly value: Promise<T>; readonly until: number } | undefined;
  return async function keep(...args) {
    if (kept && now() < kept.until) return kept.value;
    const own = { value: read(...args), until: now() + milliseconds };
    kept = own;
    try {
      return await own.value;
    } catch (error) {
      if (kept === own) kept = undefined;
      throw error;
    }
  };
}
