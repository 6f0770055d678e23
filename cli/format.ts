/** `12,345`, in every locale: what is printed goes into issues and mails. */
export function number(n: number): string {
  return Math.round(n).toLocaleString('en-US');
}

export function megabytes(bytes: number): string {
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} KB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** The same, where there may be but a few. */
export function byteSize(bytes: number): string {
  return bytes < 1e3 ? `${bytes} B` : megabytes(bytes);
}

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
