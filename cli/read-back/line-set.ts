import { hash } from 'node:crypto';

/** Lines by the digest of their bytes, with how often each is there. */
export type LineSet = Map<string, number>;

export function digestOf(bytes: Buffer): string {
  return hash('sha256', bytes, 'base64');
}

export function addLine(set: LineSet, digest: string): void {
  set.set(digest, (set.get(digest) ?? 0) + 1);
}

export function sizeOf(set: LineSet): number {
  return [...set.values()].reduce((sum, n) => sum + n, 0);
}

/** How many of the lines of one set the other lacks, each counted as often as it is there. */
export function lackingIn(other: LineSet, set: LineSet): number {
  let lacking = 0;
  for (const [digest, n] of set) lacking += Math.max(0, n - (other.get(digest) ?? 0));
  return lacking;
}
