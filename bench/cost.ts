import { Command } from 'commander';
import { number } from '../cli/format.ts';
import { plainTable } from '../cli/plain-table.ts';
import { runCommand, wholeNumber } from '../cli/run-command.ts';
import { PRICES } from '../shared/capacity/prices.ts';
import { measureUse } from './cost/measure.ts';
import type { Used } from './cost/measure.ts';
import { costLines, RECORDS, tieredArchive, waysOf } from './cost/price.ts';
import type { Way } from './cost/price.ts';

interface Options {
  readonly batches: number;
  readonly batch: number;
  readonly category?: readonly string[];
  readonly seed: number;
  readonly json?: true;
}

const command = new Command('npm run cost --')
  .description(
    'Sends a sample through the whole app, as it was built, over the Event Hubs emulator and Azurite, counts what it asks of them, and reckons ' +
      'what a billion such records would cost in Azure.',
  )
  .option('--batches <n>', 'how many for each of the four partitions', wholeNumber(1, 1_000), 5)
  .option('--batch <n>', 'messages in a batch; host.json waits for 50', wholeNumber(1, 100), 50)
  .option('-c, --category <patterns...>', 'these alone: entra/SignInLogs, or entra/* for all of a product')
  .option('-s, --seed <n>', 'another seed, other messages', wholeNumber(0, 2 ** 32 - 1), 1)
  .option('--json', 'print one JSON object')
  .allowExcessArguments(false)
  .addHelpText(
    'after',
    `
What is assumed is in docs/performance.md, the prices in shared/capacity/prices.ts.

  npm run cost -- --category "entra/*" --batch 100`,
  )
  .action(cost);

async function cost({ batches, batch, category, seed, json }: Options): Promise<void> {
  const used = await measureUse({ batches, batch, categories: category, seed });
  const ways = waysOf(used, batch);
  if (json)
    console.log(JSON.stringify({ used, ways: ways.map((way) => ({ ...way, lines: costLines(way) })) }));
  else
    console.log(
      `${describeUse(used)}\n\n${costTable(ways)}\n\n${describeTiers(ways)}\n\n${describeLines(ways)}`,
    );
}

function describeUse({ records, source, passedOn, executions, ...used }: Used): string {
  const each = (n: number, digits = 4): string => (n / records).toFixed(digits);
  return [
    `${number(records)} records in ${number(source.messages)} messages, of ${number(source.bytes / records)} bytes each. A record takes`,
    `  ${((used.cpu / records) * 1e3).toFixed(0)} µs of CPU, that of the host's stand-in among it`,
    `  ${each(source.messages)} messages in, billed as ${each(source.slices)}; ${each(passedOn.messages)} on, billed as ${each(passedOn.slices)}, ${each(passedOn.bytes, 0)} bytes`,
    `  ${each(executions.ingest, 6)} executions of ingest, ${each(executions.records, 6)} of records`,
    `  ${each(used.blocks)} blocks in ${number(used.blobs)} blobs, ${each(used.storedBytes, 0)} bytes packed`,
    `  ${each(used.writes)} writes, ${each(used.reads)} reads, ${each(used.ledgerTransactions)} transactions of the ledger, ${each(used.stateTransactions)} of the state of category functions`,
  ].join('\n');
}

function costTable(ways: readonly Way[]): string {
  const columns = ways.map((way) => costLines(way));
  const rows = (columns[0] ?? []).map(({ item }, i) => [
    item,
    ...columns.map((lines) => dollars(lines[i]?.usd ?? 0)),
  ]);
  return plainTable({
    headings: [
      `${number(RECORDS / 1e6)} million records, ${PRICES.currency}, ${PRICES.region}, ${PRICES.date}`,
      ...ways.map(({ title }) => title),
    ],
    words: 1,
    rows,
    total: ['', ...columns.map((lines) => dollars(lines.reduce((sum, { usd }) => sum + usd, 0)))],
  });
}

function describeTiers(ways: readonly Way[]): string {
  const each = ways.map((way) => `${dollars(tieredArchive(way))} (${way.title})`);
  return `The archive in tiers instead, cool after a month, cold after three: ${each.join(', ')}.`;
}

function describeLines([sluice]: readonly Way[]): string {
  if (!sluice) return '';
  const lines = costLines(sluice).map(({ item, detail }) => `  ${item}: ${detail}`);
  return [`${sluice.title}:`, ...lines].join('\n');
}

function dollars(n: number): string {
  return n.toFixed(2);
}

await runCommand(command);
