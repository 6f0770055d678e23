export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export function startOf(unit: number, time: number): number {
  return Math.floor(time / unit) * unit;
}

let minute = Number.NaN;
let minuteText = '';

/** What stands in a time for its seconds, and for what is left of it: by number, as they come by. */
const seconds = Array<string | undefined>(60);
const milliseconds = Array<string | undefined>(SECOND);

/** As `toISOString`, which takes a fifth of the time that a record takes; what comes together shares its minute. Whole milliseconds. */
export function isoTime(time: number): string {
  const minuteOfTime = startOf(MINUTE, time);
  if (minuteOfTime !== minute) {
    minute = minuteOfTime;
    minuteText = new Date(minute).toISOString().slice(0, -'00.000Z'.length);
  }
  const second = Math.floor((time - minute) / SECOND);
  const rest = (time - minute) % SECOND;
  seconds[second] ??= `${digits(second, 2)}.`;
  milliseconds[rest] ??= `${digits(rest, 3)}Z`;
  return `${minuteText}${seconds[second]}${milliseconds[rest]}`;
}

function digits(number: number, count: number): string {
  return String(number).padStart(count, '0');
}
