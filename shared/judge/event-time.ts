import { keepOne } from '../keep-one.ts';

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

export interface EventTimes {
  readonly least: number;
  readonly greatest: number;
}

/** The least and greatest event time of many. */
export class EventTimeRange {
  #least = Infinity;
  #greatest = -Infinity;

  add(times: EventTimes | undefined): void {
    if (times === undefined) return;
    this.#least = Math.min(this.#least, times.least);
    this.#greatest = Math.max(this.#greatest, times.greatest);
  }

  /** Undefined where no record told a time. */
  get times(): EventTimes | undefined {
    const [least, greatest] = [this.#least, this.#greatest];
    return least <= greatest ? { least, greatest } : undefined;
  }
}

keepOne(new EventTimeRange());
