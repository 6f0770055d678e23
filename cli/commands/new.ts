import type { Command } from 'commander';

interface Options {
  readonly from?: string;
  readonly required?: readonly string[];
  readonly function?: true;
}

export function addNewCommand(program: Command): void {
  program
    .command('new')
    .description('Adds to the project.')
    .command('category')
    .description('Writes the schema of a category and its fixtures, and what acts on it.')
    .argument('<product>/<category>', 'as in entra/TermsOfUseLogs; the name is the one that the records have')
    .option(
      '--from <file>',
      'take types and fixtures from records in a file: an object, an array, {"records":[...]} or NDJSON',
    )
    .option('--required <fields...>', 'fields that no record may lack: id, or /properties/id')
    .option('--function', 'write a category function and its test, too')
    .addHelpText(
      'after',
      `
Nothing is overwritten. Without --from, the schema says what records of the product share, and the fixtures are samples.

  npm run sluice -- new category entra/TermsOfUseLogs --from records.json --function`,
    )
    .action(newCategory);
}

async function newCategory(name: string, options: Options): Promise<void> {
  // What compiles schemas takes a moment to load, and only this needs it.
  const { createCategory } = await import('../new/create-category.ts');
  console.log(await createCategory(name, options));
}
