import type { Snapshot } from './ledger.ts';
import type { Run } from './ledger-rows.ts';
import { prepare } from './prepare.ts';
import type { Prepared, PrepareDeps } from './prepare.ts';
import { namesIn } from './tally.ts';
import { runWith } from './undecided.ts';
import type { Stretch } from './undecided.ts';

/**
 * A decision is one transaction of at most 4 MiB, and its plan stands in one row of at most 1 MiB: so many blocks of about 300
 * characters, and so many counts of about 200, keep well below.
 */
const MOST_BLOCKS = 500;
const MOST_COUNTS = 5_000;

/** Prepares as many messages of a stretch as one decision can hold. What is left is the next stretch. */
export function prepareStretch(
  { base, messages }: Stretch,
  { partition, head }: Snapshot,
  deps: PrepareDeps,
): { run: Run; prepared: Prepared } {
  for (let count = messages.length; ; count = Math.ceil(count / 2)) {
    const some = messages.slice(0, count);
    const prepared = prepare(some, partition, head.keptApart, deps);
    if (count === 1 || fits(prepared)) return { run: runWith({ base, messages: some }), prepared };
  }
}

function fits({ drafts, minutes }: Prepared): boolean {
  const counts = minutes.reduce(
    (sum, minute) => sum + Object.keys(minute.categories).length + namesIn(minute),
    0,
  );
  return drafts.length <= MOST_BLOCKS && counts <= MOST_COUNTS;
}
