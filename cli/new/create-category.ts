import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as prettier from 'prettier';
import { compileValidators } from '../../scripts/build-validators.ts';
import { formatJson } from '../../scripts/format-json.ts';
import { defenderSchemas } from '../../scripts/generate-schemas.ts';
import type { DefenderTables } from '../../scripts/generate-schemas.ts';
import { UsageError } from '../usage-error.ts';
import { readCategoryName } from './category-name.ts';
import type { CategoryName } from './category-name.ts';
import { describeCategory } from './describe-category.ts';
import { columnsOf, withTable } from './defender-table.ts';
import { fileChanges } from './file-changes.ts';
import type { FileChanges } from './file-changes.ts';
import { invalidFixtures, telling } from './fixtures.ts';
import type { Check, Fixtures } from './fixtures.ts';
import { functionText, kebabCase, testText } from './function-files.ts';
import { look } from './infer.ts';
import type { RecordObject, RecordsFile } from './read-records.ts';
import { readRecords } from './read-records.ts';
import { readEnvelope, requiredPointers } from './required.ts';
import { sampleRecords } from './sample-records.ts';
import { fieldsOf, schemaText } from './schema-text.ts';

export interface CategoryOptions {
  /** A file with records of it. */
  readonly from?: string;
  /** Names of fields, or JSON pointers. */
  readonly required?: readonly string[];
  /** Whether to write a category function, too. */
  readonly function?: boolean;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SCHEMAS = path.join(ROOT, 'schemas');
const DEFENDER_DATA = 'scripts/schema-data/defender.json';

/**
 * Writes the files of a new category, compiles them, and makes sure that its records are told as its own and fit.
 * Answers, for a person, what was written and what was inferred. Throws a UsageError, and leaves everything as it was, for a name or
 * records that will not do.
 */
export async function createCategory(text: string, options: CategoryOptions): Promise<string> {
  const category = readCategoryName(text, SCHEMAS);
  const found = options.from === undefined ? undefined : await readRecords(options.from, category);
  const files = filesOf(category, options.function === true);
  const changes = fileChanges(ROOT);
  changes.refuseExisting(Object.values(files));
  try {
    await writeSchema(category, found, options, changes);
    const fixtures = await makeFixtures(category, found, options);
    await changes.create(files.fixtures, `${formatJson(fixtures)}\n`);
    if (files.function !== undefined)
      await changes.create(files.function, await formatted(functionText(category)));
    if (files.test !== undefined) await changes.create(files.test, await formatted(testText(category)));
    return describeCategory({ category, files: Object.values(files), found, fixtures, ...options });
  } catch (error) {
    if (await changes.undo()) compileAll();
    throw error;
  }
}

function filesOf({ source, name }: CategoryName, withFunction: boolean) {
  return {
    schema: `schemas/${source}/${name}.schema.json`,
    fixtures: `test/fixtures/categories/${source}/${name}.json`,
    ...(withFunction && {
      function: `functions/categories/${kebabCase(name)}.ts`,
      test: `test/categories/${kebabCase(name)}.test.ts`,
    }),
  };
}

async function writeSchema(
  category: CategoryName,
  found: RecordsFile | undefined,
  options: CategoryOptions,
  changes: FileChanges,
): Promise<void> {
  const file = `schemas/${category.key}.schema.json`;
  if (category.source === 'defender') {
    await changes.create(file, await addTable(category, found, options, changes));
    return;
  }
  const envelope = await readEnvelope(path.join(SCHEMAS, category.source));
  const required = requiredPointers(options.required ?? [], found, envelope);
  const comment = found && `Inferred from ${found.records.length} records by sluice new category.`;
  const fields = fieldsOf(found?.records, envelope);
  await changes.create(file, schemaText({ category, envelope, fields, required, comment }));
}

/** The schemas of Defender's tables are generated: the table is added to what they are made from. */
async function addTable(
  { source, name }: CategoryName,
  found: RecordsFile | undefined,
  { required = [] }: CategoryOptions,
  changes: FileChanges,
): Promise<string> {
  if (required.length > 0)
    throw new UsageError('--required is not for Defender: any column of a table may be missing or null.');
  const before = await readFile(path.join(ROOT, DEFENDER_DATA), 'utf8');
  const rows = found?.records.map(({ properties }) => properties) ?? [];
  const data = withTable(before.replaceAll('\r\n', '\n'), name, columnsOf(look(rows), rows));
  await changes.replace(DEFENDER_DATA, data);
  const schema = defenderSchemas(JSON.parse(data) as DefenderTables).get(`${source}/${name}.schema.json`);
  if (schema === undefined) throw new Error(`No schema is generated for ${name}.`);
  return schema;
}

async function makeFixtures(
  category: CategoryName,
  found: RecordsFile | undefined,
  { from = '' }: CategoryOptions,
): Promise<Fixtures> {
  const check = await compiledCheck();
  const records = found?.records ?? sampleRecords(category);
  for (const [i, record] of records.entries())
    refuseMisfit(record, found ? `Record ${i + 1} of that category in ${from}` : 'A sample', category, check);
  const valid = telling(records);
  const [first = {}] = valid;
  const invalid = invalidFixtures(first, look(records), category.key, check);
  if (invalid.length === 0)
    throw new UsageError(
      `The records show no field of ${category.key} but what is null: name records with more.`,
    );
  return { valid, invalid };
}

function refuseMisfit(record: RecordObject, which: string, { key }: CategoryName, check: Check): void {
  const { category, problems } = check(record);
  if (category !== key)
    throw new UsageError(
      `${which} would not be taken for ${key}, but for ${category}: docs/categories.md says how records are told.`,
    );
  const [problem] = problems;
  if (problem) throw new UsageError(`${which} does not fit: ${problem.pointer} ${problem.message}.`);
}

/** Judges records as the app does, with the schemas as they are now. */
async function compiledCheck(): Promise<Check> {
  compileAll();
  // Not before: it reads what has just been compiled, once and for all.
  const { judge } = await import('../../shared/judge/judge.ts');
  return (record) => {
    const verdict = judge(Buffer.from(formatJson(record)));
    return { category: verdict?.category.key ?? '', problems: verdict?.problems ?? [] };
  };
}

function compileAll(): void {
  compileValidators(SCHEMAS, path.join(ROOT, 'generated'));
}

async function formatted(text: string): Promise<string> {
  const style = await prettier.resolveConfig(path.join(ROOT, 'package.json'), { editorconfig: false });
  return prettier.format(text, { ...style, parser: 'typescript' });
}
