import path from 'node:path';
import { startStack } from '../../local/stack.ts';
import type { Stack } from '../../local/stack.ts';
import { capacityReport } from '../../shared/capacity.ts';
import type { CapacityReport } from '../../shared/capacity.ts';
import { MINUTE, startOf } from '../../shared/time.ts';
import { measuredInput } from '../capacity/read-input.ts';
import { readLedger } from '../read-back/ledger.ts';
import { readBack } from '../read-back/read-back.ts';
import type { ReadBack, ReadBackOptions } from '../read-back/read-back.ts';
import { progressLine } from '../progress-line.ts';
import { summarise } from '../summary.ts';
import type { Findings } from '../summary.ts';
import { count, megabytes, number } from '../format.ts';
import type { DemoMessages } from './messages.ts';
import type { Progress } from '../progress.ts';

export interface DemoOptions {
  readonly messages: DemoMessages;
  readonly keep: ReadBackOptions['keep'];
  /** Whether to estimate what it would take in Azure. */
  readonly estimate: boolean;
  readonly progress: Progress;
  /** Of the app, where it is not this project's. */
  readonly appFolder?: string | undefined;
}

export interface DemoResult extends Findings {
  readonly read: ReadBack;
  /** From the first message sent until all were taken in and handed to the category functions. */
  readonly tookMs: number;
  /** Of the minutes in which they were. Where it was asked for. */
  readonly capacity: CapacityReport | undefined;
}

/** Sends the messages through the whole of Sluice, and reads back what has come of them. Leaves nothing running. */
export async function runDemo({
  messages,
  keep,
  estimate,
  progress,
  appFolder,
}: DemoOptions): Promise<DemoResult> {
  progress.begin('Starting storage (Azurite), Event Hubs (emulator) and the app');
  const stack = await startStack({
    tier: messages.tier,
    ...(appFolder !== undefined && { appFolder: path.resolve(appFolder) }),
    // What a hub has let go cannot be read back.
    maxBytesPerPartition: Number.MAX_SAFE_INTEGER,
    log: ({ level, category, message }) => {
      if (level === 'error' || level === 'critical') progress.note(`[${category}] ${message}`);
    },
  });
  try {
    const functions = stack.host.functions.map(({ name }) => name).join(', ');
    progress.done(`Storage, Event Hubs and the app are running: functions ${functions}`);
    const from = startOf(MINUTE, Date.now());
    const tookMs = await sendAndDrain(stack, messages, progress);
    progress.begin('Reading back the archive, dead letters, records hub and ledger');
    const read = await readBack({ settings: stack.settings, recordsHubs: stack.recordsHubs, keep });
    progress.done(`Read back ${count(read.blobs.length, 'blob')}, the records hub and the ledger`);
    const capacity = estimate ? await estimateFrom(from, stack) : undefined;
    return { ...summarise(read, messages.bodies.length, messages.expected), read, tookMs, capacity };
  } finally {
    progress.stop();
    await stack.close();
  }
}

async function estimateFrom(from: number, { settings }: Stack): Promise<CapacityReport> {
  const span = { from, to: startOf(MINUTE, Date.now()) + MINUTE };
  return capacityReport(await measuredInput({ env: settings, place: 'the demo' }, span, () => {}));
}

async function sendAndDrain(
  stack: Stack,
  { bodies, bytes, title, detail }: DemoMessages,
  progress: Progress,
): Promise<number> {
  const started = performance.now();
  const elapsed = (): number => performance.now() - started;
  progress.begin(`Sending ${title}`);
  await stack.send(bodies, { onSent: (sent) => progress.update(`Sending ${title}: ${number(sent)} sent`) });
  progress.done(`Sent ${title} to the hub ${stack.sourceHubs.join(', ')} (${megabytes(bytes)}, ${detail})`);
  progress.begin('Taking them in');
  await stack.drain(async (drained) => {
    const sums = await readLedger(stack.settings['LedgerStorage'] ?? '');
    progress.update(progressLine(drained, sums, (sums.total.records / elapsed()) * 1000));
  });
  const tookMs = elapsed();
  progress.done('Archived, passed on, and handed to the category functions');
  return tookMs;
}
