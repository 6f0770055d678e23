import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../../local/stack.ts';
import { progressLine } from '../progress-line.ts';
import { readLedger } from '../read-back/ledger.ts';

const EVERY_MS = 3_000;

/** Prints how far the app is, every few seconds, while that changes. Throws an Error when the app has died. */
export async function printStatus(stack: Stack, stopping: AbortSignal): Promise<void> {
  let before = '';
  let records = 0;
  while (!stopping.aborted) {
    await pause(EVERY_MS, stopping);
    if (stopping.aborted) return;
    stack.host.checkAlive();
    const progress = await stack.progress();
    const moved = JSON.stringify(progress);
    if (moved === before || progress.sent === 0) continue;
    before = moved;
    const sums = await readLedger(stack.settings['LedgerStorage'] ?? '');
    console.log(progressLine(progress, sums, ((sums.total.records - records) / EVERY_MS) * 1000));
    records = sums.total.records;
  }
}

/** Ends early, and quietly, when everything does. */
export async function pause(milliseconds: number, stopping: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal: stopping }).catch((error: unknown) => {
    if (!stopping.aborted) throw error;
  });
}
