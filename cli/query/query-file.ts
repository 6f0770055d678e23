import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../usage-error.ts';
import type { Parameters } from './engine.ts';

/** Where the queries lie that come along, and where more can be put. */
export const QUERIES = fileURLToPath(new URL('../../queries/', import.meta.url));

/** A query in a file. What it is for stands in the comment at its beginning. */
export interface QueryFile {
  /** That of the file, without its ending. */
  readonly name: string;
  /** The first line of the comment. */
  readonly title: string;
  /** The rest of it. */
  readonly about: string;
  readonly parameters: readonly QueryParameter[];
  readonly sql: string;
}

export interface QueryParameter {
  readonly name: string;
  /** Undefined: it must be given. */
  readonly default: string | undefined;
  readonly meaning: string;
}

/** A file by its path, or one of those that come along by its name. Throws a UsageError where there is none, or it says nothing of itself. */
export async function openQueryFile(nameOrPath: string): Promise<QueryFile> {
  const isName = /^[\w-]+$/.test(nameOrPath);
  const file = isName ? path.join(QUERIES, `${nameOrPath}.sql`) : nameOrPath;
  try {
    return readQuery(path.basename(file, '.sql'), await readFile(file, 'utf8'));
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(
      `The query ${nameOrPath} cannot be read: ${reason}. --list names those that come along.`,
      {
        cause,
      },
    );
  }
}

export async function listQueryFiles(folder = QUERIES): Promise<QueryFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted();
  return Promise.all(names.map((name) => openQueryFile(path.join(folder, name))));
}

const PARAMETER = /^@param (\w+)(?: = (\S+))? +(.+)$/;

export function readQuery(name: string, text: string): QueryFile {
  const [header = ''] = /^(?:--.*(?:\r?\n|$))*/.exec(text) ?? [];
  const lines = header.split('\n').map((line) => line.replace(/^-- ?/, '').trim());
  const [title = '', ...rest] = lines;
  if (title === '')
    throw new UsageError(`The query ${name} does not begin with a comment that says what it is for.`);
  const parameters = rest.flatMap((line) => {
    const [, parameter, value, meaning = ''] = PARAMETER.exec(line) ?? [];
    return parameter === undefined ? [] : [{ name: parameter, default: value, meaning }];
  });
  const about = rest
    .filter((line) => !line.startsWith('@param'))
    .join('\n')
    .trim();
  return { name, title, about, parameters, sql: text.slice(header.length).trim() };
}

/** What was given, and the defaults of the rest. Throws a UsageError where one is missing, or not known. */
export function parametersFor({ name, parameters }: QueryFile, given: Parameters): Parameters {
  const known = new Set(parameters.map((parameter) => parameter.name));
  const strange = Object.keys(given).filter((parameter) => !known.has(parameter));
  if (strange.length > 0)
    throw new UsageError(
      `The query ${name} has no parameter ${strange.join(', ')}. It has: ${[...known].join(', ') || 'none'}.`,
    );
  const values = parameters.map(({ name: parameter, default: value, meaning }) => {
    const found = given[parameter] ?? value;
    if (found === undefined)
      throw new UsageError(`The query ${name} needs --param ${parameter}=... (${meaning})`);
    return [parameter, found] as const;
  });
  return Object.fromEntries(values);
}

/** For a person: what there is, and what each takes. */
export function describeQueries(queries: readonly QueryFile[]): string {
  return queries.map(describeQuery).join('\n\n');
}

function describeQuery({ name, title, parameters }: QueryFile): string {
  const lines = parameters.map(
    ({ name: parameter, default: value, meaning }) =>
      `    ${parameter}${value === undefined ? '' : ` = ${value}`}: ${meaning}`,
  );
  return [name, `  ${title}`, ...lines].join('\n');
}
