import type { Ledger } from './ledger.ts';
import type { Partition } from './message.ts';
import { partitionKeyOf } from './names.ts';
import { settle } from './settle.ts';
import type { SettleDeps } from './settle.ts';

export type SettleQuiet = (deps: SettleDeps) => Promise<void>;

/**
 * Carries out and closes the plans of partitions that have fallen quiet: the next batch would do it, but none comes. Quiet is a
 * partition that still has the plan it had at the last call, so no clock is asked and a busy one is left alone.
 *
 * `deps.ledger` is to be one of its own, since what it reads must not be mixed with what ingestion knows.
 */
export function createSettleQuiet(): SettleQuiet {
  let before = new Map<string, string>();

  return async function settleQuiet(deps) {
    const open = new Map<string, string>();
    const failures: unknown[] = [];
    for await (const partition of deps.ledger.partitions()) {
      const plan = await readOpenPlan(partition, deps.ledger);
      if (plan === undefined) continue;
      const key = partitionKeyOf(partition);
      try {
        if (before.get(key) === plan) await finish(partition, deps);
        else open.set(key, plan);
      } catch (error) {
        // It stays quiet, and the others do not wait for it.
        open.set(key, plan);
        failures.push(error);
      }
    }
    before = open;
    if (failures.length > 0)
      throw new AggregateError(failures, `Plans that cannot be finished: ${failures.length}.`);
  };
}

async function readOpenPlan(partition: Partition, ledger: Ledger): Promise<string | undefined> {
  ledger.forget(partition);
  return (await ledger.read(partition)).head.plan?.id;
}

async function finish(partition: Partition, deps: SettleDeps): Promise<void> {
  const snapshot = await settle(await deps.ledger.read(partition), deps);
  await deps.ledger.close(snapshot);
  deps.log('info', `Closed the last plan of ${partitionKeyOf(partition)}, which has fallen quiet.`);
}
