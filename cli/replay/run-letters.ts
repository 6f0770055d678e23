import { azureLedgerTable, LEDGER_TABLE } from '../../shared/azure/ledger-table.ts';
import { tableClient } from '../../shared/azure/clients.ts';
import { ONLOOKERS } from '../../local/onlookers.ts';
import type { LetterFilter } from '../dead-letters/letter-filter.ts';
import { openLetters } from '../dead-letters/open-letters.ts';
import { findSettings, storageConnection } from '../found-settings.ts';
import { createPacer } from '../pacer.ts';
import { openDestinations } from './destinations.ts';
import { noCounts, replayLetters } from './replay-letters.ts';
import type { ReplayCounts } from './replay-letters.ts';
import { takeLock } from './run-lock.ts';

export interface RunOptions {
  readonly filter: LetterFilter;
  readonly dryRun: boolean;
  /** Messages a second. */
  readonly rate: number;
  /** See `ReplayDeps`. */
  readonly againBefore: number | undefined;
  readonly takeOver: boolean;
  readonly consumerGroup: string | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (counts: Readonly<ReplayCounts>) => void;
}

/** Replays the dead letters of the app whose settings are found. `counts` holds how far it came, even when it throws. */
export async function runLetters(
  options: RunOptions,
  counts: ReplayCounts = noCounts(),
): Promise<ReplayCounts> {
  const settings = await findSettings();
  const table = azureLedgerTable(tableClient(storageConnection(settings, 'LedgerStorage'), LEDGER_TABLE));
  const { groups } = await openLetters(options.filter);
  const consumerGroup = options.consumerGroup ?? (settings.isRunning ? ONLOOKERS : undefined);
  const destinations = openDestinations(settings, consumerGroup);
  try {
    const lock = options.dryRun ? undefined : await takeLock(table, options);
    try {
      const { againBefore, signal, onProgress } = options;
      const pace = createPacer(options.rate);
      const deps = {
        table,
        lock,
        destinationOf: destinations.of,
        pace,
        now: Date.now,
        againBefore,
        signal,
        onProgress,
      };
      await replayLetters(groups(), counts, deps);
    } finally {
      await lock?.release();
    }
  } finally {
    await destinations.close();
  }
  return counts;
}
