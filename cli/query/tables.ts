import { SOURCES } from '../../shared/judge/verdict.ts';
import { wildcards } from '../../shared/wildcards.ts';

/** A table of a statement: all records of the categories that fit its name, or the patterns of the command line. */
export interface Table {
  /** Undefined: the database's own. */
  readonly schema?: string;
  readonly name: string;
  readonly fits: (source: string, category: string) => boolean;
  /** What it was asked for by; each must fit some category. */
  readonly patterns: readonly Pattern[];
  /** The categories that fit, where each is named as it is: `entra/SignInLogs`. */
  readonly only?: readonly string[] | undefined;
}

/** As it was written, such as `defender/Device*`. */
export interface Pattern {
  readonly text: string;
  readonly fits: (source: string, category: string) => boolean;
}

/** What the engine has made of a statement. */
export interface Syntax {
  readonly tables: readonly Table[];
  /** Whether it asks for `archive.blobs`. */
  readonly blobs: boolean;
  readonly uses: Uses;
}

/** The names in a statement, in lower case. */
export interface Uses {
  /** There is a `*`, which stands for all names. */
  readonly everything: boolean;
  /** Names at the end of a path (`errorCode` of `properties.status.errorCode`): all below them counts. */
  readonly ends: ReadonlySet<string>;
  /** Names on the way to them. */
  readonly ways: ReadonlySet<string>;
}

/** `entra.SignInLogs`, `entra."*SignInLogs"` and `"entra/SignInLogs"` are tables of the archive; other names are the engine's affair. */
export function tableNamed(schema: string, name: string): Table | undefined {
  const [source = '', ...rest] = schema === '' ? name.split('/') : [schema, name];
  const category = rest.join('/');
  if (category === '' || !SOURCES.some((known) => known === source.toLowerCase())) return undefined;
  const [fitsSource, fitsCategory] = [wildcards(source), wildcards(category)];
  const fits: Pattern['fits'] = (ofSource, ofCategory) => fitsSource(ofSource) && fitsCategory(ofCategory);
  return {
    ...(schema !== '' && { schema }),
    name,
    fits,
    patterns: [{ text: `${source}/${category}`, fits }],
    only: withoutWildcards([`${source}/${category}`]),
  };
}

/** The names themselves; undefined where one of them is a pattern. */
export function withoutWildcards(names: readonly string[]): readonly string[] | undefined {
  return names.some((name) => /[*?]/.test(name)) ? undefined : names;
}

/** Reads the tree that the engine makes of a statement (`json_serialize_sql`). */
export function readSyntax(tree: unknown): Syntax {
  const tables = new Map<string, Table>();
  const ends = new Set<string>();
  const ways = new Set<string>();
  let everything = false;
  let blobs = false;

  function visit(node: unknown): void {
    if (typeof node === 'string') ends.add(node.toLowerCase());
    else if (Array.isArray(node)) node.forEach(visit);
    else if (typeof node === 'object' && node !== null)
      visitObject(node as Readonly<Record<string, unknown>>);
  }

  function visitObject({ column_names: path, ...rest }: Readonly<Record<string, unknown>>): void {
    if (rest['class'] === 'STAR' || rest['type'] === 'SHOW_REF') everything = true;
    if (rest['type'] === 'BASE_TABLE') addTable(String(rest['schema_name']), String(rest['table_name']));
    if (Array.isArray(path)) {
      for (const name of path.slice(0, -1)) ways.add(String(name).toLowerCase());
      ends.add(String(path.at(-1)).toLowerCase());
    }
    Object.values(rest).forEach(visit);
  }

  function addTable(schema: string, name: string): void {
    if (`${schema}.${name}`.toLowerCase() === 'archive.blobs') blobs = true;
    const table = tableNamed(schema, name);
    if (table) tables.set(`${schema}/${name}`.toLowerCase(), table);
  }

  visit(tree);
  return { tables: [...tables.values()], blobs, uses: { everything, ends, ways } };
}
