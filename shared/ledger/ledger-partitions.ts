import type { Partition } from '../message.ts';
import { partitionFrom, partitionKeyOf } from '../names.ts';
import type { LedgerTable } from '../sinks.ts';

/** The table's partition that lists the partitions of the source hubs. */
const LIST_KEY = 'partitions';

/** Table keys hold no control characters and no surrogates, so every key of ours comes before this one. */
const AFTER_ALL_KEYS = '\uffff';

/** The source-hub partitions that the ledger has a head row for: finding them by scanning would cost with all that is kept. */
export interface PartitionList {
  add(partition: Partition): Promise<void>;
  all(): AsyncIterable<Partition>;
  /** Whether the plan was the open one at the last call too, which another process may have made. */
  wasOpen(partition: Partition, planId: string): Promise<boolean>;
}

export function createPartitionList(table: LedgerTable): PartitionList {
  return {
    async add(partition) {
      const { namespace, hub, id } = partition;
      const write = { rowKey: partitionKeyOf(partition), ifMatch: undefined, values: { namespace, hub, id } };
      // One that is there already comes back as `changed`, and is right.
      await table.transact(LIST_KEY, [write]);
    },

    async *all() {
      for await (const { rowKey } of table.query(LIST_KEY, '', AFTER_ALL_KEYS)) {
        const partition = partitionFrom(rowKey);
        if (partition) yield partition;
      }
    },

    async wasOpen(partition, planId) {
      const rowKey = partitionKeyOf(partition);
      const row = await table.get(LIST_KEY, rowKey);
      if (!row || row.values['openPlan'] === planId) return row !== undefined;
      // Whoever was quicker has seen it too.
      await table.transact(LIST_KEY, [
        { rowKey, ifMatch: row.etag, values: { ...row.values, openPlan: planId } },
      ]);
      return false;
    },
  };
}
