import type { FaultKind } from './kinds.ts';

/** A fault that waits for its operation. */
export interface Trap<Operation, Fault> {
  readonly kind: FaultKind;
  readonly on: (operation: Operation) => boolean;
  /** So many of these operations pass first. */
  readonly skip: number;
  /** It springs so often, or, from the first time on, for so long. */
  readonly lasts: { readonly times: number } | { readonly ms: number };
  /** What becomes of the operation; undefined lets it pass after all. */
  readonly spring: (operation: Operation) => Fault | undefined;
  /** Whether it has happened when it springs, as it has unless said otherwise; else whoever set it says so. */
  readonly counts?: boolean;
}

export interface Traps<Operation, Fault> {
  readonly set: (trap: Trap<Operation, Fault>) => void;
  /** For each operation, as it comes. */
  readonly check: (operation: Operation) => Fault | undefined;
  readonly clear: () => void;
}

/** At most one trap springs at an operation: the first that was set. `onSprung` is told of each, but of one that lasts only once. */
export function createTraps<Operation, Fault>(
  onSprung: (kind: FaultKind, operation: Operation) => void,
): Traps<Operation, Fault> {
  let waiting: { trap: Trap<Operation, Fault>; skip: number; times: number; since: number | undefined }[] =
    [];

  function check(operation: Operation): Fault | undefined {
    const now = performance.now();
    waiting = waiting.filter(({ trap, times, since }) => !isOver(trap, times, now, since));
    const sprung = waiting.find((one) => one.trap.on(operation) && (one.skip === 0 || one.skip-- === 0));
    if (!sprung) return undefined;
    sprung.times++;
    const isNew = sprung.since === undefined || 'times' in sprung.trap.lasts;
    if (isNew && sprung.trap.counts !== false) onSprung(sprung.trap.kind, operation);
    sprung.since ??= now;
    return sprung.trap.spring(operation);
  }

  return {
    set: (trap) => waiting.push({ trap, skip: trap.skip, times: 0, since: undefined }),
    check,
    clear: () => {
      waiting = [];
    },
  };
}

function isOver<Operation, Fault>(
  { lasts }: Trap<Operation, Fault>,
  times: number,
  now: number,
  since = now,
): boolean {
  return 'times' in lasts ? times >= lasts.times : now - since > lasts.ms;
}
