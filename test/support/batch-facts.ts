import type { BatchFacts } from '../../shared/telemetry/batch.ts';
import { emptyTally } from '../../shared/ledger/tally.ts';
import type { Tally } from '../../shared/ledger/tally.ts';
import { PARTITION, START } from './messages.ts';

/** A batch that went well; of no records, unless it is told of some. */
export function factsOf(
  tallies: Readonly<Record<string, Partial<Tally>>> = {},
  changes: Partial<BatchFacts> = {},
): BatchFacts {
  const whole = Object.entries(tallies).map(([key, tally]) => [key, { ...emptyTally(), ...tally }] as const);
  return {
    partition: PARTITION,
    invocationId: '6f9619ff-8b86-4011-b42d-00cf4fc964ff',
    traceParent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    messages: 3,
    first: 7,
    last: 9,
    oldest: START,
    ended: START + 2_500,
    duration: 120,
    tallies: new Map(whole),
    error: undefined,
    ...changes,
  };
}
