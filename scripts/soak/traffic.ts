import { setTimeout as sleep } from 'node:timers/promises';
import type { Expected } from '../../cli/summary.ts';
import { sampleStream } from '../../cli/sample/stream.ts';
import type { SampleMessage } from '../../cli/sample/message.ts';

export interface TrafficOptions {
  readonly recordsPerSecond: number;
  readonly durationMs: number;
  readonly seed: number;
  readonly send: (bodies: readonly Buffer[]) => Promise<number>;
  readonly onSent: (sent: Sent) => void;
}

/** So far. */
export interface Sent {
  readonly messages: number;
  readonly records: number;
  readonly bytes: number;
  readonly elapsedMs: number;
}

export interface Traffic extends Sent {
  /** What should come of it. */
  readonly expected: Expected;
}

/** A faulty message in fifty: each kind of fault comes up every now and then. */
const FAULTS = 0.02;
const TICK_MS = 250;

/** Sends sample messages of all products for so long. What a late tick has not sent, the next one does. */
export async function sendSteadily({
  recordsPerSecond,
  durationMs,
  seed,
  send,
  onSent,
}: TrafficOptions): Promise<Traffic> {
  const stream = sampleStream({ seed, start: Date.now(), messages: Infinity, faults: FAULTS });
  const counts = createCounts();
  const began = performance.now();
  const elapsed = (): number => performance.now() - began;
  for (let tick = 1; elapsed() < durationMs; tick++) {
    const due = (recordsPerSecond * Math.min(elapsed() + TICK_MS, durationMs)) / 1_000;
    await send(takeUntil(stream, due, counts));
    onSent({ ...counts.soFar(), elapsedMs: elapsed() });
    await sleep(Math.max(0, Math.min(tick * TICK_MS, durationMs) - elapsed()));
  }
  return { ...counts.soFar(), elapsedMs: elapsed(), expected: counts.expected };
}

function takeUntil(stream: Generator<SampleMessage>, records: number, counts: Counts): Buffer[] {
  const bodies: Buffer[] = [];
  while (counts.soFar().records < records) {
    const next = stream.next();
    if (next.done) break;
    counts.add(next.value);
    bodies.push(next.value.body);
  }
  return bodies;
}

type Counts = ReturnType<typeof createCounts>;

function createCounts() {
  const archived: Record<string, number> = {};
  const reasons: Record<string, number> = {};
  let [messages, records, bytes] = [0, 0, 0];

  function add({ body, expect }: SampleMessage): void {
    messages += 1;
    bytes += body.length;
    for (const [category, n] of Object.entries(expect.archived)) {
      archived[category] = (archived[category] ?? 0) + n;
      records += n;
    }
    if (expect.deadLetter === undefined) return;
    reasons[expect.deadLetter] = (reasons[expect.deadLetter] ?? 0) + 1;
    records += 1;
  }

  return { add, soFar: () => ({ messages, records, bytes }), expected: { archived, reasons } };
}
