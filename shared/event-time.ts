/** Of the usual shape, and surely a time: what is none would hide the others if it sorted before or after them. */
const UTC_ISO =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?Z$/;
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;
const ZONELESS = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?)(Z?)$/;
const US_TWELVE_HOUR = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d\d):(\d\d) ([AP])M$/;

/**
 * A record's time in milliseconds since 1970: ISO 8601, the same without a zone (taken as UTC) or with a blank for the `T`,
 * and `M/D/YYYY h:mm:ss AM` (Entra's risk records). Undefined for anything else.
 */
export function parseEventTime(text: string): number | undefined {
  const us = US_TWELVE_HOUR.exec(text);
  const zoneless = us ? null : ZONELESS.exec(text);
  const time = us
    ? usTime(us.slice(1))
    : Date.parse(zoneless ? `${zoneless[1]}T${zoneless[2]}Z` : ISO.test(text) ? text : '');
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

/**
 * The least and greatest event time of many. Times of one length in the usual shape sort as text; only two of them are parsed, and
 * only those that sort before or after all others are looked at closely.
 */
export class EventTimeRange {
  #least = '';
  #greatest = '';
  #others: number[] = [];

  add(text: string | undefined): void {
    if (text === undefined) return;
    const isAlike = text.length === this.#least.length;
    if (isAlike && text >= this.#least && text <= this.#greatest) return;
    if ((isAlike || this.#least === '') && UTC_ISO.test(text)) {
      if (!isAlike || text < this.#least) this.#least = text;
      if (!isAlike || text > this.#greatest) this.#greatest = text;
    } else {
      const time = parseEventTime(text);
      if (time !== undefined) this.#others = range([...this.#others, time]);
    }
  }

  /** Undefined where no record told a time. */
  get times(): EventTimes | undefined {
    const texts = this.#least === '' ? [] : [Date.parse(this.#least), Date.parse(this.#greatest)];
    const [least, greatest] = range([...texts, ...this.#others].filter(Number.isFinite));
    return least === undefined || greatest === undefined ? undefined : { least, greatest };
  }
}

function range(times: number[]): number[] {
  return times.length === 0 ? [] : [Math.min(...times), Math.max(...times)];
}
