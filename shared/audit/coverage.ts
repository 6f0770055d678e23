import type { MinuteRow } from '../ledger/ledger-rows.ts';

/** Numbers that rows of the ledger account for: `messages` of them between `first` and `last`. */
interface Group {
  first: number;
  last: number;
  messages: number;
  /** Enqueued times. */
  minTime: number;
  maxTime: number;
}

/** Something wrong with the numbers of a run, and when they came in. */
export interface CoverageFault {
  readonly kind: 'missing' | 'doubled';
  readonly first: number;
  readonly last: number;
  readonly messages: number;
  readonly times: readonly [least: number, greatest: number];
}

/**
 * Which numbers of a run its minute rows account for. Rows may come in any order, and may interleave where a broker's clock has stepped
 * back; what is whole melts into one, so months of rows take no more room than their faults.
 */
export class Coverage {
  #groups: Group[] = [];
  readonly #doubled: CoverageFault[] = [];

  get first(): Group | undefined {
    return this.#groups[0];
  }

  get last(): Group | undefined {
    return this.#groups.at(-1);
  }

  add(row: Pick<MinuteRow, keyof Group>): void {
    const { first, last, messages, minTime, maxTime } = row;
    let sum: Group = { first, last, messages, minTime, maxTime };
    const others: Group[] = [];
    for (const group of this.#groups) {
      const apart = group.last < sum.first || sum.last < group.first;
      const adjoins = group.last + 1 === sum.first || sum.last + 1 === group.first;
      if (!apart || (adjoins && isWhole(group) && isWhole(sum))) sum = this.#join(group, sum);
      else others.push(group);
    }
    this.#groups = [...others, sum].toSorted((a, b) => a.first - b.first);
  }

  #join(a: Group, b: Group): Group {
    const common = claimedTwice(a, b);
    if (common) {
      const [first, last] = common;
      const times = [Math.max(a.minTime, b.minTime), Math.min(a.maxTime, b.maxTime)].toSorted(
        (x, y) => x - y,
      );
      this.#doubled.push({
        kind: 'doubled',
        first,
        last,
        messages: last - first + 1,
        times: [times[0] ?? a.minTime, times[1] ?? a.maxTime],
      });
    }
    return {
      first: Math.min(a.first, b.first),
      last: Math.max(a.last, b.last),
      messages: a.messages + b.messages - (common ? common[1] - common[0] + 1 : 0),
      minTime: Math.min(a.minTime, b.minTime),
      maxTime: Math.max(a.maxTime, b.maxTime),
    };
  }

  /** What is wrong, in the order of the numbers. */
  faults(): CoverageFault[] {
    const faults = [...this.#doubled];
    this.#groups.forEach((group, i) => {
      const before = this.#groups[i - 1];
      if (before) faults.push(gapBetween(before, group));
      const { first, last, messages, minTime, maxTime } = group;
      const lacking = last - first + 1 - messages;
      const times = [minTime, maxTime] as const;
      if (lacking > 0) faults.push({ kind: 'missing', first, last, messages: lacking, times });
      if (lacking < 0) faults.push({ kind: 'doubled', first, last, messages: -lacking, times });
    });
    return faults.filter(({ messages }) => messages > 0).toSorted((a, b) => a.first - b.first);
  }
}

function isWhole({ first, last, messages }: Group): boolean {
  return messages === last - first + 1;
}

/** The ends of a row's range are numbers that it does hold: when one lies within numbers that are all accounted for, it is there twice. */
function claimedTwice(a: Group, b: Group): readonly [number, number] | undefined {
  const first = Math.max(a.first, b.first);
  const last = Math.min(a.last, b.last);
  if (first > last || (!isWhole(a) && !isWhole(b))) return undefined;
  // One that lies between the ends of the other can be what the other lacks.
  const encloses = (outer: Group, inner: Group): boolean =>
    !isWhole(outer) && outer.first < inner.first && inner.last < outer.last;
  return encloses(a, b) || encloses(b, a) ? undefined : [first, last];
}

function gapBetween(before: Group, after: Group): CoverageFault {
  const first = before.last + 1;
  const last = after.first - 1;
  const times = [before.maxTime, after.minTime].toSorted((x, y) => x - y);
  return {
    kind: 'missing',
    first,
    last,
    messages: last - first + 1,
    times: [times[0] ?? before.maxTime, times[1] ?? after.minTime],
  };
}

/** Whether what happened at these times concerns the time asked for. */
export function touches([least, greatest]: readonly [number, number], from: number, to: number): boolean {
  return least < to && greatest >= from;
}
