/** Figures as people read them, each with its unit. */
const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const SHORT = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

export function whole(n: number): string {
  return WHOLE.format(n);
}

export function short(n: number): string {
  return n >= 1_000 ? WHOLE.format(n) : SHORT.format(n);
}

/** `[figure, unit]`, so that the unit can stand smaller. */
export type Parts = readonly [figure: string, unit: string];

/** Of Event Hubs. Nobody buys a thousandth of one. */
export function units(n: number): string {
  return n > 0 && n < 0.001 ? '< 0.001' : SHORT.format(Number(n.toFixed(3)));
}

const BYTES = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

export function bytesParts(n: number): Parts {
  let unit = 0;
  let rest = n;
  // What would be written as 1,000 of one is 1 of the next.
  while (rest >= 999.5 && unit < BYTES.length - 1) {
    rest /= 1_000;
    unit++;
  }
  return [SHORT.format(unit === 0 ? Math.round(rest) : rest), BYTES[unit] ?? ''];
}

export function bytes(n: number): string {
  return bytesParts(n).join(' ');
}

export function countParts(n: number): Parts {
  if (n < 1_000_000) return [WHOLE.format(n), ''];
  return n < 999_500_000 ? [SHORT.format(n / 1e6), 'million'] : [SHORT.format(n / 1e9), 'billion'];
}

export function percent(share: number): string {
  const value = share * 100;
  if (value === 0) return '0%';
  return value < 0.01
    ? '< 0.01%'
    : `${value < 10 ? SHORT.format(Number(value.toPrecision(2))) : WHOLE.format(value)}%`;
}

const MINUTES_OF_AN_HOUR = 60;
const MINUTES_OF_A_DAY = 1_440;

export function minutesParts(n: number): Parts {
  if (n < 1) return [WHOLE.format(n * 60), 's'];
  if (n < 2 * MINUTES_OF_AN_HOUR) return [SHORT.format(n), 'min'];
  if (n < 2 * MINUTES_OF_A_DAY) return [SHORT.format(n / MINUTES_OF_AN_HOUR), 'h'];
  return [SHORT.format(n / MINUTES_OF_A_DAY), 'days'];
}

export function minutes(n: number): string {
  return minutesParts(n).join(' ');
}

export function hoursParts(hours: number): Parts {
  return minutesParts(hours * MINUTES_OF_AN_HOUR);
}

/** `12:04`, and the day where it is not the day of `now`. */
export function time(iso: string, now: string): string {
  const clock = iso.slice(11, 16);
  return iso.slice(0, 10) === now.slice(0, 10) ? clock : `${day(iso)}, ${clock}`;
}

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const DATE = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});

/** `20 Nov` */
export function day(iso: string): string {
  return DAY.format(new Date(iso));
}

/** `20 Nov 2026` */
export function date(iso: string): string {
  return DATE.format(new Date(iso));
}

export function money(amount: number, currency: string): string {
  const digits = amount >= 1_000 ? 0 : 2;
  try {
    return new Intl.NumberFormat('en', {
      style: 'currency',
      currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(amount);
  } catch {
    // A price file of one's own may name what is no currency.
    return `${amount.toFixed(digits)} ${currency}`;
  }
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${WHOLE.format(n)} ${n === 1 ? one : many}`;
}

/** `15 minutes`, `hour`, `6 hours`: as it follows "the last". */
export function windowName(length: number): string {
  if (length === MINUTES_OF_AN_HOUR) return 'hour';
  return length % MINUTES_OF_AN_HOUR === 0
    ? plural(length / MINUTES_OF_AN_HOUR, 'hour')
    : plural(length, 'minute');
}
