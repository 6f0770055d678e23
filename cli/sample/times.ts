/**
 * The ways in which the products write a time. Each takes milliseconds since 1970 UTC; a fraction of a
 * millisecond becomes the digits beyond the third.
 */

/** `2026-11-20T10:00:00.1234567Z` */
export function iso(time: number): string {
  const ticks = Math.floor((time % 1) * 10_000);
  return new Date(time).toISOString().replace('Z', `${String(ticks).padStart(4, '0')}Z`);
}

/** `2026-11-20T10:00:00.1234567+00:00`, Entra's way inside `properties`. */
export function isoOffset(time: number): string {
  return iso(time).replace('Z', '+00:00');
}

/** `2026-11-20 10:00:00.1234567`, Intune's way: no zone. */
export function spaced(time: number): string {
  return iso(time).replace('T', ' ').replace('Z', '');
}

/** `11/20/2026 3:04:05 PM`, UTC too, though nothing says so. */
export function american(time: number): string {
  const at = new Date(time);
  const hours = at.getUTCHours();
  const [minutes, seconds] = [at.getUTCMinutes(), at.getUTCSeconds()].map((part) =>
    String(part).padStart(2, '0'),
  );
  const date = `${at.getUTCMonth() + 1}/${at.getUTCDate()}/${at.getUTCFullYear()}`;
  return `${date} ${hours % 12 === 0 ? 12 : hours % 12}:${minutes}:${seconds} ${hours < 12 ? 'AM' : 'PM'}`;
}
