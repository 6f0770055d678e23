import type { Vitals } from '../../local/host/vitals.ts';
import { startStack } from '../../local/stack.ts';
import type { Stack } from '../../local/stack.ts';
import type { OnStorageAnswer } from '../../local/storage/fault-proxy.ts';
import { sampleStream } from '../../cli/sample/stream.ts';
import { billedSlices } from '../../shared/tally.ts';

export interface MeasureOptions {
  readonly messages: number;
  /** So many of a partition make a batch. */
  readonly batch: number;
  readonly categories: readonly string[] | undefined;
  readonly seed: number;
}

/** What messages on a hub are billed by. */
export interface Flow {
  readonly messages: number;
  /** With the properties. */
  readonly bytes: number;
  /** Of 64 KB, begun ones. */
  readonly slices: number;
}

/** What the app has used for so many records. Start-up is not among it. */
export interface Used {
  readonly records: number;
  readonly source: Flow;
  readonly passedOn: Flow;
  /** Invocations that handled events. */
  readonly executions: { readonly ingest: number; readonly records: number };
  readonly blocks: number;
  readonly blobs: number;
  /** In the blocks, packed. */
  readonly storedBytes: number;
  /** Block, list and checkpoint: each is billed as a write. */
  readonly writes: number;
  readonly reads: number;
  readonly tableTransactions: number;
  /** Milliseconds of CPU, with those of the host's stand-in, which receives events and writes checkpoints in the same process. */
  readonly cpu: number;
}

const OVERRIDE = 'AzureFunctionsJobHost__extensions__eventHubs__';

/** Sends a sample to the built app in batches of one size, over the emulator and Azurite, and counts what it asks of them. */
export async function measureUse(options: MeasureOptions): Promise<Used> {
  const counter = createCounter();
  let vitals: Vitals | undefined;
  const executions = { ingest: 0, records: 0 };
  const stack = await startStack({
    settings: settingsFor(options.batch),
    maxBytesPerPartition: Number.MAX_SAFE_INTEGER,
    onVitals: (latest) => (vitals = latest),
    onInvocation: ({ functionName, events = 0 }) => {
      if (events > 0 && Object.hasOwn(executions, functionName))
        executions[functionName as keyof typeof executions] += 1;
    },
    onStorageAnswer: counter.onStorageAnswer,
  });
  try {
    const before = await nextVitals(() => vitals);
    counter.start();
    const { records, source } = await sendSample(stack, options);
    await stack.drain();
    const after = await nextVitals(() => vitals);
    const passedOn = flowOf(eventsOf(stack, 'records'));
    return { records, source, passedOn, executions, ...counter.counts(), cpu: after.cpu - before.cpu };
  } finally {
    await stack.close();
  }
}

/** What they ask of storage is a matter of time and not of records. */
const TIMERS = ['settle', 'catch_up', 'capacity', 'retention', 'forget'];

/** As in Azure, a batch waits for 30 seconds at most. */
function settingsFor(batch: number): Record<string, string> {
  return {
    [`${OVERRIDE}minEventBatchSize`]: String(batch),
    [`${OVERRIDE}maxEventBatchSize`]: String(batch),
    [`${OVERRIDE}maxWaitTime`]: '00:00:30',
    ...Object.fromEntries(TIMERS.map((name) => [`AzureWebJobs.${name}.Disabled`, 'true'])),
  };
}

async function nextVitals(latest: () => Vitals | undefined): Promise<Vitals> {
  const before = latest();
  for (;;) {
    const now = latest();
    if (now !== undefined && now !== before) return now;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function sendSample(
  stack: Stack,
  { messages, categories, seed }: MeasureOptions,
): Promise<Pick<Used, 'records' | 'source'>> {
  const sample = [...sampleStream({ seed, start: Date.now(), messages, faults: 0, categories })];
  await stack.send(sample.map(({ body }) => body));
  const records = sample
    .flatMap(({ expect }) => Object.values(expect.archived))
    .reduce((sum, n) => sum + n, 0);
  return { records, source: flowOf(sample.map(({ body }) => body.length)) };
}

function eventsOf({ hubs }: Stack, hub: string): number[] {
  return hubs
    .hub(hub)
    .partitions.flatMap((partition) => partition.events())
    .map(
      ({ body, applicationProperties }) =>
        body.length + Buffer.byteLength(JSON.stringify(applicationProperties)),
    );
}

function flowOf(sizes: readonly number[]): Flow {
  const sum = (of: (size: number) => number): number => sizes.reduce((total, size) => total + of(size), 0);
  return { messages: sizes.length, bytes: sum((size) => size), slices: sum(billedSlices) };
}

function createCounter() {
  const blobs = new Set<string>();
  const counts = { blocks: 0, storedBytes: 0, writes: 0, reads: 0, tableTransactions: 0 };
  let isCounting = false;

  const onStorageAnswer: OnStorageAnswer = ({ service, kind, path }, { body }) => {
    // Who reads a partition is renewed by time, whether events come or not.
    if (!isCounting || kind === 'ownership') return;
    if (service === 'table') counts.tableTransactions += 1;
    else if (kind === 'read') counts.reads += 1;
    else counts.writes += 1;
    if (kind !== 'stage') return;
    counts.blocks += 1;
    counts.storedBytes += body.length;
    blobs.add(new URL(path, 'http://storage').pathname);
  };

  return {
    onStorageAnswer,
    start: () => (isCounting = true),
    counts: () => ({ ...counts, blobs: blobs.size }),
  };
}
