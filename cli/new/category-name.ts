import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { KNOWN_CATEGORIES } from '../../shared/judge/known-categories.ts';
import { SOURCES, type Source } from '../../shared/judge/verdict.ts';
import { UsageError } from '../usage-error.ts';

export interface CategoryName {
  readonly source: Source;
  readonly name: string;
  /** `entra/SignInLogs` */
  readonly key: string;
}

/** A file is named like the category, on systems of every kind. */
const NAME = /^[A-Za-z][\w-]{0,99}$/;
const RESERVED = ['envelope', 'none'];
const DEFENDER_PREFIX = 'advancedhunting-';
const ENDING = '.schema.json';

/** Products whose records are told by the category's name where nothing else does. */
const TOLD_BY_NAME: readonly Source[] = ['activity', 'entra', 'intune'];

/** Throws a UsageError for a name that cannot be a new category's. `schemas` is the folder of schemas. */
export function readCategoryName(text: string, schemas: string): CategoryName {
  const [product = '', name = '', ...rest] = text.split('/');
  const source = SOURCES.find((known) => known === product);
  if (!source || name === '' || rest.length > 0) {
    throw new UsageError(
      `${text} is no <product>/<category>, such as entra/TermsOfUseLogs. The products are: ${SOURCES.join(', ')}.`,
    );
  }
  refuse(faultOf(source, name));
  refuse(existing(source, name, schemas));
  return { source, name, key: `${source}/${name}` };
}

function refuse(fault: string | undefined): void {
  if (fault !== undefined) throw new UsageError(fault);
}

function faultOf(source: Source, name: string): string | undefined {
  if (source === 'github')
    return 'Records of GitHub are told by their action, and are always github/audit, github/git or github/api: extend one of those.';
  if (!NAME.test(name) || RESERVED.includes(name.toLowerCase()))
    return `${JSON.stringify(name)} cannot be the name of a category: letters, digits, - and _ can, with a letter first.`;
  if (source === 'defender' && name.toLowerCase().startsWith(DEFENDER_PREFIX))
    return `Name the table alone: defender/${name.slice(DEFENDER_PREFIX.length)}.`;
  return undefined;
}

function existing(source: Source, name: string, schemas: string): string | undefined {
  const found = namesOf(source, schemas).find((other) => other.toLowerCase() === name.toLowerCase());
  if (found !== undefined) {
    return (
      `${source}/${found} exists already: schemas/${source}/${found}${ENDING}. ` +
      'To act on it, add a function (docs/categories.md says how).'
    );
  }
  const others = TOLD_BY_NAME.includes(source) ? TOLD_BY_NAME.filter((other) => other !== source) : [];
  const rival = others.find((other) =>
    namesOf(other, schemas).some((taken) => taken.toLowerCase() === name.toLowerCase()),
  );
  return (
    rival && `${rival} has a category ${name}, and its records and those of ${source} are told apart by name.`
  );
}

function namesOf(source: Source, schemas: string): readonly string[] {
  const folder = path.join(schemas, source);
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const withSchema = files
    .filter((file) => file.endsWith(ENDING))
    .map((file) => file.slice(0, -ENDING.length));
  return [...KNOWN_CATEGORIES[source].filter((name) => !RESERVED.includes(name)), ...withSchema];
}
