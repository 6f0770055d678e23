import type { PartitionList } from '../ledger/ledger-partitions.ts';
import { partitionKeyOf, partitionLabel } from '../names.ts';

/**
 * The ledger's partition keys by what blob names have of them. Two that look alike there (`a-b` and `c`, `a` and `b-c`) are left out:
 * the settings forbid them side by side, but one may have come after the other.
 */
export async function partitionKeys(partitions: PartitionList): Promise<Map<string, string>> {
  const keys = new Map<string, string>();
  const alike = new Set<string>();
  for await (const partition of partitions.all()) {
    const label = partitionLabel(partition);
    if (keys.has(label)) alike.add(label);
    keys.set(label, partitionKeyOf(partition));
  }
  for (const label of alike) keys.delete(label);
  return keys;
}
