import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { capacityReport } from '../../shared/capacity.ts';
import type { CapacityInput } from '../../shared/capacity.ts';
import { TIER_NAMES } from '../../shared/capacity/limits.ts';
import type { TierName } from '../../shared/capacity/report.ts';
import { withWhatIf } from '../../shared/capacity/what-if.ts';
import { createProgress } from '../progress.ts';
import { duration, numberBetween, wholeNumber } from '../run-command.ts';
import { UsageError } from '../usage-error.ts';

const DEFAULT_SINCE = 6 * 3_600;
/** Every minute of it is in memory for each category. */
const LONGEST_SINCE = 31 * 86_400;
const MOST_DAYS = 146_000;
const MOST_FACTOR = 10_000;
const MOST_PER_SECOND = 100_000_000;
const LARGEST_MESSAGE = 20 * 1024 * 1024;

interface Options {
  readonly since: number;
  readonly json?: true;
  readonly eventsPerSecond?: number;
  readonly bytes?: number;
  readonly messageBytes?: number;
  readonly partitions: number;
  readonly fanOut: boolean;
  readonly grow?: number;
  readonly retention?: number;
  readonly tier?: TierName;
}

export function addCapacityCommand(program: Command): void {
  program
    .command('capacity')
    .description(
      'Says what the stream needs, from what the ledger has counted, or from figures that are given: throughput units, ' +
        'partitions, tier, cost, and when the limits are reached.',
    )
    .option('--since <duration>', 'how far back, such as 90m, 6h or 7d', since, DEFAULT_SINCE)
    .option('--json', 'print the report as one JSON object')
    .option(
      '--events-per-second <n>',
      'a stream that is not there yet: no ledger is read',
      numberBetween(0, MOST_PER_SECOND),
    )
    .option('--bytes <n>', 'bytes of an event of that stream', wholeNumber(1, LARGEST_MESSAGE))
    .option(
      '--message-bytes <n>',
      'the sender fills messages of so many bytes with its events, every five minutes; else each is one',
      wholeNumber(1, LARGEST_MESSAGE),
    )
    .option('--partitions <n>', 'of the hubs of that stream', wholeNumber(1, 2_000), 4)
    .option('--no-fan-out', 'that stream is archived only')
    .option('--grow <factor>', 'as if so much more came in, such as 3x', growth)
    .option(
      '--retention <days>',
      'as if everything were kept so long; 0 = for ever',
      wholeNumber(0, MOST_DAYS),
    )
    .addOption(new Option('--tier <tier>', 'reckon with this tier of Event Hubs').choices(TIER_NAMES))
    .addHelpText('after', HELP)
    .action(capacity);
}

const HELP = `
The ledger is that of the stack that npm start has left running, or else that of the app's settings in the environment.
How it is reckoned, and by what prices: docs/capacity.md.

  sluice capacity --since 7d
  sluice capacity --grow 3x --retention 365
  sluice capacity --events-per-second 18 --bytes 2000
  sluice capacity --events-per-second 18 --bytes 2000 --message-bytes 256000 --tier standard`;

async function capacity(options: Options): Promise<void> {
  const progress = createProgress({ json: options.json === true });
  try {
    const input = withWhatIf(await readInput(options, (text) => progress.begin(text)), {
      grow: options.grow,
      retentionDays: options.retention,
      tier: options.tier,
    });
    progress.stop();
    const report = capacityReport(input);
    if (options.json) console.log(JSON.stringify(report));
    else console.log((await import('../capacity/describe-report.ts')).describeReport(report));
  } finally {
    progress.stop();
  }
}

async function readInput(options: Options, begin: (text: string) => void): Promise<CapacityInput> {
  const { eventsPerSecond, bytes, messageBytes, partitions, fanOut } = options;
  if ((eventsPerSecond === undefined) !== (bytes === undefined))
    throw new UsageError('A stream needs both --events-per-second and --bytes.');
  if (eventsPerSecond === undefined && messageBytes !== undefined)
    throw new UsageError('--message-bytes is of a stream that --events-per-second and --bytes describe.');
  if (messageBytes !== undefined && bytes !== undefined && messageBytes < bytes)
    throw new UsageError(`A message of ${messageBytes} bytes holds no event of ${bytes}.`);
  const { assumedInput, ledgerInput } = await import('../capacity/read-input.ts');
  if (eventsPerSecond === undefined || bytes === undefined) {
    begin('Reading the ledger');
    return ledgerInput(options.since);
  }
  return assumedInput({ eventsPerSecond, bytes, messageBytes, partitions, fanOut }, Date.now());
}

function since(text: string): number {
  const seconds = duration(text);
  if (seconds <= LONGEST_SINCE) return seconds;
  throw new InvalidArgumentError('It must not be longer than 31d.');
}

function growth(text: string): number {
  const [, digits = ''] = /^(\d+(?:\.\d+)?)x?$/.exec(text) ?? [];
  const factor = Number(digits);
  if (digits !== '' && factor > 0 && factor <= MOST_FACTOR) return factor;
  throw new InvalidArgumentError('It must be a factor such as 3x or 1.5x.');
}
