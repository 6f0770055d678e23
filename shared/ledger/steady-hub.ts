import type { OutgoingMessage, RecordsHub } from '../sinks.ts';
import { SECOND } from '../time.ts';

export interface SteadyHubDeps {
  readonly recordsHub: RecordsHub;
  /** Of messages' bodies and properties; at the most, on average. */
  readonly bytesPerSecond: number;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

/** A records hub that is sent to no faster than so: what has waited for days must not use up what today's records need. */
export function steadyHub({ recordsHub, bytesPerSecond, now, sleep }: SteadyHubDeps): RecordsHub {
  let due = now();

  return {
    maxMessageBytes: (hub) => recordsHub.maxMessageBytes(hub),

    async send(hub, partitionKey, messages) {
      const wait = due - now();
      // Claimed before the wait: who comes meanwhile waits behind it.
      due = Math.max(due, now()) + (sizeOf(messages) / bytesPerSecond) * SECOND;
      if (wait > 0) await sleep(wait);
      await recordsHub.send(hub, partitionKey, messages);
    },
  };
}

function sizeOf(messages: readonly OutgoingMessage[]): number {
  return messages.reduce((sum, { body, properties }) => sum + body.length + textIn(properties), 0);
}

function textIn(properties: OutgoingMessage['properties']): number {
  return Object.values(properties).reduce<number>((sum, value) => sum + String(value).length, 0);
}
