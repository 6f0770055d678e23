import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { formatJson } from './format-json.ts';

/** What `schema-data/defender.json` holds. */
export interface DefenderTables {
  /** JSON Schema types by Kusto type. */
  readonly kinds: Readonly<Record<string, readonly string[]>>;
  /** JSON pointers by table, where one column alone tells records apart. */
  readonly recordKeys: Readonly<Record<string, string>>;
  /** Columns by table and Kusto type, or several that a `|` joins. */
  readonly tables: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

const DATA = path.join(import.meta.dirname, 'schema-data', 'defender.json');

export function readDefenderTables(): DefenderTables {
  return JSON.parse(readFileSync(DATA, 'utf8')) as DefenderTables;
}

/** The schema files of all Defender tables, by their path below `schemas/`. */
export function defenderSchemas(data: DefenderTables): ReadonlyMap<string, string> {
  return new Map(
    Object.keys(data.tables).map((table) => {
      const file = `defender/${table}.schema.json`;
      return [file, `${formatJson(schemaOf(table, file, data))}\n`];
    }),
  );
}

function schemaOf(table: string, file: string, data: DefenderTables): object {
  const recordKey = data.recordKeys[table];
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `https://sluice.dev/schemas/${file}`,
    $comment: 'Generated from scripts/schema-data/defender.json by npm run schemas.',
    title: `Microsoft Defender XDR: ${table}`,
    ...(recordKey !== undefined && { 'x-category': { recordKey } }),
    allOf: [{ $ref: 'envelope.schema.json' }],
    type: 'object',
    properties: { properties: { type: 'object', properties: columnsOf(table, data) } },
  };
}

function columnsOf(table: string, { kinds, tables }: DefenderTables): object {
  const columns = Object.entries(tables[table] ?? {}).flatMap(([kustoType, names]) => {
    const types = kustoType.split('|').flatMap((one) => {
      const found = kinds[one];
      if (!found)
        throw new Error(`${DATA}: ${table} has columns of the type ${one}, which kinds does not know`);
      return found;
    });
    return names.map((name) => [name, { type: [...new Set(types)] }] as const);
  });
  return Object.fromEntries(columns.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

if (import.meta.main) {
  const schemas = path.join(import.meta.dirname, '..', 'schemas');
  const files = defenderSchemas(readDefenderTables());
  for (const [file, content] of files) {
    mkdirSync(path.dirname(path.join(schemas, file)), { recursive: true });
    writeFileSync(path.join(schemas, file), content);
  }
  console.log(`schemas/: ${files.size} Defender tables`);
}
