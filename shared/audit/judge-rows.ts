import { blockSumKey } from '../blocks/block-sums.ts';
import type { MinuteRow } from '../ledger/ledger-rows.ts';
import type { Partition } from '../message.ts';
import { addUnnamed, deadLetteredOf, emptyTally, excludedOf } from '../ledger/tally.ts';
import type { Tally } from '../ledger/tally.ts';
import type { Disagreement, Fault } from './findings.ts';

/** What the rows of an hour have counted. */
export interface HourCounts {
  salvagedMessages: number;
  readonly categories: Map<string, Tally>;
}

export function emptyCounts(): HourCounts {
  return { salvagedMessages: 0, categories: new Map() };
}

export function addRow(counts: HourCounts, row: MinuteRow): void {
  counts.salvagedMessages += row.salvagedMessages;
  for (const [key, tally] of Object.entries(row.categories)) {
    const sum = counts.categories.get(key) ?? emptyTally();
    counts.categories.set(key, sum);
    addUnnamed(sum, tally);
  }
}

/**
 * The promise within the ledger: what came in was archived, dead-lettered or excluded, and what was archived or dead-lettered stands in
 * blocks. All of it is decided in one transaction, so a difference is a row that was edited, or a bug.
 */
export function judgeCounts(
  { salvagedMessages, categories }: HourCounts,
  blockRecords: ReadonlyMap<string, number>,
  where: { readonly partition: Partition; readonly hour: number },
): Fault[] {
  const faults: Fault[] = [];
  const recordsIn = (key: string): number => blockRecords.get(key) ?? 0;
  const expect = (between: Disagreement, counts: readonly [number, number], category?: string): void => {
    const agrees = between === 'pass-on and excluded' ? counts[0] <= counts[1] : counts[0] === counts[1];
    const of = category === undefined ? {} : { category };
    if (!agrees) faults.push({ kind: 'ledger-disagrees', ...where, ...of, between, counts });
  };

  for (const [category, tally] of categories) {
    const [source = '', ...name] = category.split('/');
    const keyIn = (container: string): string => blockSumKey(container, source, name.join('/'));
    const deadLettered = deadLetteredOf(tally);
    const excluded = excludedOf(tally);
    expect('records and their fates', [tally.records, tally.archived + deadLettered + excluded], category);
    expect('archived and blocks', [tally.archived, recordsIn(keyIn('archive'))], category);
    expect('dead-lettered and blocks', [deadLettered, recordsIn(keyIn('dead-letter'))], category);
    expect('pass-on and excluded', [recordsIn(keyIn('pass-on')), excluded], category);
  }
  expect('salvaged and blocks', [salvagedMessages, recordsIn(blockSumKey('salvaged', 'unknown', 'none'))]);
  return faults;
}
