import type { State } from './state.ts';

/** Of one user, or of whatever else attempts are counted by. */
export interface Attempt {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** By which one that is delivered again is known. */
  readonly key: string;
  /** Of its record. */
  readonly id: string;
  readonly isFailure: boolean;
  /** What an alert should say of it, if it is the success: short, because it is kept. */
  readonly details?: Readonly<Record<string, string | undefined>> | undefined;
}

/** So many failures within so many milliseconds, and then a success. */
export interface BurstRule {
  readonly failures: number;
  readonly window: number;
  /** Days that attempts are kept for: records may come so late, or be delivered again. */
  readonly days: number;
}

export interface Burst {
  readonly from: number;
  readonly to: number;
  /** The key and the details of the success that it was found by. All that overlaps with it is the same burst. */
  readonly cause: string;
  readonly details?: Attempt['details'];
  /** The last of them. */
  readonly attempts: readonly Pick<Attempt, 'time' | 'id'>[];
}

/** So many bursts of a user are kept at a time, and so many attempts of each are named. */
const MOST_BURSTS = 3;
const MOST_NAMED = 20;

/**
 * The bursts that some attempts of a user belong to, together with all that came before. They are kept by user and window of time:
 * whichever comes last, of whatever partition and instance, finds the others there. So each is written down before those around it are
 * read.
 */
export async function burstsAround(
  user: string,
  attempts: readonly Attempt[],
  rule: BurstRule,
  state: State,
): Promise<readonly Burst[]> {
  const windowOf = ({ time }: Attempt): number => Math.floor(time / rule.window);
  const keyOf = (window: number): string => `${user} ${window}`;
  const windows = new Map<number, readonly Attempt[]>();
  const read = async (window: number): Promise<void> => {
    if (!windows.has(window)) windows.set(window, (await state.read<Attempt[]>(keyOf(window))) ?? []);
  };

  const addedTo = Map.groupBy(attempts, windowOf);
  for (const [window, added] of addedTo) {
    const kept = await state.update<readonly Attempt[]>(keyOf(window), rule.days, (before = []) =>
      keep(before, added, rule),
    );
    windows.set(window, kept);
  }
  // The success that a failure comes before may be in the window behind it; the failures before a success, in that before it.
  for (const [window, added] of addedTo) if (added.some(({ isFailure }) => isFailure)) await read(window + 1);
  const isOpen = new Set(windows.keys());
  for (const window of isOpen)
    if (!windows.get(window)?.every(({ isFailure }) => isFailure)) await read(window - 1);

  const all = [...windows.values()].flat().toSorted(byTime);
  const successes = all.filter((one) => !one.isFailure && isOpen.has(windowOf(one)));
  const bursts: Burst[] = [];
  for (const success of successes) {
    const burst = burstBefore(success, all, rule);
    if (burst) bursts.push(await grown(user, burst, rule, state));
  }
  return bursts;
}

/**
 * The first and the last of a window are kept: however many there are in it, the failures within a window's length before a success that
 * is in this window or the next are among them, up to as many as make a burst.
 */
function keep(before: readonly Attempt[], added: readonly Attempt[], rule: BurstRule): readonly Attempt[] {
  const byKey = new Map([...added, ...before].map((one) => [one.key, one]));
  const [failures = [], successes = []] = [true, false].map((isFailure) =>
    [...byKey.values()].filter((one) => one.isFailure === isFailure).toSorted(byTime),
  );
  return [...firstAndLast(failures, rule), ...firstAndLast(successes, rule)].toSorted(byTime);
}

function firstAndLast(attempts: readonly Attempt[], { failures }: BurstRule): readonly Attempt[] {
  if (attempts.length <= 2 * failures) return attempts;
  return [...attempts.slice(0, failures), ...attempts.slice(-failures)];
}

function burstBefore(success: Attempt, all: readonly Attempt[], rule: BurstRule): Burst | undefined {
  const { time: to, key: cause, details } = success;
  const failures = all.filter(({ isFailure, time }) => isFailure && time <= to && time > to - rule.window);
  const [first] = failures;
  if (!first || failures.length < rule.failures) return undefined;
  const named = [...failures, success].map(({ time, id }) => ({ time, id }));
  return { from: first.time, to, cause, details, attempts: named.slice(-MOST_NAMED) };
}

/** With what is known of it already. */
async function grown(user: string, burst: Burst, { days }: BurstRule, state: State): Promise<Burst> {
  const bursts = await state.update<readonly Burst[]>(`${user} bursts`, days, (before = []) =>
    withBurst(before, burst),
  );
  return bursts.find((one) => overlap(one, burst)) ?? burst;
}

function withBurst(bursts: readonly Burst[], burst: Burst): readonly Burst[] {
  const known = bursts.find((one) => overlap(one, burst));
  if (!known) return [...bursts, burst].toSorted((a, b) => a.to - b.to).slice(-MOST_BURSTS);
  const byId = new Map([...known.attempts, ...burst.attempts].map((one) => [one.id, one]));
  const both = {
    ...known,
    from: Math.min(known.from, burst.from),
    to: Math.max(known.to, burst.to),
    attempts: [...byId.values()].toSorted((a, b) => a.time - b.time).slice(-MOST_NAMED),
  };
  return bursts.map((one) => (one === known ? both : one));
}

function overlap(a: Burst, b: Burst): boolean {
  return a.from <= b.to && b.from <= a.to;
}

function byTime(a: Attempt, b: Attempt): number {
  return a.time - b.time || (a.key < b.key ? -1 : 1);
}
