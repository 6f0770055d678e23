import type { CategoryRecord } from '../category-record.ts';

export interface SplunkEvent {
  readonly record: CategoryRecord;
  /** What the collector is sent: the record's own bytes, with what Splunk is told about them around. */
  readonly bytes: Buffer;
}

/**
 * `sourcetype` is the category with colons, as Splunk writes them: `sluice:entra:SignInLogs`. A record without a time has the one at which
 * it comes. The field `record_id` is the same at every delivery.
 * https://docs.splunk.com/Documentation/Splunk/latest/Data/FormateventsforHTTPEventCollector
 */
export function splunkEvent(record: CategoryRecord, index: string | undefined): SplunkEvent {
  const { time, category, id, bytes } = record;
  const about = JSON.stringify({
    time: time === undefined ? undefined : time / 1_000,
    source: category,
    sourcetype: `sluice:${category.replaceAll('/', ':')}`,
    index,
    fields: { record_id: id },
  });
  const parts = [Buffer.from(`${about.slice(0, -1)},"event":`), bytes, Buffer.from('}')];
  return { record, bytes: Buffer.concat(parts) };
}

/** Splits into batches of so many bytes at most; an event that is larger is one of its own. */
export function batchesOf(events: readonly SplunkEvent[], mostBytes: number): SplunkEvent[][] {
  const batches: SplunkEvent[][] = [];
  let room = 0;
  for (const event of events) {
    const last = batches.at(-1);
    if (last && event.bytes.length <= room) {
      last.push(event);
      room -= event.bytes.length;
    } else {
      batches.push([event]);
      room = mostBytes - event.bytes.length;
    }
  }
  return batches;
}
