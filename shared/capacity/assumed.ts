import { HOUR, MINUTE } from '../time.ts';
import { billedSlices, emptyTally } from '../tally.ts';
import { createMeter } from './measures.ts';
import type { Measures } from './measures.ts';

/** A stream that nobody has measured. */
export interface Assumed {
  readonly eventsPerSecond: number;
  /** Of an event. */
  readonly bytes: number;
  /** The sender fills messages of so many bytes with them, and sends what it has every five minutes. Undefined: each is a message. */
  readonly messageBytes: number | undefined;
}

/** Products that collect events send them so often. */
const INTERVAL_SECONDS = 300;

/** Whole ones, of which the last need not be full. */
export function messagesPerInterval(
  { eventsPerSecond, bytes, messageBytes }: Assumed,
  seconds = INTERVAL_SECONDS,
): number {
  const events = eventsPerSecond * seconds;
  // A rounding error in the last digits fills no message.
  return messageBytes === undefined ? events : Math.ceil((events * bytes) / messageBytes - 1e-9);
}

/** What the ledger would have counted of it: an hour of which every minute is the same. */
export function assumedMeasures(assumed: Assumed, category: string, now: number): Measures {
  const [from, to] = [now - HOUR, now];
  const meter = createMeter(from, to);
  const messages = (messagesPerInterval(assumed) / INTERVAL_SECONDS) * 60;
  const records = assumed.eventsPerSecond * 60;
  const bytes = records * assumed.bytes;
  const largest = messages > 0 ? bytes / messages : 0;
  const partition = { namespace: ASSUMED.namespace, hub: ASSUMED.hub, id: '0' };
  for (let minute = from; minute < to; minute += MINUTE) {
    const counts = { records, bytes, messages, archived: records, passedOn: records };
    meter.addMinute(partition, {
      minute,
      first: 0,
      last: 0,
      minTime: minute,
      maxTime: minute,
      messages,
      bytes,
      largest,
      slices: messages * billedSlices(largest),
      salvagedMessages: 0,
      rungs: {},
      categories: { [category]: { ...emptyTally(), ...counts, largest: assumed.bytes } },
      blocks: {},
    });
  }
  return meter;
}

/** Where an assumed stream comes in. */
export const ASSUMED = { namespace: 'namespace', hub: 'hub' } as const;
