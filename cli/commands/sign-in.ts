import type { Command } from 'commander';
import { built } from '../built.ts';
import { count } from '../format.ts';
import { createProgress } from '../progress.ts';
import { addArchiveOptions, archiveOf, rangeOf } from '../query/options.ts';
import type { ArchiveOptions } from '../query/options.ts';
import { openQueryFile } from '../query/query-file.ts';
import { duration, wholeNumber } from '../run-command.ts';
import type { TimeRange } from '../time-range.ts';
import { UsageError } from '../usage-error.ts';

interface Options extends ArchiveOptions {
  /** Seconds. */
  readonly window?: number;
  readonly limit?: number;
  readonly json?: true;
}

const DEFAULT_WINDOW = 1_800;
const SECOND_MS = 1_000;
const MOST_ROWS = 1_000_000;

export function addSignInCommand(program: Command): void {
  const command = program
    .command('sign-in')
    .description(
      'Shows one sign-in, or those of a user or an address, with what stands around it in every product, as a timeline.',
    )
    .argument('<who>', "a request id or a correlation id, a user's name or id, or an IP address")
    .option('--window <duration>', 'how long before and after: 90s, 30m, 2h; 30m, unless given', duration);
  addArchiveOptions(command)
    .option('-n, --limit <rows>', 'at most so many lines', wholeNumber(1, MOST_ROWS))
    .option('--json', 'as JSON')
    .addHelpText('after', HELP)
    .action(signIn);
}

const HELP = `
What stands around a sign-in has its correlation id, its user, its device or its address. ● marks the sign-ins themselves.
It is asked by queries/find-sign-ins.sql and queries/sign-in.sql: what they find, and from where, is yours to change.

  sluice sign-in mia.lindqvist@example.com --from 2h
  sluice sign-in 5e7129ae-1700-45d6-81fc-0447396bbc78 --from 30d --window 10m
  sluice sign-in 192.0.2.160 --json`;

async function signIn(who: string, options: Options): Promise<void> {
  if (who.trim() === '') throw new UsageError('Whose sign-in? A request id, a user or an address.');
  const { window = DEFAULT_WINDOW, limit = Infinity, json = false } = options;
  const range = rangeOf(options);
  const progress = createProgress({ json: true });
  const [{ ask }, { formatted }, { writeOut }, { spanOf }, { timeline }] = await built(() =>
    Promise.all([
      import('../query/ask.ts'),
      import('../query/formats.ts'),
      import('../query/write-out.ts'),
      import('../sign-in/span-of.ts'),
      import('../sign-in/timeline.ts'),
    ]),
  );
  const archive = await archiveOf(options, progress);
  const common = { distinct: true };
  const finding = await openQueryFile('find-sign-ins');
  let span: (TimeRange & { readonly rows: number }) | undefined;
  await ask(
    { ...common, sql: finding.sql, parameters: { who }, range, limit: Infinity },
    archive,
    async (rows) => {
      span = await spanOf(rows);
    },
  );
  if (!span) {
    progress.note('There is no such sign-in in that time. --from asks for a longer one.');
    if (json) console.log('[]');
    return;
  }
  progress.note(`${count(span.rows, 'sign-in')}. Looking around:`);
  const around = { from: span.from - window * SECOND_MS, to: span.to + window * SECOND_MS + 1 };
  const { sql } = await openQueryFile('sign-in');
  const parameters = { who, window: `${window} seconds` };
  await ask({ ...common, sql, parameters, range: around, limit }, archive, (rows) =>
    writeOut(json ? formatted(rows, 'json') : timeline(rows), undefined),
  );
}
