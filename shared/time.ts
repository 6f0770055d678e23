export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export function startOf(unit: number, time: number): number {
  return Math.floor(time / unit) * unit;
}
