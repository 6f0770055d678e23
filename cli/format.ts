/** `12,345`, in every locale: what is printed goes into issues and mails. */
export function number(n: number): string {
  return Math.round(n).toLocaleString('en-US');
}

export function megabytes(bytes: number): string {
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} KB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** `512 B`, `1.2 GB`: of what may be anything from a line to an archive. */
export function byteSize(bytes: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  const unit = UNITS[power] ?? 'B';
  return `${power === 0 ? bytes : (bytes / 1_000 ** power).toFixed(1)} ${unit}`;
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** Text out of data, on one line and no longer than that: it could hold anything, a terminal's escape codes too. */
export function printable(text: string, longest: number): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return plain.length <= longest ? plain : `${plain.slice(0, longest - 1)}…`;
}

/** `1 message`, `2 messages` */
export function count(n: number, noun: string): string {
  return `${number(n)} ${noun}${n === 1 ? '' : 's'}`;
}
