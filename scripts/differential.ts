import { Command } from 'commander';
import { number, seconds } from '../cli/format.ts';
import { runCommand, wholeNumber } from '../cli/run-command.ts';
import { differential } from './differential/differential.ts';

const command = new Command('npm run differential --')
  .description(
    'Holds the walk over bytes against JSON.parse, and what it lets through against Ajv and the judge, on records of every category as they ' +
      'are and as chance has changed them.',
  )
  .option('-r, --records <n>', 'how many', wholeNumber(1, 100_000_000), 1_000_000)
  .option('-s, --seed <n>', 'another seed, other records', wholeNumber(0, 2 ** 32 - 1), 1)
  .allowExcessArguments(false)
  .action(run);

function run({ records, seed }: { records: number; seed: number }): void {
  const started = performance.now();
  const result = differential({ records, seed, onProgress });
  for (const { what, record } of result.disagreements)
    console.log(`${what} In base64: ${record.toString('base64').slice(0, 8_000)}`);
  console.log(
    `${number(result.records)} records of ${result.categories} categories, seed ${seed}, in ${seconds(performance.now() - started)}: ` +
      `${number(result.json)} are JSON, Ajv finds ${number(result.valid)} valid, and the sieve lets ${number(result.through)} of those through, ` +
      `and knows what is wrong with ${number(result.known)} of the others. ` +
      `${result.disagreements.length} disagreements.`,
  );
  if (result.disagreements.length > 0) process.exitCode = 1;
}

function onProgress(done: number, disagreements: number): void {
  if (done > 0 && done % 100_000 === 0)
    console.error(`${number(done)} records, ${disagreements} disagreements`);
}

await runCommand(command);
