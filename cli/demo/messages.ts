import type { Tier } from '../../local/event-hubs/limits.ts';
import { sampleStream } from '../sample/stream.ts';
import type { Expected } from '../summary.ts';
import { megabytes, number } from './format.ts';
import { readInput, tierFor } from './input.ts';

/** What the demo sends. */
export interface DemoMessages {
  readonly bodies: readonly Buffer[];
  /** Of the emulator, so that the largest of them fits. */
  readonly tier: Tier;
  /** What should come of them; known of the sample only. */
  readonly expected?: Expected;
  /** For a person: what they are. */
  readonly title: string;
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
  const what = `sample messages (${size(bodies)}; all five products, some messages faulty)`;
  return {
    bodies,
    tier: 'standard',
    expected: { archived, reasons },
    title: `${number(bodies.length)} ${what}`,
  };
}

/** Throws an UsageError for what cannot be read or sent. */
export async function inputMessages(paths: readonly string[]): Promise<DemoMessages> {
  const messages = await readInput(paths);
  const tier = tierFor(messages);
  const bodies = messages.map(({ body }) => body);
  const large = tier === 'dedicated' ? '; the largest need the dedicated tier' : '';
  return { bodies, tier, title: `${number(bodies.length)} messages (${size(bodies)}) of yours${large}` };
}

function size(bodies: readonly Buffer[]): string {
  return megabytes(bodies.reduce((sum, { length }) => sum + length, 0));
}
