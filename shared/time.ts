export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export function startOf(unit: number, time: number): number {
  return Math.floor(time / unit) * unit;
}

let minute = Number.NaN;
let minuteText = '';

/** What stands in a time for its seconds, and for what is left of it. */
const SECONDS = Array.from({ length: 60 }, (_, second) => `${String(second).padStart(2, '0')}.`);
const MILLISECONDS = Array.from(
  { length: SECOND },
  (_, millisecond) => `${String(millisecond).padStart(3, '0')}Z`,
);

/** As `toISOString`, which takes a fifth of the time that a record takes; what comes together shares its minute. Whole milliseconds. */
export function isoTime(milliseconds: number): string {
  const minuteOfTime = startOf(MINUTE, milliseconds);
  if (minuteOfTime !== minute) {
    minute = minuteOfTime;
    minuteText = new Date(minute).toISOString().slice(0, -'00.000Z'.length);
  }
  const rest = milliseconds - minute;
  return `${minuteText}${SECONDS[Math.floor(rest / SECOND)]}${MILLISECONDS[rest % SECOND]}`;
}
