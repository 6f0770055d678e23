import type { ExpiredBlob, LeftReason } from './expired-blob.ts';
import { LEFT } from './expired-blob.ts';
import type { BlobAddress } from '../sinks.ts';

export interface Amount {
  readonly blobs: number;
  readonly records: number;
  /** As stored. */
  readonly bytes: number;
}

export const NOTHING: Amount = { blobs: 0, records: 0, bytes: 0 };

export function addAmounts(a: Amount, b: Amount): Amount {
  return { blobs: a.blobs + b.blobs, records: a.records + b.records, bytes: a.bytes + b.bytes };
}

/** Blobs that are due and stay. */
export interface LeftBlobs {
  readonly count: number;
  /** The first few. */
  readonly examples: readonly BlobAddress[];
}

export interface RetentionReport {
  readonly today: string;
  /** What was deleted, or in a dry run would be: by `<container>/<source>/<category>`, the category as in the path. */
  readonly deleted: ReadonlyMap<string, Amount>;
  readonly left: ReadonlyMap<LeftReason, LeftBlobs>;
  /** The time was up, or storage failed: there may be more. */
  readonly unfinished: boolean;
  readonly failures: readonly unknown[];
}

const MOST_EXAMPLES = 5;
const MOST_FAILURES = 10;

/** A report while it is being written. Its functions may be handed on by themselves. */
export interface OpenReport {
  readonly delete: (blob: ExpiredBlob) => void;
  readonly leave: (blob: BlobAddress, reason: LeftReason) => void;
  readonly fail: (failure: unknown) => void;
  readonly hasFailed: () => boolean;
  readonly stopEarly: () => void;
  readonly finish: () => RetentionReport;
}

export function createReport(today: string): OpenReport {
  const deleted = new Map<string, Amount>();
  const left = new Map<LeftReason, LeftBlobs>();
  const failures: unknown[] = [];
  let unfinished = false;

  return {
    delete({ blob, name, records, bytes }) {
      const key = `${blob.container}/${name.source}/${name.category}`;
      deleted.set(key, addAmounts(deleted.get(key) ?? NOTHING, { blobs: 1, records, bytes }));
    },
    leave(blob, reason) {
      const { count, examples } = left.get(reason) ?? { count: 0, examples: [] };
      const more = examples.length < MOST_EXAMPLES ? [...examples, blob] : examples;
      left.set(reason, { count: count + 1, examples: more });
    },
    fail(failure) {
      unfinished = true;
      if (failures.length < MOST_FAILURES) failures.push(failure);
    },
    hasFailed: () => failures.length > 0,
    stopEarly() {
      unfinished = true;
    },
    finish: () => ({ today, deleted, left, unfinished, failures }),
  };
}

export function totalOf(amounts: Iterable<Amount>): Amount {
  return [...amounts].reduce(addAmounts, NOTHING);
}

/** For a log: a line for what is gone, and one for each reason why something is not. */
export function describeReport({
  deleted,
  left,
  unfinished,
}: RetentionReport): readonly { level: 'info' | 'warn'; message: string }[] {
  const { blobs, records, bytes } = totalOf(deleted.values());
  const rest = unfinished ? ' There may be more: the next run goes on.' : '';
  const message = `Retention deleted ${blobs} blobs (${records} records, ${bytes} bytes).${rest}`;
  const reasons = [...left].map(([reason, { count, examples }]) => {
    const names = examples.map(({ container, name }) => JSON.stringify(`${container}/${name}`)).join(', ');
    return {
      level: 'warn' as const,
      message: `Due and left alone (${reason}): ${count}. ${LEFT[reason]} Such as ${names}`,
    };
  });
  return [{ level: 'info', message }, ...reasons];
}
