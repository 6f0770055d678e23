/** When somebody did a thing again and again, without a pause that makes them new to it; in milliseconds since 1970. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  /** By which what began it is known; empty where nobody was to hear of it. */
  readonly cause: string;
}

/** So many stretches of somebody's work are kept. */
const MOST_STRETCHES = 5;

/** What comes first begins a stretch, and stays what has begun it, whatever comes later of an earlier time. */
export function withTime(
  stretches: readonly Stretch[],
  { time, cause }: { readonly time: number; readonly cause: string },
  pause: number,
): readonly Stretch[] {
  const near = stretches.find(({ from, to }) => time >= from - pause && time <= to + pause);
  if (!near) {
    const added = [...stretches, { from: time, to: time, cause }];
    return added.toSorted((a, b) => a.to - b.to).slice(-MOST_STRETCHES);
  }
  const longer = { ...near, from: Math.min(near.from, time), to: Math.max(near.to, time) };
  return stretches.map((stretch) => (stretch === near ? longer : stretch));
}
