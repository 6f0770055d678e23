import type { Rate } from '../../shared/capacity/report.ts';

const DIGITS = 3;

/** To three digits, in every locale: `0.0123`, `12.3`, `12,300`. */
export function figure(n: number): string {
  if (n === 0) return '0';
  const size = Math.floor(Math.log10(Math.abs(n)));
  const decimals = Math.min(6, Math.max(0, DIGITS - 1 - size));
  return n.toLocaleString('en-US', { maximumFractionDigits: decimals });
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];

/** Of 1,000 each, as Event Hubs and this report count. */
export function bytes(n: number | null): string {
  if (n === null) return '-';
  const step = n < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(n) / 3));
  return `${figure(n / 1_000 ** step)} ${UNITS[step]}`;
}

export function megabytesPerSecond(bytesPerSecond: number): string {
  return figure(bytesPerSecond / 1e6);
}

export function money(amount: number, currency: string): string {
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return `${amount.toLocaleString('en-US', digits)} ${currency}`;
}

/** A date and a minute, in UTC. */
export function minuteText(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}

export function rateCells({ average, p95, peak }: Rate, of: (n: number) => string): string[] {
  return [of(average), of(p95), of(peak)];
}

const BARS = '▁▂▃▄▅▆▇█';

/** A line of bars from 0 to the greatest, at most so wide: the greatest of what falls into one bar, or a peak would not be seen. */
export function sparkline(values: readonly number[], width: number): string {
  const step = Math.max(1, values.length / width);
  const bars = Array.from({ length: Math.min(width, values.length) }, (_, i) =>
    Math.max(
      ...values.slice(Math.floor(i * step), Math.max(Math.floor(i * step) + 1, Math.floor((i + 1) * step))),
    ),
  );
  const greatest = Math.max(...bars, 0);
  return bars
    .map((bar) =>
      bar <= 0 ? ' ' : BARS[Math.min(BARS.length - 1, Math.floor((bar / greatest) * BARS.length))],
    )
    .join('');
}

/** A share of a whole as a bar. */
export function shareBar(share: number, width: number): string {
  const full = Math.min(width, Math.max(0, Math.round(share * width)));
  return '█'.repeat(full) + '░'.repeat(width - full);
}
