import { literal } from './sql-text.ts';

// Each is a regular expression for JavaScript and for the engine.
/** What a spreadsheet runs as a formula: https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = '^[=+\\-@\\t\\r\\n\uff1d\uff0b\uff0d\uff20]';
const NUMBER = '^-?[0-9]+(?:\\.[0-9]+)?$';
/** As `trim` has them. */
const SPACES = '[\\t-\\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]';
const QUOTED = `[",\\r\\n;\\t]|^${SPACES}|${SPACES}$`;

const isFormula = new RegExp(FORMULA);
const isNumber = new RegExp(NUMBER);
const isQuoted = new RegExp(QUOTED);

/** A text as a cell of a CSV file. A formula gets an apostrophe in front, with which it is text. */
export function cell(text: string): string {
  const harmless = isFormula.test(text) && !isNumber.test(text) ? `'${text}` : text;
  return isQuoted.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** The same as SQL. Most texts are a cell as they are, and are looked at once. */
export function cellSql(text: string): string {
  const isFormulaSql = `${matches(text, FORMULA)} AND NOT ${matches(text, NUMBER)}`;
  const harmless = `CASE WHEN ${isFormulaSql} THEN '''' || ${text} ELSE ${text} END`;
  const quoted = `'"' || replace(${harmless}, '"', '""') || '"'`;
  return `CASE WHEN NOT ${matches(text, `${FORMULA}|${QUOTED}`)} THEN ${text} WHEN ${matches(`(${harmless})`, QUOTED)} THEN ${quoted} ELSE ${harmless} END`;
}

function matches(text: string, pattern: string): string {
  return `regexp_matches(${text}, ${literal(pattern)})`;
}
