import { Option } from 'commander';
import type { Command } from 'commander';
import { count } from '../format.ts';
import { createProgress } from '../progress.ts';
import { duration, numberBetween, pointInTime, wholeNumber } from '../run-command.ts';
import { FAULTS } from '../sample/faults.ts';
import { sampleStream } from '../sample/stream.ts';
import type { SampleOptions } from '../sample/stream.ts';
import { isLineFile, writeFiles, writeLines } from '../sample-output.ts';
import { paced } from '../paced.ts';

const MOST_MESSAGES = 10_000_000;
const MOST_PER_SECOND = 10_000;
const MOST_RECORDS = 1_000;
const LARGEST_SEED = 2 ** 32 - 1;
const DEFAULT_MESSAGES = 100;
/** With `--for` alone. */
const DEFAULT_RATE = 5;

interface Options {
  readonly seed: number;
  readonly messages?: number;
  readonly for?: number;
  readonly rate?: number;
  readonly category?: readonly string[];
  readonly records?: number;
  readonly faults: number;
  readonly faultKind?: readonly string[];
  readonly start?: number;
  readonly out: string;
  readonly toHub?: true | string;
}

export function addSampleCommand(program: Command): void {
  program
    .command('sample')
    .description(
      'Makes messages as the products send them: every category, realistic in size and framing, and the same for the same seed. ' +
        'All names and addresses in them are made up.',
    )
    .option(
      '-m, --messages <n>',
      `how many; ${DEFAULT_MESSAGES}, unless given`,
      wholeNumber(1, MOST_MESSAGES),
    )
    .addOption(
      new Option('--for <duration>', 'as many as come in that time at the rate, such as 10m')
        .argParser(duration)
        .conflicts('messages'),
    )
    .option('--rate <n>', 'messages a second', numberBetween(0.01, MOST_PER_SECOND))
    .option('-c, --category <patterns...>', 'these alone: entra/SignInLogs, or entra/* for all of a product')
    .option('--records <n>', 'records per message, on average', wholeNumber(1, MOST_RECORDS))
    .option('-f, --faults <share>', 'how many of the messages have a fault, 0 to 1', numberBetween(0, 1), 0)
    .addOption(new Option('--fault-kind <names...>', 'these faults alone').choices(Object.keys(FAULTS)))
    .option('-s, --seed <n>', 'another seed, other messages', wholeNumber(0, LARGEST_SEED), 1)
    .option('--start <time>', 'time of the first event; now, unless given', pointInTime)
    .option('-o, --out <path>', 'a file (.ndjson, .jsonl, .log), a folder, or - for standard output', '-')
    .addOption(
      new Option('--to-hub [name]', 'send them to the source hub, at the rate if there is one').conflicts(
        'out',
      ),
    )
    .addHelpText('after', HELP)
    .action(sample);
}

const HELP = `
A file and standard output hold a message a line, and so only messages without line breaks that are not empty or packed.
A folder gets a .json file for each message, whatever is in it: npm run demo -- --input <folder> takes them.
With a rate, the times of the events are spread accordingly; only --to-hub waits for that time to pass.
The hub is that of the stack that npm start has left running, or else that of the app's settings in the environment.

  sluice sample --category "defender/*" --messages 1000 --out defender.ndjson
  sluice sample --for 10m --rate 20 --faults 0.05 --to-hub`;

async function sample(options: Options): Promise<void> {
  const { out, toHub } = options;
  if (toHub !== undefined) return sendSample(options, toHub === true ? undefined : toHub);
  const onLines = out === '-' || isLineFile(out);
  const bodies = bodiesOf({ ...streamOptions(options), onLines });
  if (!onLines) await writeFiles(out, bodies);
  else await writeLines(out, bodies);
}

async function sendSample(options: Options, hub: string | undefined): Promise<void> {
  const stream = streamOptions(options);
  const bodies = bodiesOf(stream);
  // The SDK takes a moment to load, and only this needs it.
  const { withSourceHub } = await import('../source-hub.ts');
  const progress = createProgress({ json: false });
  try {
    await withSourceHub(hub, async (to) => {
      const title = count(stream.messages, 'sample message');
      progress.begin(`Sending ${title} to ${to.title}`);
      let sent = 0;
      for await (const due of paced(bodies, stream.messagesPerSecond)) {
        sent += await to.send(due);
        progress.update(`${count(sent, 'message')} of ${title} sent`);
      }
      progress.done(`Sent ${title} to ${to.title}`);
    });
  } finally {
    progress.stop();
  }
}

function streamOptions(options: Options): SampleOptions {
  const { seed, faults, category, records, faultKind } = options;
  const rate = options.rate ?? (options.for === undefined ? undefined : DEFAULT_RATE);
  const inTime = options.for === undefined ? undefined : Math.max(1, Math.round(options.for * (rate ?? 0)));
  return {
    seed,
    faults,
    start: options.start ?? Date.now(),
    messages: options.messages ?? inTime ?? DEFAULT_MESSAGES,
    categories: category,
    meanRecords: records,
    messagesPerSecond: rate,
    ...(faultKind && { faultKinds: faultKind }),
  };
}

function* bodiesOf(options: SampleOptions): Generator<Buffer> {
  for (const { body } of sampleStream(options)) yield body;
}
