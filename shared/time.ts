export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export function startOf(unit: number, time: number): number {
  return Math.floor(time / unit) * unit;
}

let minute = Number.NaN;
let minuteText = '';

/** As `toISOString`, which takes a fifth of the time that a record takes; what comes together shares its minute. Whole milliseconds. */
export function isoTime(milliseconds: number): string {
  const minuteOfTime = startOf(MINUTE, milliseconds);
  if (minuteOfTime !== minute) {
    minute = minuteOfTime;
    minuteText = new Date(minute).toISOString().slice(0, -'00.000Z'.length);
  }
  const rest = String(100_000 + milliseconds - minute);
  return `${minuteText}${rest.slice(1, 3)}.${rest.slice(3)}Z`;
}
