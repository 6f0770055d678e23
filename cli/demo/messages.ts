import type { Tier } from '../../local/event-hubs/limits.ts';
import { sampleStream } from '../sample/stream.ts';
import type { Expected } from '../summary.ts';
import { count } from '../format.ts';
import { readInput, tierFor } from '../input.ts';

/** What the demo sends. */
export interface DemoMessages {
  readonly bodies: readonly Buffer[];
  /** Of the emulator, so that the largest of them fits. */
  readonly tier: Tier;
  /** What should come of them; known of the sample only. */
  readonly expected?: Expected;
  /** For a person: how many of what, and what is to be said of them. */
  readonly title: string;
  readonly detail: string;
  readonly bytes: number;
}

export interface SampleSize {
  readonly messages: number;
  readonly seed: number;
}

/** The share of sample messages with a fault: enough for each kind of fault to come up a few times in 300. */
const FAULTS = 0.06;

export function sampleMessages({ messages, seed }: SampleSize): DemoMessages {
  const archived: Record<string, number> = {};
  const reasons: Record<string, number> = {};
  const bodies: Buffer[] = [];
  for (const { body, expect } of sampleStream({ seed, start: Date.now(), messages, faults: FAULTS })) {
    bodies.push(body);
    for (const [key, n] of Object.entries(expect.archived)) archived[key] = (archived[key] ?? 0) + n;
    if (expect.deadLetter) reasons[expect.deadLetter] = (reasons[expect.deadLetter] ?? 0) + 1;
  }
  return {
    bodies,
    bytes: bytesOf(bodies),
    tier: 'standard',
    expected: { archived, reasons },
    title: count(bodies.length, 'sample message'),
    detail: 'all five products, some of it faulty',
  };
}

/** Throws a UsageError for what cannot be read or sent. */
export async function inputMessages(paths: readonly string[]): Promise<DemoMessages> {
  const messages = await readInput(paths);
  const tier = tierFor(messages);
  const bodies = messages.map(({ body }) => body);
  return {
    bodies,
    bytes: bytesOf(bodies),
    tier,
    title: count(bodies.length, 'message'),
    detail:
      tier === 'dedicated' ? 'some so large that only the dedicated tier takes them' : 'from your files',
  };
}

function bytesOf(bodies: readonly Buffer[]): number {
  return bodies.reduce((sum, { length }) => sum + length, 0);
}
