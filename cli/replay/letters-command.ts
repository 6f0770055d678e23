import { createLetterFilter } from '../dead-letters/letter-filter.ts';
import { toQuery } from '../dead-letters/letter-options.ts';
import type { LetterOptions } from '../dead-letters/letter-options.ts';
import { built } from '../built.ts';
import { createProgress } from '../progress.ts';
import { UsageError } from '../usage-error.ts';
import { countsAsJson, describeCounts, progressOf } from './describe-counts.ts';
import { interruption } from './interruption.ts';
import { noCounts } from './replay-letters.ts';

export interface ReplayLettersOptions extends LetterOptions {
  readonly dryRun?: true;
  readonly rate?: number;
  readonly again?: true | number;
  readonly takeOver?: true;
  readonly consumerGroup?: string;
  readonly json?: true;
}

/** Messages a second, unless it is given. */
export const LETTERS_RATE = 100;

export async function replayLettersCommand(options: ReplayLettersOptions): Promise<void> {
  const filter = createLetterFilter(toQuery(options));
  const began = Date.now();
  const dryRun = options.dryRun === true;
  const counts = noCounts();
  const progress = createProgress({ json: options.json === true });
  const signal = interruption();
  // The SDK takes a moment to load, and nobody should wait for it to hear of a wrong option.
  const { runLetters } = await built(() => import('./run-letters.ts'));
  progress.begin(dryRun ? 'Reading dead letters' : 'Sending dead letters again');
  try {
    await runLetters(
      {
        filter,
        dryRun,
        rate: options.rate ?? LETTERS_RATE,
        againBefore: options.again === true ? began : options.again,
        takeOver: options.takeOver === true,
        consumerGroup: options.consumerGroup,
        signal,
        onProgress: (now) => progress.update(progressOf(now)),
      },
      counts,
    );
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${describeCounts(counts, { dryRun })} Then: ${reason}${goOn(options, began)}`, {
      cause,
    });
  } finally {
    progress.stop();
  }
  if (options.json) console.log(countsAsJson(counts, dryRun));
  else progress.done(describeCounts(counts, { dryRun }));
  if (signal.aborted) throw new Error(`It was stopped.${goOn(options, began)}`);
}

/** What goes on with it is the same command; but --again must know what is done already. */
function goOn({ again }: ReplayLettersOptions, began: number): string {
  if (again === undefined) return ' The same command goes on with it.';
  const before = new Date(again === true ? began : again).toISOString();
  return ` The same command goes on with it, with --again ${before}`;
}
