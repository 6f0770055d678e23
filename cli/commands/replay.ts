import { Option } from 'commander';
import type { Command } from 'commander';
import { addLetterOptions } from '../dead-letters/letter-options.ts';
import { ARCHIVE_RATE, replayArchiveCommand } from '../replay/archive-command.ts';
import type { ReplayArchiveOptions } from '../replay/archive-command.ts';
import { LETTERS_RATE, replayLettersCommand } from '../replay/letters-command.ts';
import type { ReplayLettersOptions } from '../replay/letters-command.ts';
import { STATE_FILE } from '../replay/archive-state.ts';
import { numberBetween } from '../run-command.ts';
import { timeOrAgo } from '../time-range.ts';
import { UsageError } from '../usage-error.ts';

const MOST_PER_SECOND = 10_000;

type Options = ReplayLettersOptions & ReplayArchiveOptions & { readonly fromArchive?: true };

/** What has a meaning in one of the two alone. */
const OF_LETTERS = ['reason', 'handler', 'again', 'takeOver', 'consumerGroup'] as const;
const OF_THE_ARCHIVE = ['hub', 'all', 'skipPlain', 'state', 'resume'] as const;

export function addReplayCommand(program: Command): void {
  const command = program
    .command('replay')
    .description(
      'Sends dead letters again, once what they failed on is mended: each to the hub and partition that it came from, every byte ' +
        'as it is, and none of them twice. With --from-archive, sends a stretch of the archive to the records hub, for a consumer ' +
        'that is new.',
    );
  addLetterOptions(command)
    .option('--dry-run', 'say what would be sent, and send nothing')
    .option(
      '--rate <n>',
      `messages a second; ${LETTERS_RATE} unless given, and ${ARCHIVE_RATE} from the archive`,
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
    .option('--from-archive', 'send what is in the archive to the records hub')
    .option('--hub <name>', 'from the archive: everything to this hub of the same namespace')
    .option('--all', 'from the archive: also what was not passed on when it came')
    .option('--skip-plain', 'from the archive: leave out what was written without compression')
    .option('--state <file>', `from the archive: keeps how far it is; ${STATE_FILE}, unless given`)
    .option('--resume', 'from the archive: go on where it was cut short')
    .option('--json', 'the result as JSON')
    .addHelpText('after', HELP)
    .action(replay);
}

const HELP = `
What a category function failed on goes to the records hub again, for that function alone; it is in the archive already.
Run it again after it was cut short: it goes on where it was. Each letter that is sent is noted in the ledger.
From the archive, records have the ids that they had at first, and messages the property "replay". All readers of the hub get them.

  sluice replay --reason invalid --category "entra/*" --dry-run
  sluice replay --reason handler-failed --handler riskySignIns --from 7d
  sluice replay --from-archive --from 30d --category "defender/*" --hub for-the-new-siem
  sluice replay --from-archive --resume`;

async function replay(options: Options): Promise<void> {
  const senseless = (options.fromArchive ? OF_LETTERS : OF_THE_ARCHIVE).find(
    (name) => options[name] !== undefined,
  );
  if (senseless !== undefined) {
    const without = options.fromArchive
      ? 'does not go with --from-archive'
      : 'goes with --from-archive alone';
    throw new UsageError(
      `--${senseless.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${without}.`,
    );
  }
  await (options.fromArchive ? replayArchiveCommand(options) : replayLettersCommand(options));
}
