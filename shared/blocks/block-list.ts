/**
 * The ids of a blob's blocks, in their order, as text: as a string and an object for each, they took nearly twice the memory, and each
 * collection went through all of them.
 */
export interface BlockList {
  readonly length: number;
  /** So many ids each as there are in a stretch, with a blank between two of them; fewer in the last. */
  readonly stretches: readonly string[];
}

/** One more id makes new text of one stretch, and leaves the others as they are. */
const STRETCH = 32;
/** No part of base64. */
const BETWEEN = ' ';

export function blockList(ids: readonly string[]): BlockList {
  const count = Math.ceil(ids.length / STRETCH);
  const stretchAt = (n: number): string => ids.slice(n * STRETCH, (n + 1) * STRETCH).join(BETWEEN);
  return { length: ids.length, stretches: Array.from({ length: count }, (_, n) => stretchAt(n)) };
}

export function idsIn({ stretches }: BlockList): string[] {
  return stretches.flatMap((stretch) => stretch.split(BETWEEN));
}

export function append({ length, stretches }: BlockList, id: string): BlockList {
  const isFull = length % STRETCH === 0;
  const last = isFull ? id : `${stretches.at(-1)}${BETWEEN}${id}`;
  return { length: length + 1, stretches: [...(isFull ? stretches : stretches.slice(0, -1)), last] };
}
