import { loadavg } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readBack } from '../../cli/read-back/read-back.ts';
import { summarise } from '../../cli/summary.ts';
import type { Summary } from '../../cli/summary.ts';
import type { Vitals } from '../../local/host/vitals.ts';
import { startStack } from '../../local/stack.ts';
import type { Stack } from '../../local/stack.ts';
import { watchJourneys } from './latencies.ts';
import type { JourneyWatch } from './latencies.ts';
import { latenciesOf, stretchesOf } from './sample.ts';
import type { Sample, Stretch } from './sample.ts';
import { sendSteadily } from './traffic.ts';
import type { Sent, Traffic } from './traffic.ts';
import { judge } from './verdict.ts';
import type { Verdict } from './verdict.ts';

export interface SoakOptions {
  readonly durationMs: number;
  readonly recordsPerSecond: number;
  readonly seed: number;
  /** The longest that a batch waits for messages, in seconds. */
  readonly waitSeconds: number;
  /** Of the app, where it is not this project's. */
  readonly appFolder?: string | undefined;
  readonly onPhase: (phase: 'sending' | 'draining' | 'reading back') => void;
  readonly onSample: (sample: Sample, sent: Sent | undefined) => void;
  /** Told how many bytes of blobs and messages have been read back. */
  readonly onReadBack: (bytes: number) => void;
  /** What the app or its host says of trouble. */
  readonly onTrouble: (line: string) => void;
}

export interface SoakResult {
  readonly began: string;
  readonly options: Pick<SoakOptions, 'durationMs' | 'recordsPerSecond' | 'seed' | 'waitSeconds'>;
  readonly traffic: Traffic;
  /** While messages were sent. */
  readonly samples: readonly Sample[];
  readonly stretches: readonly Stretch[];
  readonly latencies: ReturnType<typeof latenciesOf>;
  readonly drainedMs: number;
  readonly counts: Summary;
  readonly verdict: Verdict;
}

const SOURCE_HUB = 'logs';
const RECORDS_HUB = 'records';
const SAMPLE_MS = 1_000;
const OVERRIDE = 'AzureFunctionsJobHost__extensions__eventHubs__';

/** Runs the built app in a process of its own under steady traffic, and judges what it took. Leaves nothing running. */
export async function runSoak(options: SoakOptions): Promise<SoakResult> {
  let vitals: Vitals | undefined;
  const watch = watchJourneys(() => stack.hubs, [SOURCE_HUB, RECORDS_HUB]);
  const stack = await startStack({
    sourceHubs: [SOURCE_HUB],
    recordsHubs: [RECORDS_HUB],
    settings: batching(options.waitSeconds),
    ...(options.appFolder !== undefined && { appFolder: path.resolve(options.appFolder) }),
    // What a hub has let go cannot be read back.
    maxBytesPerPartition: Number.MAX_SAFE_INTEGER,
    onVitals: (latest) => (vitals = latest),
    onStorageAnswer: watch.onStorageAnswer,
    log: ({ level, category, message }) => {
      if (level !== 'information' && level !== 'debug' && level !== 'trace')
        options.onTrouble(`[${category}] ${message}`);
    },
  });
  try {
    return await soak(stack, watch, () => vitals, options);
  } finally {
    await stack.close();
  }
}

/** As host.json has them, but for how long a batch waits. */
function batching(waitSeconds: number): Record<string, string> {
  const time = new Date(waitSeconds * 1_000).toISOString().slice(11, 19);
  return { [`${OVERRIDE}minEventBatchSize`]: '50', [`${OVERRIDE}maxWaitTime`]: time };
}

async function soak(
  stack: Stack,
  watch: JourneyWatch,
  vitals: () => Vitals | undefined,
  options: SoakOptions,
): Promise<SoakResult> {
  const began = Date.now();
  const { durationMs, recordsPerSecond, seed, waitSeconds, onPhase } = options;
  onPhase('sending');
  const { traffic, samples } = await sendAndSample(stack, watch, vitals, options);
  onPhase('draining');
  const drainedMs = await timeOf(() => stack.drain());
  watch.look();
  onPhase('reading back');
  const read = await readBack({
    settings: stack.settings,
    recordsHubs: stack.recordsHubs,
    keep: countBytes(options.onReadBack),
  });
  const { summary, problems } = summarise(read, traffic.messages, traffic.expected);
  const journeys = watch.journeys();
  const sentPerSecond = (traffic.records / traffic.elapsedMs) * 1_000;
  return {
    began: new Date(began).toISOString(),
    options: { durationMs, recordsPerSecond, seed, waitSeconds },
    traffic,
    samples,
    stretches: stretchesOf(journeys, began, began + traffic.elapsedMs),
    latencies: latenciesOf(journeys),
    drainedMs,
    counts: summary,
    verdict: judge({
      samples,
      recordsPerSecond: { asked: recordsPerSecond, sent: sentPerSecond },
      counts: problems,
    }),
  };
}

async function sendAndSample(
  stack: Stack,
  watch: JourneyWatch,
  vitals: () => Vitals | undefined,
  { onSample, ...options }: SoakOptions,
): Promise<{ traffic: Traffic; samples: Sample[] }> {
  const samples: Sample[] = [];
  let sent: Sent | undefined;
  const sending = new AbortController();

  async function sampleOn(): Promise<void> {
    for (let before: Vitals | undefined; !sending.signal.aborted; await sleep(SAMPLE_MS)) {
      watch.look();
      const latest = vitals();
      if (latest === undefined || latest === before) continue;
      before = latest;
      const sample = { ...latest, progress: await stack.progress(), load: loadavg()[0] ?? 0 };
      samples.push(sample);
      onSample(sample, sent);
    }
  }

  async function send(): Promise<Traffic> {
    try {
      return await sendSteadily({
        ...options,
        send: (bodies) => stack.send(bodies),
        onSent: (now) => (sent = now),
      });
    } finally {
      sending.abort();
    }
  }

  const [traffic] = await Promise.all([send(), sampleOn()]);
  return { traffic, samples };
}

function countBytes(onBytes: (bytes: number) => void): (path: string, body: Buffer) => Promise<void> {
  let bytes = 0;
  return async function count(_, body) {
    bytes += body.length;
    onBytes(bytes);
  };
}

async function timeOf(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
