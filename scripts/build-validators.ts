import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';

import type { Annotations, CatalogueEntry } from '../shared/judge/catalogue.ts';
import { SluiceError } from '../shared/errors.ts';
import { MOST_DAYS } from '../shared/retention.ts';
import { annotatedTiers, ascend } from '../shared/blocks/tiers.ts';
import { KNOWN_CATEGORIES } from '../shared/judge/known-categories.ts';
import { RULES_SCHEMA } from '../shared/settings/rules-schema.ts';
import { MAX_PROBLEMS } from '../shared/judge/validate.ts';
import { SOURCES, type Source } from '../shared/judge/verdict.ts';
import { shapeOf, type Resolve } from './schema-shape.ts';

const BASE = 'https://sluice.dev/schemas/';
const SUFFIX = '.schema.json';
const ENVELOPE = 'envelope';

const POINTER = { type: 'string', pattern: '^(/([^~/]|~[01])*)+$' };

const TIER_DAYS = { type: 'integer', minimum: 1, maximum: MOST_DAYS };

/** What `x-category` may say; see `Annotations`. */
const ANNOTATIONS = {
  type: 'object',
  additionalProperties: false,
  properties: {
    retentionDays: { type: 'integer', minimum: 0, maximum: MOST_DAYS },
    coolAfterDays: TIER_DAYS,
    coldAfterDays: TIER_DAYS,
    archiveAfterDays: TIER_DAYS,
    recordKey: POINTER,
    eventTime: POINTER,
    partitionKey: POINTER,
    label: POINTER,
    onInvalid: { enum: ['dead-letter', 'mark'] },
    message: { enum: ['packed', 'record'] },
  },
};

/** What `x-known-values` may say: words, or words with the numbers that stand for them on the wire. It validates nothing. */
const KNOWN_VALUES = {
  anyOf: [
    { type: 'array', minItems: 1, uniqueItems: true, items: { type: ['string', 'integer'] } },
    { type: 'object', minProperties: 1, additionalProperties: { type: 'integer' } },
  ],
};

const AJV_OPTIONS = {
  allErrors: true,
  strict: true,
  // Products send a number here and a string there.
  allowUnionTypes: true,
  // A condition (`if`) asks for fields that are typed outside of it.
  strictRequired: false,
  code: { source: true },
};

export interface CompiledSchemas {
  readonly count: number;
  /** By file, where the keywords stand that the walk over bytes does not know: what they concern, Ajv alone judges. */
  readonly unknown: ReadonlyMap<string, readonly string[]>;
}

interface SchemaFile {
  /** As messages name it. */
  readonly file: string;
  readonly source: Source;
  readonly name: string;
  readonly id: string;
  readonly schema: AnySchemaObject & { readonly 'x-category'?: Annotations };
}

/**
 * Compiles each `<source>/<Category>.schema.json` to a validator and the shape before it (see `shared/judge/shape.ts`), and lists
 * them in `catalogue.json`.
 * Files that have not changed are left alone, so that building again does not disturb what is running.
 * Throws a SluiceError that names the file where a schema or its annotations are wrong, or two claim one category.
 */
export function compileValidators(schemasFolder: string, outFolder: string): CompiledSchemas {
  const files = readSchemas(schemasFolder);
  const ajv = new Ajv2020(AJV_OPTIONS);
  ajv.addKeyword({ keyword: 'x-category', metaSchema: ANNOTATIONS });
  ajv.addKeyword({ keyword: 'x-known-values', metaSchema: KNOWN_VALUES });
  for (const file of files) blame(file, () => ajv.addSchema(file.schema));

  const outputs = new Map<string, string>();
  const catalogue: Record<string, CatalogueEntry> = {};
  const unknown = new Map<string, readonly string[]>();
  for (const file of files) {
    const places = new Set<string>();
    const reading = { resolve: siblings(file, files), onUnknown: (place: string) => places.add(place) };
    const validator = `validators/${file.source}/${file.name}.cjs`;
    const shape = `validators/${file.source}/${file.name}.shape.json`;
    outputs.set(
      validator,
      blame(file, () => compile(ajv, file)),
    );
    outputs.set(shape, JSON.stringify(shapeOf(file.schema, reading)));
    if (places.size > 0) unknown.set(file.file, [...places]);
    const key = `${file.source}/${file.name === ENVELOPE ? '*' : file.name}`;
    catalogue[key] = { schemaId: file.id, validator, shape, annotations: annotationsOf(file, files) };
  }
  outputs.set('rules.cjs', standalone.default(ajv, ajv.compile(RULES_SCHEMA)));
  outputs.set('catalogue.json', `${JSON.stringify(catalogue, undefined, 2)}\n`);
  writeOutputs(outFolder, outputs);
  return { count: files.length, unknown };
}

/** For whoever has written them: a line for each schema of which not all records can be judged by their bytes. */
export function describeUnknown({ unknown }: CompiledSchemas): string[] {
  return [...unknown].map(
    ([file, places]) =>
      `schemas/${file}: the walk over bytes does not know ${places.join(', ')}. What this concerns is parsed and judged by Ajv, which takes longer.`,
  );
}

function readSchemas(folder: string): readonly SchemaFile[] {
  const claimed = new Map<string, string>();
  return listFiles(folder).map((file) => {
    const schemaFile = readSchema(folder, file);
    const claim = `${schemaFile.source}/${schemaFile.name}`.toLowerCase();
    const other = claimed.get(claim);
    if (other) throw new SluiceError('category-clash', `${file} and ${other} claim the same category`);
    claimed.set(claim, file);
    checkSpelling(schemaFile);
    return schemaFile;
  });
}

/** The file's name is the category's: another spelling of a known one would be a second category beside it. */
function checkSpelling({ file, source, name }: SchemaFile): void {
  const known = KNOWN_CATEGORIES[source].find((other) => other.toLowerCase() === name.toLowerCase());
  if (known !== undefined && known !== name) throw wrong(file, `must be named ${known}${SUFFIX}`);
}

function readSchema(folder: string, file: string): SchemaFile {
  const [folderName, base = '', ...deeper] = file.split('/');
  const source = SOURCES.find((known) => known === folderName);
  if (source === undefined || deeper.length > 0 || !base.endsWith(SUFFIX)) {
    throw wrong(file, `must be <source>/<Category>${SUFFIX}, the source one of ${SOURCES.join(', ')}`);
  }
  const id = BASE + file;
  const schema = parseSchema(file, readFileSync(path.join(folder, file), 'utf8'));
  if (schema.$id !== id) throw wrong(file, `its $id must be ${id}`);
  return { file, source, name: base.slice(0, -SUFFIX.length), id, schema };
}

function parseSchema(file: string, content: string): SchemaFile['schema'] {
  try {
    return JSON.parse(content) as SchemaFile['schema'];
  } catch (error) {
    throw wrong(file, 'is not JSON', error);
  }
}

/** The JSON files below a folder, in order, with slashes whatever the system. */
function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .toSorted();
}

/** A category inherits from its product's envelope what it does not say itself. */
function annotationsOf(file: SchemaFile, files: readonly SchemaFile[]): Annotations {
  const envelope = files.find((other) => other.source === file.source && other.name === ENVELOPE);
  const annotations = { ...envelope?.schema['x-category'], ...file.schema['x-category'] };
  if (annotations.partitionKey !== undefined && annotations.message !== 'record') {
    throw wrong(file.file, 'a partitionKey needs "message": "record"');
  }
  if (!ascend(annotatedTiers(annotations)))
    throw wrong(file.file, 'coolAfterDays, coldAfterDays and archiveAfterDays must ascend');
  return annotations;
}

function compile(ajv: Ajv2020, file: SchemaFile): string {
  const validator = ajv.getSchema(file.id);
  if (!validator) throw new Error(`no schema ${file.id}`);
  return boundErrors(standalone.default(ajv, validator));
}

/** Only schemas of the same folder: what they refer to themselves is found in the same way. */
function siblings({ source }: SchemaFile, files: readonly SchemaFile[]): Resolve {
  return (reference) => files.find(({ file }) => file === `${source}/${reference}`)?.schema;
}

/**
 * `allErrors` would collect an error for each wrong item of an array of millions. Only the list is bounded, not the
 * count by which the generated code decides.
 */
function boundErrors(code: string): string {
  return code
    .replaceAll(/vErrors\.push\((\w+)\);/g, `if(vErrors.length < ${MAX_PROBLEMS}){vErrors.push($1);}`)
    .replaceAll(/(vErrors\.concat\([\w.]+\));/g, `$1.slice(0, ${MAX_PROBLEMS});`);
}

function blame<Result>(file: SchemaFile, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw wrong(file.file, error instanceof Error ? error.message : String(error), error);
  }
}

function wrong(file: string, what: string, cause?: unknown): SluiceError {
  return new SluiceError('schema-invalid', `schemas/${file}: ${what}`, { cause });
}

function writeOutputs(folder: string, outputs: ReadonlyMap<string, string>): void {
  for (const [file, content] of outputs) {
    const target = path.join(folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    if (readIfThere(target) !== content) writeFileSync(target, content);
  }
  const validators = path.join(folder, 'validators');
  for (const entry of readdirSync(validators, { recursive: true, withFileTypes: true })) {
    const target = path.join(entry.parentPath, entry.name);
    const file = path.relative(folder, target).replaceAll(path.sep, '/');
    if (entry.isFile() && !outputs.has(file)) rmSync(target);
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const root = path.join(import.meta.dirname, '..');
  const compiled = compileValidators(path.join(root, 'schemas'), path.join(root, 'generated'));
  console.log(
    [`generated/: validators of ${compiled.count} schemas`, ...describeUnknown(compiled)].join('\n'),
  );
}
