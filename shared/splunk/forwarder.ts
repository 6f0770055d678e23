import { FailedRecords } from '../category-functions/failed-records.ts';
import type { CategoryHandler } from '../on-category.ts';
import { WAITS } from './collector.ts';
import type { Collector, Taken, Unsent } from './collector.ts';
import { batchesOf, splunkEvent } from './event.ts';
import type { SplunkEvent } from './event.ts';

/** Splunk advises a megabyte at most, unpacked. */
export const MOST_BATCH_BYTES = 500_000;

/**
 * Forwards records, in order. Those that Splunk refuses, and those that it cannot be given, become dead letters, which `sluice replay`
 * sends again; the others are done. Where Splunk is away, every batch but the first gets one try until it is back, or nothing else would
 * be done in time.
 */
export function splunkForwarder(collector: Collector, index: string | undefined): CategoryHandler {
  let waits = WAITS;

  async function sendBatch(events: readonly SplunkEvent[]) {
    try {
      const outcome = await collector.send(events, waits);
      waits = WAITS;
      return outcome;
    } catch (error) {
      waits = [];
      const reason = error instanceof Error ? error.message : String(error);
      return { taken: [], unsent: [{ events, reason }] };
    }
  }

  return async function splunk(records) {
    const taken: Taken[] = [];
    const unsent: Unsent[] = [];
    const events = records.map((record) => splunkEvent(record, index));
    for (const batch of batchesOf(events, MOST_BATCH_BYTES)) {
      const outcome = await sendBatch(batch);
      taken.push(...outcome.taken);
      unsent.push(...outcome.unsent);
    }
    unsent.push(...(await collector.unacknowledged(taken)));
    if (unsent.length === 0) return;
    const reasons = new Set(unsent.map(({ reason }) => reason));
    const failed = unsent.flatMap(({ events: ofOne }) => ofOne.map(({ record }) => record));
    throw new FailedRecords([...reasons].join(' '), failed);
  };
}
