import { createBacklogRows } from '../pass-on/backlog.ts';
import { createPartitionList } from '../ledger/ledger-partitions.ts';
import { HEAD_KEY, headFrom } from '../ledger/ledger-rows.ts';
import { partitionKeyOf } from '../names.ts';
import type { LedgerTable } from '../sinks.ts';

/** `<container>/<name>` of the blobs that open plans and backlogs name: something is still to be added to them, or passed on from them. */
export async function blobsInUse(table: LedgerTable): Promise<Set<string>> {
  const inUse = new Set<string>();
  const backlog = createBacklogRows(table);
  for await (const partition of createPartitionList(table).all()) {
    const row = await table.get(partitionKeyOf(partition), HEAD_KEY);
    const head = row && headFrom(row);
    for (const { container, blob } of head?.plan?.blocks ?? []) inUse.add(`${container}/${blob}`);
    if (!head?.backlog) continue;
    for await (const { blocks } of backlog.of(partition))
      for (const { container, blob } of blocks) inUse.add(`${container}/${blob}`);
  }
  return inUse;
}
