import { createInterface } from 'node:readline/promises';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { dayOf } from '../../shared/blocks/expiry.ts';
import type { RetentionParts } from '../../shared/azure/retention-parts.ts';
import { runRetention } from '../../shared/retention/run.ts';
import { totalOf } from '../../shared/retention/report.ts';
import type { RetentionReport } from '../../shared/retention/report.ts';
import { runTiering } from '../../shared/retention/tiering.ts';
import { DAY } from '../../shared/time.ts';
import { count, byteSize } from '../format.ts';
import { createProgress } from '../progress.ts';
import type { Progress } from '../progress.ts';
import type { Look } from '../retention/print.ts';
import { wholeNumber } from '../run-command.ts';
import { UsageError } from '../usage-error.ts';

const DAYS_AHEAD = 30;
const MOST_DAYS = 3_650;

interface Options {
  readonly dryRun?: true;
  readonly asOf?: string;
  readonly ahead: number;
  readonly tiersBack?: number;
  readonly yes?: true;
  readonly json?: true;
}

export function addRetentionCommand(program: Command): void {
  program
    .command('retention')
    .description(
      'Deletes what is due, and moves the rest to its tier, as the timer does every day; or says what that would be.',
    )
    .option('--dry-run', 'change nothing')
    .option('--as-of <day>', 'with --dry-run: as if it were that day (2027-01-31, UTC)', readDay)
    .option(
      '--ahead <days>',
      'how many of the days to come to look at',
      wholeNumber(0, MOST_DAYS),
      DAYS_AHEAD,
    )
    .option(
      '--tiers-back <days>',
      'move to its tier what became due up to so many days ago; 7, unless given',
      wholeNumber(0, MOST_DAYS),
    )
    .option('--yes', 'delete without asking')
    .option('--json', 'print the result as JSON; to delete, it needs --yes')
    .addHelpText(
      'after',
      `
The archive is that of the stack that npm start has left running, or else that of the app's settings in the environment.
Today is storage's own day, in UTC. What is deleted is gone for good.

  npm run --silent sluice -- retention --dry-run
  npm run --silent sluice -- retention --dry-run --as-of 2027-01-31 --json
  npm run --silent sluice -- retention --tiers-back 400     after SLUICE_TIERS was set for the first time`,
    )
    .action(retention);
}

async function retention(options: Options): Promise<void> {
  const { dryRun = false, asOf, yes = false, json = false } = options;
  if (asOf !== undefined && !dryRun)
    throw new UsageError('--as-of goes with --dry-run: only today can be deleted by.');
  const canAsk = process.stdin.isTTY && !json;
  if (!dryRun && !yes && !canAsk)
    throw new UsageError('Nobody is there to be asked: see what would go with --dry-run, then say --yes.');
  // The SDK takes a moment to load, and nobody should wait for it to hear of a wrong option.
  const [{ openRetention }, { printLook, printDone, toJson }] = await Promise.all([
    import('../retention/open-retention.ts'),
    import('../retention/print.ts'),
  ]);
  const progress = createProgress({ json });
  try {
    const parts = await openRetention((_level, message) => progress.note(message));
    const today = asOf ?? dayOf(await parts.retention.blobs.now());
    if (dryRun || !yes) {
      const look = await lookAhead(parts, today, options, progress);
      if (json) console.log(toJson(look));
      else console.log(printLook(look, parts.place));
      if (dryRun || !(await isConfirmed(look.report))) return;
    }
    const done = await carryOut(parts, today, options, progress);
    console.log(json ? toJson({ ...done, upcoming: new Map() }) : printDone(done));
    const failures = [...done.report.failures, ...done.tiering.failures];
    if (failures.length > 0) throw new Error(`It is not done: ${String(failures[0])}`);
  } finally {
    progress.stop();
  }
}

async function lookAhead(
  parts: RetentionParts,
  today: string,
  { ahead, tiersBack }: Options,
  progress: Progress,
): Promise<Look> {
  const { upcomingDays } = await import('../retention/upcoming.ts');
  progress.begin(`Looking for what is due on ${today}`);
  const report = await runRetention(parts.retention, { today, dryRun: true });
  const tiering = await runTiering(parts.tiering, { today, daysBack: tiersBack, dryRun: true });
  progress.update(`Looking at the ${count(ahead, 'day')} after it`);
  const until = dayOf(Date.parse(today) + ahead * DAY);
  const upcoming = await upcomingDays(parts, { after: today, until });
  progress.done(`Looked for what is due on ${today}`);
  return { report, tiering, upcoming };
}

async function carryOut(
  parts: RetentionParts,
  today: string,
  { tiersBack }: Options,
  progress: Progress,
): Promise<Omit<Look, 'upcoming'>> {
  progress.begin(`Deleting what is due on ${today}`);
  const report = await runRetention(parts.retention, { today });
  progress.update('Moving the rest to its tier');
  const tiering = await runTiering(parts.tiering, { today, daysBack: tiersBack });
  const { blobs, bytes } = totalOf(report.deleted.values());
  progress.done(`Deleted ${count(blobs, 'blob')} (${byteSize(bytes)})`);
  return { report, tiering };
}

async function isConfirmed(report: RetentionReport): Promise<boolean> {
  const { blobs } = totalOf(report.deleted.values());
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`\nDelete ${count(blobs, 'blob')} for good? Type yes: `);
    return answer.trim().toLowerCase() === 'yes';
  } finally {
    terminal.close();
  }
}

function readDay(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && dayOf(Date.parse(text)) === text)
    return text;
  throw new InvalidArgumentError('It must be a day such as 2027-01-31.');
}
