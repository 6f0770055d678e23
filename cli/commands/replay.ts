import { Option } from 'commander';
import type { Command } from 'commander';
import { createLetterFilter } from '../dead-letters/letter-filter.ts';
import { addLetterOptions, toQuery } from '../dead-letters/letter-options.ts';
import type { LetterOptions } from '../dead-letters/letter-options.ts';
import { createProgress } from '../progress.ts';
import { countsAsJson, describeCounts, progressOf } from '../replay/describe-counts.ts';
import { noCounts } from '../replay/replay-letters.ts';
import { numberBetween } from '../run-command.ts';
import { timeOrAgo } from '../time-range.ts';
import { UsageError } from '../usage-error.ts';

const DEFAULT_RATE = 100;
const MOST_PER_SECOND = 10_000;

interface Options extends LetterOptions {
  readonly dryRun?: true;
  readonly rate?: number;
  readonly again?: true | number;
  readonly takeOver?: true;
  readonly consumerGroup?: string;
  readonly json?: true;
}

export function addReplayCommand(program: Command): void {
  const command = program
    .command('replay')
    .description(
      'Sends dead letters again, once what they failed on is mended: each to the hub and partition that it came from, every byte ' +
        'as it is, and none of them twice.',
    );
  addLetterOptions(command)
    .option('--dry-run', 'say what would be sent, and send nothing')
    .option(
      '--rate <n>',
      `messages a second; ${DEFAULT_RATE}, unless given`,
      numberBetween(0.01, MOST_PER_SECOND),
    )
    .addOption(
      new Option(
        '--again [before]',
        'send even what was sent before (earlier than that time): what of it was archived will be there twice',
      ).argParser(timeOrAgo),
    )
    .option('--take-over', 'begin though another run says that it is under way')
    .option('--consumer-group <name>', 'to look for what a run that died has sent; not the one of the app')
    .option('--json', 'the result as JSON')
    .addHelpText('after', HELP)
    .action(replay);
}

const HELP = `
What a category function failed on goes to the records hub again, for that function alone; it is in the archive already.
Run it again after it was cut short: it goes on where it was. Each letter that is sent is noted in the ledger.

  sluice replay --reason invalid --category "entra/*" --dry-run
  sluice replay --reason handler-failed --handler riskySignIns --from 7d`;

async function replay(options: Options): Promise<void> {
  const filter = createLetterFilter(toQuery(options));
  const began = Date.now();
  const dryRun = options.dryRun === true;
  const counts = noCounts();
  const progress = createProgress({ json: options.json === true });
  const interrupted = new AbortController();
  const stop = (): void => interrupted.abort();
  // A second Ctrl-C finds no handler any more, and ends the process at once.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  // The SDK takes a moment to load, and nobody should wait for it to hear of a wrong option.
  const { runLetters } = await import('../replay/run-letters.ts');
  progress.begin(dryRun ? 'Reading dead letters' : 'Sending dead letters again');
  try {
    await runLetters(
      {
        filter,
        dryRun,
        rate: options.rate ?? DEFAULT_RATE,
        againBefore: options.again === true ? began : options.again,
        takeOver: options.takeOver === true,
        consumerGroup: options.consumerGroup,
        signal: interrupted.signal,
        onProgress: (now) => progress.update(progressOf(now)),
      },
      counts,
    );
    const result = describeCounts(counts, { dryRun });
    if (options.json) console.log(countsAsJson(counts, dryRun));
    else progress.done(result);
    if (interrupted.signal.aborted) throw new Error(`It was stopped.${goOn(options, began)}`);
  } catch (cause) {
    if (cause instanceof UsageError || interrupted.signal.aborted) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${describeCounts(counts, { dryRun })} Then: ${reason}${goOn(options, began)}`, {
      cause,
    });
  } finally {
    progress.stop();
  }
}

/** What goes on with it is the same command; but --again must know what is done already. */
function goOn({ again }: Options, began: number): string {
  if (again === undefined) return ' The same command goes on with it.';
  const before = new Date(again === true ? began : again).toISOString();
  return ` The same command goes on with it, with --again ${before}`;
}
