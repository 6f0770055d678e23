import type { Ledger } from './ledger/ledger.ts';
import type { PartitionList } from './ledger/ledger-partitions.ts';
import type { Partition } from './message.ts';
import { partitionKeyOf } from './names.ts';
import { settle } from './settle.ts';
import type { SettleDeps } from './settle.ts';

export interface SettleQuietDeps extends SettleDeps {
  readonly partitions: PartitionList;
  /** One of its own, since what it reads must not be mixed with what ingestion knows. */
  readonly ledger: Ledger;
}

/**
 * Carries out and closes the plans of partitions that have fallen quiet: the next batch would do it, but none comes. Quiet is a
 * partition that still has the plan it had at the last call, so no clock is asked and a busy one is left alone.
 */
export async function settleQuiet(deps: SettleQuietDeps): Promise<void> {
  const failures: unknown[] = [];
  for await (const partition of deps.partitions.all()) {
    try {
      await settleIfQuiet(partition, deps);
    } catch (error) {
      // It stays quiet, and the others do not wait for it.
      failures.push(error);
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `Plans that cannot be finished: ${failures.length}.`);
}

async function settleIfQuiet(partition: Partition, deps: SettleQuietDeps): Promise<void> {
  deps.ledger.forget(partition);
  const found = await deps.ledger.read(partition);
  const { plan } = found.head;
  if (!plan || !(await deps.partitions.wasOpen(partition, plan.id))) return;
  const settled = await settle(found, deps);
  // Whoever has decided since has carried it out.
  if (settled === 'changed') return;
  await deps.ledger.close(settled);
  deps.log('info', `Closed the last plan of ${partitionKeyOf(partition)}, which has fallen quiet.`);
}
