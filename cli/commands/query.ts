import type { Command } from 'commander';
import { Option } from 'commander';
import { wildcards } from '../../shared/wildcards.ts';
import { built } from '../built.ts';
import { createProgress } from '../progress.ts';
import type { Question } from '../query/ask.ts';
import type { Parameters } from '../query/engine.ts';
import { addArchiveOptions, archiveOf, FORMATS, nameAndValue, rangeOf } from '../query/options.ts';
import type { ArchiveOptions, Format } from '../query/options.ts';
import { describeQueries, listQueryFiles, openQueryFile, parametersFor } from '../query/query-file.ts';
import { countOf, statementFor } from '../query/statement.ts';
import { withoutWildcards } from '../query/tables.ts';
import type { Table } from '../query/tables.ts';
import { wholeNumber } from '../run-command.ts';
import { UsageError } from '../usage-error.ts';

/** More rows than these nobody reads on a terminal, and all of a table is in memory. */
const ROWS_OF_A_TABLE = 100;
const MOST_ROWS = 1_000_000_000;

interface Options extends ArchiveOptions {
  readonly source?: readonly string[];
  readonly category?: readonly string[];
  readonly where?: string;
  readonly file?: string;
  readonly param?: Parameters;
  readonly list?: true;
  readonly format?: Format;
  readonly limit?: number;
  readonly count?: true;
  readonly distinct?: true;
  readonly out?: string;
}

export function addQueryCommand(program: Command): void {
  const command = program
    .command('query')
    .description(
      'Asks the archive: for the records of some categories and some time, or whatever SQL can ask.',
    )
    .argument('[sql]', 'a SELECT in which categories are tables: entra.SignInLogs, defender."Device*"')
    .option('--source <patterns...>', 'of these products, such as entra')
    .option('-c, --category <patterns...>', 'of these categories: entra/SignInLogs, or "defender/Device*"')
    .option('-w, --where <expression>', 'an SQL expression: "properties.status.errorCode <> 0"');
  addArchiveOptions(command)
    .option('--file <query>', 'a query in a file, or one of those that come along by its name')
    .option('-p, --param <name=value>', 'a parameter of that query', nameAndValue)
    .option('--list', 'the queries that come along, with their parameters')
    .addOption(new Option('-f, --format <format>', 'table, unless --out has another ending').choices(FORMATS))
    .option(
      '-n, --limit <rows>',
      `at most so many; of a table ${ROWS_OF_A_TABLE}, unless given`,
      wholeNumber(1, MOST_ROWS),
    )
    .option('--count', 'how many there are, instead of which')
    .option('--distinct', 'what a product has delivered twice, once: by the key that its schema names')
    .option('-o, --out <file>', 'write to a file instead of standard output')
    .addHelpText('after', HELP)
    .action(query);
}

const HELP = `
Times are those of the events, in UTC. docs/query.md tells of tables and columns, docs/reading-the-archive.md how other programs read it.
What was read, and what was left out, is said on standard error.
The archive is that of the stack that npm start has left running, or else that of the app's settings in the environment.

  sluice query --category entra/SignInLogs --from 2h --where "properties.userPrincipalName = 'mia.lindqvist@example.com'"
  sluice query --source defender --from 7d --count
  sluice query "select properties.DeviceName, count(*) from defender.DeviceProcessEvents group by all order by 2 desc" --from 30d
  sluice query --category "intune/*" --from 2026-11-01T00:00Z --to 2026-12-01T00:00Z --out november.csv
  sluice query --file failed-then-success --param failures=10 --from 7d`;

async function query(sql: string | undefined, options: Options): Promise<void> {
  if (options.list) {
    console.log(describeQueries(await listQueryFiles()));
    return;
  }
  const format = options.format ?? formatOf(options.out);
  const question = await questionOf(sql, format, options);
  const progress = createProgress({ json: true });
  // The engine and the SDK take a moment to load, and nobody should wait for them to hear of a wrong option.
  const [{ ask }, { formatted }, { writeOut }] = await built(() =>
    Promise.all([import('../query/ask.ts'), import('../query/formats.ts'), import('../query/write-out.ts')]),
  );
  await ask(question, await archiveOf(options, progress), (rows) =>
    writeOut(formatted(rows, format), options.out),
  );
}

function formatOf(out: string | undefined): Format {
  const ending = out?.split('.').at(-1);
  return FORMATS.find((format) => format === ending) ?? 'table';
}

async function questionOf(sql: string | undefined, format: Format, options: Options): Promise<Question> {
  const { source, category, where, file, param = {}, count, distinct = false } = options;
  const common = {
    range: rangeOf(options),
    distinct,
    inCells: format === 'csv',
    limit: options.limit ?? (format === 'table' && !count ? ROWS_OF_A_TABLE : Infinity),
  };
  const byCategory = source !== undefined || category !== undefined;
  const ways = [sql, file, byCategory || undefined].filter((way) => way !== undefined);
  if (ways.length !== 1)
    throw new UsageError(
      'Ask in one way: --source and --category, or a statement, or --file. --help shows each.',
    );
  if (Object.keys(param).length > 0 && byCategory)
    throw new UsageError('--param goes with --file, or with a statement.');
  if (byCategory) {
    const as = format === 'table' ? 'table' : format === 'csv' ? 'columns' : 'lines';
    const table = recordsTable(options);
    const countOnly = count === true && where === undefined && !distinct;
    const statement = statementFor(table, { where, count, countOnly, as });
    return { ...common, table, where, sql: statement, countOnly, parameters: {} };
  }
  if (where !== undefined) throw new UsageError('--where goes with --source and --category.');
  const asked = sql === undefined ? await openQueryFile(file ?? '') : undefined;
  const parameters = asked ? parametersFor(asked, param) : param;
  const statement = asked?.sql ?? sql ?? '';
  return { ...common, sql: count ? countOf(statement) : statement, parameters };
}

/** The records of all categories that the command line names. */
function recordsTable({ source, category }: Options): Table {
  const ofSource = source?.map((text) => {
    const fits = wildcards(text);
    return { text, fits: (product: string) => fits(product) };
  });
  const ofCategory = category?.map((text) => {
    const fits = wildcards(text);
    return { text, fits: (product: string, name: string) => fits(`${product}/${name}`) };
  });
  return {
    name: 'records',
    patterns: [...(ofSource ?? []), ...(ofCategory ?? [])],
    only: source ? undefined : withoutWildcards(category ?? []),
    fits: (product, name) =>
      (ofSource ?? [ANY]).some(({ fits }) => fits(product)) &&
      (ofCategory ?? [ANY]).some(({ fits }) => fits(product, name)),
  };
}

const ANY = { fits: () => true };
