import type { DrainProgress } from '../local/stack.ts';
import { deadLetteredOf } from '../shared/ledger/tally.ts';
import { count, number } from './format.ts';
import type { LedgerSums } from './read-back/ledger.ts';

/** How far the app is, on a line: messages by the checkpoints, records by the ledger. */
export function progressLine(
  { sent, takenIn }: DrainProgress,
  { total }: LedgerSums,
  recordsPerSecond: number,
): string {
  const parts = [
    `${number(takenIn)}/${count(sent, 'message')}`,
    `${number(total.archived)} archived`,
    count(deadLetteredOf(total), 'dead letter'),
    `${number(total.passedOn)} passed on`,
    `${number(recordsPerSecond)} records/s`,
  ];
  return parts.join(' · ');
}
