import type { Command } from 'commander';
import { built } from '../built.ts';
import { configOf, findSettings } from '../found-settings.ts';
import type { FoundSettings } from '../found-settings.ts';
import { count } from '../format.ts';
import { createProgress } from '../progress.ts';
import type { Progress } from '../progress.ts';
import { duration } from '../run-command.ts';
import { UsageError } from '../usage-error.ts';

interface Options {
  readonly send?: true;
  readonly trace?: true;
  readonly hub?: string;
  readonly consumerGroup?: string;
  /** Seconds. */
  readonly timeout?: number;
  readonly json?: true;
}

const SECONDS = { check: 15, trace: 180 };
const SECOND_MS = 1_000;

export function addCheckCommand(program: Command): void {
  program
    .command('check')
    .description(
      'Tries every connection and permission that the app needs, for real, and says what to do about each that fails. With --trace, ' +
        'sends a record and follows it through the app.',
    )
    .option('--send', 'send the records hubs a message of no records, too')
    .option('--trace', 'send a record to a source hub, and follow it to the archive and the records hub')
    .option(
      '--hub <name>',
      'with --trace: one of the source hubs, if there are several; the first, unless given',
    )
    .option(
      '--consumer-group <name>',
      'with --trace: to watch the records hub in, which cannot be that of the app; $Default, unless given or the app reads in it',
    )
    .option(
      '--timeout <duration>',
      `how long each try may take (${SECONDS.check}s unless given), or the whole trace (${SECONDS.trace}s)`,
      duration,
    )
    .option('--json', 'one JSON object instead of text')
    .addHelpText('after', HELP)
    .action(check);
}

const HELP = `
The settings are those of the stack that npm start has left running, or else those of the app in the environment. Where they name an
identity, the rights are those of whoever runs this, which may be more or less than the app's.
Exit code: 0 all well, 1 something failed, 2 wrong usage. docs/check.md says what is tried and what is left behind.

  sluice check
  sluice check --send --json
  sluice check --trace --hub activity --timeout 5m`;

const NOT_WELL = 1;
const LEAVE_MS = 1_000;

async function check(options: Options): Promise<void> {
  const { trace = false, send, hub, consumerGroup, json = false } = options;
  if (!trace && (hub !== undefined || consumerGroup !== undefined))
    throw new UsageError('--hub and --consumer-group go with --trace: all hubs are checked.');
  if (trace && send) throw new UsageError('--send does not go with --trace, which sends a record anyway.');
  const settings = await findSettings();
  const progress = createProgress({ json });
  try {
    const isWell = await (trace ? runTrace : runCheck)(settings, options, progress);
    if (!isWell) process.exitCode = NOT_WELL;
  } finally {
    progress.stop();
    // Of a connection that never opened, the SDK closes no socket, and that would keep this process alive.
    setTimeout(() => process.exit(), LEAVE_MS).unref();
  }
}

async function runCheck(settings: FoundSettings, options: Options, progress: Progress): Promise<boolean> {
  const { send = false, json = false, timeout = SECONDS.check } = options;
  const config = await built(async () => configOf(settings, 'There is nothing to check.'));
  // The SDKs take a moment to load, and nobody should wait for them to hear of a wrong option.
  const [{ runChecks }, { checksJson, checksText, isWell }] = await Promise.all([
    built(() => import('../check/run-checks.ts')),
    import('../check/print.ts'),
  ]);
  progress.begin('Trying every connection');
  const checked = await runChecks(config, settings.env, {
    limit: timeout * SECOND_MS,
    send,
    onProgress: (done, all) => progress.update(`${done} of ${count(all, 'thing')} tried`),
  });
  progress.stop();
  console.log((json ? checksJson : checksText)(checked, settings.place));
  return isWell(checked);
}

async function runTrace(settings: FoundSettings, options: Options, progress: Progress): Promise<boolean> {
  const { hub, consumerGroup, json = false, timeout = SECONDS.trace } = options;
  const config = await built(async () => configOf(settings, 'There is nothing to follow a record through.'));
  const [{ trace }, { traceJson, traceText }] = await Promise.all([
    built(() => import('../check/trace.ts')),
    import('../check/print-trace.ts'),
  ]);
  progress.begin('Sending a record');
  const report = await trace(settings, config, {
    hub,
    consumerGroup,
    limit: timeout * SECOND_MS,
    onProgress: (text) => progress.update(text),
  });
  progress.stop();
  console.log(json ? traceJson(report) : traceText(report));
  return report.stopped === undefined;
}
