import type { Stack } from '../../local/stack.ts';
import { sampleStream } from '../sample/stream.ts';
import { pause } from './status.ts';

const FAULTS = 0.06;
const SECOND_MS = 1_000;

export interface Samples {
  /** Sends so many messages at once. */
  burst(messages: number): Promise<void>;
  /** Sends so many a second, until everything stops. */
  stream(messagesPerSecond: number, stopping: AbortSignal): Promise<void>;
}

/** Samples that go on and on; no two runs have the same. */
export function createSamples(stack: Stack): Samples {
  const seed = Date.now() % 2 ** 32;
  const messages = sampleStream({ seed, start: Date.now(), messages: Infinity, faults: FAULTS });

  async function burst(n: number): Promise<void> {
    const bodies: Buffer[] = [];
    while (bodies.length < n) {
      const next = messages.next();
      if (next.done) break;
      bodies.push(next.value.body);
    }
    await stack.send(bodies);
  }

  async function stream(messagesPerSecond: number, stopping: AbortSignal): Promise<void> {
    for (let due = performance.now(); !stopping.aborted;) {
      await burst(messagesPerSecond);
      due += SECOND_MS;
      await pause(Math.max(0, due - performance.now()), stopping);
    }
  }

  return { burst, stream };
}
