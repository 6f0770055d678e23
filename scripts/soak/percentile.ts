/** Of figures in any order, by nearest rank; undefined where there are none. */
export function percentile(figures: readonly number[], percent: number): number | undefined {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
}
