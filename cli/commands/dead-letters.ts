import type { Command } from 'commander';
import { Option } from 'commander';
import { createGroups } from '../dead-letters/group-letters.ts';
import { createLetterFilter } from '../dead-letters/letter-filter.ts';
import { addLetterOptions, toQuery } from '../dead-letters/letter-options.ts';
import type { LetterOptions } from '../dead-letters/letter-options.ts';
import type { Letter } from '../dead-letters/letter.ts';
import type { LetterReader } from '../dead-letters/read-letters.ts';
import { letterFile } from '../dead-letters/letter-file.ts';
import { describeGroups, describeLetter, groupsAsJson } from '../dead-letters/report.ts';
import { count, number } from '../format.ts';
import { fileWriter, prepareOutFolder } from '../out-folder.ts';
import { createProgress } from '../progress.ts';
import { writeLine } from '../write-line.ts';

interface Options extends LetterOptions {
  readonly list?: true;
  readonly json?: true;
  readonly ndjson?: true;
  readonly out?: string;
}

export function addDeadLettersCommand(program: Command): void {
  const command = program
    .command('dead-letters')
    .description(
      'Shows what is in quarantine: by reason and category, with an example of each, so that one sees what to fix first.',
    );
  addLetterOptions(command)
    .addOption(new Option('--list', 'one by one, on a line each').conflicts(['json', 'ndjson']))
    .addOption(new Option('--json', 'the groups, as JSON').conflicts('ndjson'))
    .option('--ndjson', 'one by one as they are stored, a line of JSON each')
    .option('-o, --out <folder>', 'write the raw bytes of each to a file in an empty folder')
    .addHelpText('after', HELP)
    .action(showDeadLetters);
}

const HELP = `
Times are those at which the hub took the messages in; only the hours asked for are read. In patterns, * stands for any characters.
The storage is that of the stack that npm start has left running, or else that of the app's settings in the environment.
What --out writes can be sent as it is: sluice send <folder>, or npm run demo -- --input <folder>.

  sluice dead-letters --from 7d
  sluice dead-letters --reason invalid --category "entra/*" --list
  sluice dead-letters --from 2026-11-20T00:00Z --to 2026-11-21T00:00Z --ndjson`;

async function showDeadLetters(options: Options): Promise<void> {
  const filter = createLetterFilter(toQuery(options));
  // The SDK takes a moment to load, and nobody should wait for it to hear of a wrong option.
  const { openLetters } = await import('../dead-letters/open-letters.ts');
  const reader = await openLetters(filter);
  const { out } = options;
  if (out !== undefined) await prepareOutFolder(out);
  const write = out === undefined ? undefined : fileWriter(out);
  const groups = createGroups();
  const progress = createProgress({ json: true });
  let read = 0;
  progress.begin('Reading dead letters');
  try {
    for await (const letter of lettersOf(reader)) {
      groups.add(letter);
      progress.update(`${count(++read, 'dead letter')} read`);
      await write?.(letterFile(letter), letter.bytes);
      const line = lineFor(letter, options);
      if (line !== undefined) await writeLine(line);
    }
  } finally {
    progress.stop();
  }
  const summary = summaryFor(groups.all(), options);
  if (summary !== undefined) await writeLine(summary);
  if (reader.strange.lines > 0)
    progress.note(
      `${count(reader.strange.lines, 'line')} in the container can not be read as a dead letter.`,
    );
  if (out !== undefined) progress.note(`Wrote the bytes of ${number(read)} to ${out}.`);
}

async function* lettersOf(reader: LetterReader): AsyncGenerator<Letter> {
  for await (const { letters } of reader.groups()) yield* letters;
}

function lineFor(letter: Letter, { list, ndjson }: Options): string | undefined {
  if (list) return describeLetter(letter);
  if (!ndjson) return undefined;
  const { id: _id, partition: _partition, origin: _origin, bytes: _bytes, ...line } = letter;
  return JSON.stringify(line);
}

function summaryFor(groups: ReturnType<ReturnType<typeof createGroups>['all']>, options: Options) {
  if (options.json) return groupsAsJson(groups);
  return options.list || options.ndjson ? undefined : describeGroups(groups);
}
