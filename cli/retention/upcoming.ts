import { readBlobName, dayPrefix } from '../../shared/blocks/blob-name.ts';
import { blobsUnder } from '../../shared/azure/blobs-by-path.ts';
import { findExpiring, isWithin } from '../../shared/azure/find-expiring.ts';
import type { DayRange } from '../../shared/azure/find-expiring.ts';
import type { RetentionParts } from '../../shared/azure/retention-parts.ts';
import { dayOf } from '../../shared/blocks/expiry.ts';
import { addAmounts, NOTHING } from '../../shared/retention/report.ts';
import type { Amount } from '../../shared/retention/report.ts';

/**
 * What falls due on each of some days, by what is written on the blobs. Sizes come from listing the days of the categories that have
 * any: 5,000 blobs a request, where asking for each would be one for each.
 */
export async function upcomingDays(
  { service, finding }: Pick<RetentionParts, 'service' | 'finding'>,
  range: DayRange,
): Promise<Map<string, Amount>> {
  const prefixes = new Map<string, Set<string>>();
  for await (const { blob } of findExpiring(service, range, finding)) {
    const name = readBlobName(blob.name);
    if (!name) continue;
    const ofContainer = prefixes.get(blob.container) ?? new Set();
    prefixes.set(blob.container, ofContainer.add(dayPrefix(name.source, name.category, dayOf(name.hour))));
  }
  const days = new Map<string, Amount>();
  for (const [container, ofContainer] of prefixes) {
    for (const prefix of ofContainer) {
      for await (const { bytes, metadata } of blobsUnder(service.getContainerClient(container), prefix)) {
        const { expires, records } = metadata;
        if (!isWithin(range, expires)) continue;
        const more = { blobs: 1, bytes, records: Number(records ?? 0) || 0 };
        days.set(expires, addAmounts(days.get(expires) ?? NOTHING, more));
      }
    }
  }
  return new Map([...days].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
