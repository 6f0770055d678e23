/** Of the usual shape, and surely a time: what is none would hide the others if it sorted before or after them. */
const UTC_ISO =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|\+00:00)$/;
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

/** The least and greatest event time of many. Times of the usual shape are compared as text, and only two of them parsed. */
export class EventTimeRange {
  #leastText: string | undefined;
  #greatestText: string | undefined;
  #others: number[] = [];

  add(text: string | undefined): void {
    if (text === undefined) return;
    if (!UTC_ISO.test(text)) {
      const time = parseEventTime(text);
      if (time !== undefined) this.#others = range([...this.#others, time]);
      return;
    }
    // The zone sorts after the fractions of a second: 10:00:00Z would be later than 10:00:00.5Z.
    const bare = text.slice(0, text.endsWith('Z') ? -'Z'.length : -'+00:00'.length);
    if (this.#leastText === undefined || bare < this.#leastText) this.#leastText = bare;
    if (this.#greatestText === undefined || bare > this.#greatestText) this.#greatestText = bare;
  }

  /** Undefined where no record told a time. */
  get times(): EventTimes | undefined {
    const texts = [this.#leastText, this.#greatestText].flatMap((text) =>
      text ? [Date.parse(`${text}Z`)] : [],
    );
    const [least, greatest] = range([...texts, ...this.#others].filter(Number.isFinite));
    return least === undefined || greatest === undefined ? undefined : { least, greatest };
  }
}

function range(times: number[]): number[] {
  return times.length === 0 ? [] : [Math.min(...times), Math.max(...times)];
}
