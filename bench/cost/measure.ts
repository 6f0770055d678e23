import type { Vitals } from '../../local/host/vitals.ts';
import { startStack } from '../../local/stack.ts';
import type { Stack } from '../../local/stack.ts';
import type { OnStorageAnswer } from '../../local/storage/fault-proxy.ts';
import { LEDGER_TABLE } from '../../shared/azure/ledger-table.ts';
import type { SampleMessage } from '../../cli/sample/message.ts';
import { sampleStream } from '../../cli/sample/stream.ts';
import type { InvocationEnd } from '../../local/host/host.ts';
import { billedSlices } from '../../shared/ledger/tally.ts';

/** Of each hub. */
export const PARTITIONS = 4;

export interface MeasureOptions {
  /** Of each partition. */
  readonly batches: number;
  /** So many messages make one. */
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

/** What the app has used for so many records. */
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
  readonly ledgerTransactions: number;
  /** Of what category functions remember, and of their alerts. */
  readonly stateTransactions: number;
  /** Milliseconds of CPU, with those of the host's stand-in, which receives events and writes checkpoints in the same process. */
  readonly cpu: number;
}

const OVERRIDE = 'AzureFunctionsJobHost__extensions__eventHubs__';

/**
 * Sends a sample to the built app in batches of one size, over the emulator and Azurite, and counts what it asks of them. A first batch
 * of each partition is not counted: code is compiled, and blobs are looked for that are known from then on.
 */
export async function measureUse({ batches, batch, categories, seed }: MeasureOptions): Promise<Used> {
  const counter = createCounter();
  let vitals: Vitals | undefined;
  const stack = await startStack({
    settings: settingsFor(batch),
    partitions: PARTITIONS,
    maxBytesPerPartition: Number.MAX_SAFE_INTEGER,
    onVitals: (latest) => (vitals = latest),
    onInvocation: counter.onInvocation,
    onStorageAnswer: counter.onStorageAnswer,
  });
  const perRound = PARTITIONS * batch;
  const sample = [
    ...sampleStream({ seed, start: Date.now(), messages: (1 + batches) * perRound, faults: 0, categories }),
  ];
  try {
    await send(stack, sample.slice(0, perRound));
    const [before, passedOnBefore] = [await nextVitals(() => vitals), sizesOn(stack, 'records').length];
    counter.start();
    const sent = await send(stack, sample.slice(perRound));
    const after = await nextVitals(() => vitals);
    const passedOn = flowOf(sizesOn(stack, 'records').slice(passedOnBefore));
    return { ...sent, passedOn, ...counter.counts(), cpu: after.cpu - before.cpu };
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

/** Resolves when all is taken in, and handed to the category functions. */
async function send(
  stack: Stack,
  messages: readonly SampleMessage[],
): Promise<Pick<Used, 'records' | 'source'>> {
  await stack.send(messages.map(({ body }) => body));
  await stack.drain();
  const counts = messages.flatMap(({ expect }) => Object.values(expect.archived));
  return {
    records: counts.reduce((sum, n) => sum + n, 0),
    source: flowOf(messages.map(({ body }) => body.length)),
  };
}

/** In the order in which they came. */
function sizesOn({ hubs }: Stack, hub: string): number[] {
  return hubs
    .hub(hub)
    .partitions.flatMap((partition) => partition.events())
    .toSorted((a, b) => a.enqueuedTime - b.enqueuedTime)
    .map(
      ({ body, applicationProperties }) =>
        body.length + Buffer.byteLength(JSON.stringify(applicationProperties)),
    );
}

function flowOf(sizes: readonly number[]): Flow {
  const sum = (of: (size: number) => number): number => sizes.reduce((total, size) => total + of(size), 0);
  return { messages: sizes.length, bytes: sum((size) => size), slices: sum(billedSlices) };
}

/** A transaction names its table within. */
function isOfLedger(path: string, body: Buffer): boolean {
  return path.includes(LEDGER_TABLE) || body.includes(`/${LEDGER_TABLE}(`);
}

function createCounter() {
  const blobs = new Set<string>();
  const counts = {
    blocks: 0,
    storedBytes: 0,
    writes: 0,
    reads: 0,
    ledgerTransactions: 0,
    stateTransactions: 0,
  };
  const executions = { ingest: 0, records: 0 };
  let isCounting = false;

  const onInvocation = ({ functionName, events = 0 }: InvocationEnd): void => {
    if (isCounting && events > 0 && (functionName === 'ingest' || functionName === 'records'))
      executions[functionName] += 1;
  };

  const onStorageAnswer: OnStorageAnswer = ({ service, kind, path }, { body }) => {
    // Who reads a partition is renewed by time, whether events come or not.
    if (!isCounting || kind === 'ownership') return;
    if (service === 'table') counts[isOfLedger(path, body) ? 'ledgerTransactions' : 'stateTransactions'] += 1;
    else if (kind === 'read') counts.reads += 1;
    else counts.writes += 1;
    if (kind !== 'stage') return;
    counts.blocks += 1;
    counts.storedBytes += body.length;
    blobs.add(new URL(path, 'http://storage').pathname);
  };

  return {
    onInvocation,
    onStorageAnswer,
    start: () => (isCounting = true),
    counts: () => ({ ...counts, executions, blobs: blobs.size }),
  };
}
