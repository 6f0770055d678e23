const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;
const ZONELESS = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?)(Z?)$/;
const US_TWELVE_HOUR = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d\d):(\d\d) ([AP])M$/;

/** A Date reaches no further (ECMA-262, 21.4.1.1). */
const MAX_TIME = 8.64e15;

/**
 * A record's time in milliseconds since 1970, whatever it was read as: GitHub writes a number of them. Undefined where it is no time.
 */
export function eventTimeOf(found: unknown): number | undefined {
  if (typeof found === 'string') return parseEventTime(found);
  return typeof found === 'number' && Math.abs(found) <= MAX_TIME ? Math.trunc(found) : undefined;
}

/**
 * A record's time in milliseconds since 1970: ISO 8601, the same without a zone (taken as UTC) or with a blank for the `T`,
 * and `M/D/YYYY h:mm:ss AM` (Entra's risk records). Undefined for anything else.
 */
export function parseEventTime(text: string): number | undefined {
  if (ISO.test(text)) return ifTime(parseIso(text));
  const us = US_TWELVE_HOUR.exec(text);
  if (us) return ifTime(usTime(us.slice(1)));
  const zoneless = ZONELESS.exec(text);
  return zoneless ? ifTime(parseIso(`${zoneless[1]}T${zoneless[2]}Z`)) : undefined;
}

/** Of a fraction, what is less than a millisecond is left out: of ten digits and more V8 misreads one that begins with zeros. */
function parseIso(text: string): number {
  return Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
}

function ifTime(time: number): number | undefined {
  return Number.isFinite(time) ? time : undefined;
}

function usTime([month, day, year, hour, minute, second, half]: (string | undefined)[]): number {
  const hours = (Number(hour) % 12) + (half === 'P' ? 12 : 0);
  return Date.UTC(Number(year), Number(month) - 1, Number(day), hours, Number(minute), Number(second));
}

const PLUS = 0x2b;
const DASH = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const T = 0x54;
const Z = 0x5a;
const TO_SECONDS = '2026-11-20T10:12:01'.length;
const OFFSET = '+00:00'.length;

/**
 * The same of a time as products mostly write it, `2026-11-20T10:12:01.1234567Z` or with `+00:00`, from its bytes, in a third of the
 * time. Undefined where it is written otherwise, or may be no time.
 */
export function usualEventTime(bytes: Uint8Array, start: number, end: number): number | undefined {
  const zone = bytes[end - 1] === Z ? end - 1 : end - OFFSET;
  const isUsual =
    zone - start >= TO_SECONDS &&
    bytes[start + 4] === DASH &&
    bytes[start + 7] === DASH &&
    bytes[start + 10] === T &&
    bytes[start + 13] === COLON &&
    bytes[start + 16] === COLON;
  if (!isUsual) return undefined;
  const hour = digits(bytes, start + 11, 2);
  const minute = digits(bytes, start + 14, 2);
  const second = digits(bytes, start + 17, 2);
  const time =
    startOfDay(
      digits(bytes, start, 4) * 10_000 + digits(bytes, start + 5, 2) * 100 + digits(bytes, start + 8, 2),
    ) +
    hour * 3_600_000 +
    minute * 60_000 +
    second * 1_000 +
    milliseconds(bytes, start + TO_SECONDS, zone) -
    offset(bytes, zone, end);
  return hour <= 23 && minute <= 59 && second <= 59 && !Number.isNaN(time) ? time : undefined;
}

/** Not a number where one of them is no digit. */
function digits(bytes: Uint8Array, start: number, count: number): number {
  let number = 0;
  for (let i = start; i < start + count; i++) {
    const digit = (bytes[i] as number) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

/** Of a zone: by how many milliseconds it is ahead. */
function offset(bytes: Uint8Array, start: number, end: number): number {
  if (end - start === 1) return 0;
  const sign = bytes[start];
  const hours = digits(bytes, start + 1, 2);
  const minutes = digits(bytes, start + 4, 2);
  const isOffset =
    (sign === PLUS || sign === DASH) && bytes[start + 3] === COLON && hours <= 23 && minutes <= 59;
  if (!isOffset) return Number.NaN;
  return (sign === PLUS ? 1 : -1) * (hours * 60 + minutes) * 60_000;
}

/** Of what stands between the seconds and the zone. */
function milliseconds(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return 0;
  const count = end - start - 1;
  if (bytes[start] !== DOT || count < 3) return Number.NaN;
  return digits(bytes, start + 4, count - 3) >= 0 ? digits(bytes, start + 1, 3) : Number.NaN;
}

let knownDate = 0;
let knownStart = Number.NaN;

/** Of a date as `yyyymmdd`; not a number where there is no such day. Records come in the company of others of their day. */
function startOfDay(date: number): number {
  if (date === knownDate) return knownStart;
  const [year, month, day] = [Math.floor(date / 10_000), Math.floor(date / 100) % 100, date % 100];
  const start = new Date(Date.UTC(year, month - 1, day));
  const isThere =
    start.getUTCFullYear() === year && start.getUTCMonth() === month - 1 && start.getUTCDate() === day;
  knownDate = date;
  knownStart = isThere ? start.getTime() : Number.NaN;
  return knownStart;
}

export interface EventTimes {
  readonly least: number;
  readonly greatest: number;
}

/** The least and greatest event time of many. */
export class EventTimeRange {
  #least = Infinity;
  #greatest = -Infinity;

  add(time: number | undefined): void {
    if (time === undefined) return;
    if (time < this.#least) this.#least = time;
    if (time > this.#greatest) this.#greatest = time;
  }

  /** Undefined where no record told a time. */
  get times(): EventTimes | undefined {
    const [least, greatest] = [this.#least, this.#greatest];
    return least <= greatest ? { least, greatest } : undefined;
  }
}
