import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../shared/errors.ts';
import { LEFT } from '../shared/retention/expired-blob.ts';
import { readRules } from '../shared/settings/read-rules.ts';
import { RULES_SCHEMA } from '../shared/settings/rules-schema.ts';
import { REASONS } from '../shared/take-apart/reasons.ts';
import { RUNGS } from '../shared/take-apart/salvage.ts';
import { SETTINGS } from '../shared/settings/settings.ts';
import { METRICS } from '../shared/telemetry/metrics.ts';

/** Every connection of the app: a setting each, or several that begin with its name. */
const CONNECTIONS = [
  'SourceHubConnection',
  'RecordsHubConnection',
  'ArchiveStorage',
  'RetentionStorage',
  'LedgerStorage',
  'AzureWebJobsStorage',
];

/** The platform's own, which Sluice reads too. */
const TELEMETRY = ['APPLICATIONINSIGHTS_CONNECTION_STRING', 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING'];

/** What the sample holds for the worker and not for Sluice. */
const OF_THE_WORKER = ['FUNCTIONS_WORKER_RUNTIME', 'FUNCTIONS_NODE_BLOCK_ON_ENTRY_POINT_ERROR'];

function textOf(file: string): string {
  return readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
}

/** The rows below a heading, a cell each; empty cells stay. */
function tableUnder(heading: string, markdown: string): string[][] {
  const section = markdown.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`There is no heading "${heading}".`);
  const [, , ...rows] = /(?:^\|.*\|$\n?)+/m.exec(section)?.[0].trimEnd().split('\n') ?? [];
  return rows.map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

function unquoted(cell: string | undefined): string {
  const [, text] = /^`(.*)`$/.exec(cell ?? '') ?? [];
  return text ?? cell ?? '';
}

describe('docs/settings.md', () => {
  const markdown = textOf('docs/settings.md');
  const settings = Object.values(SETTINGS);

  test('has every setting with its default, and no other', () => {
    const rows = tableUnder("Sluice's own", markdown);

    expect(rows.map(([name, value]) => [unquoted(name), unquoted(value)])).toEqual(
      settings.map(({ name, default: value }) => [name, value]),
    );
  });

  test.each(settings)('says of $name what the code says', ({ name, meaning }) => {
    const row = tableUnder("Sluice's own", markdown).find(([cell]) => unquoted(cell) === name);

    expect(row?.[2]?.startsWith(meaning)).toBe(true);
  });

  test('has every connection, and no other', () => {
    const rows = tableUnder('Connections', markdown);

    expect(rows.map(([name]) => unquoted(name))).toEqual(CONNECTIONS);
  });

  test('has the settings of telemetry, and no other', () => {
    const rows = tableUnder("Telemetry's", markdown);

    expect(rows.map(([name]) => unquoted(name))).toEqual(TELEMETRY);
  });

  test('names no setting that does not exist', () => {
    const named = new Set(markdown.match(/\bSLUICE_\w+/g));

    expect(named).toEqual(new Set(settings.map(({ name }) => name)));
  });
});

test('local.settings.sample.json has every setting with its default, and no other', () => {
  const { Values } = JSON.parse(textOf('local.settings.sample.json')) as { Values: Record<string, string> };
  const own = Object.fromEntries(Object.values(SETTINGS).map(({ name, default: value }) => [name, value]));

  const { SLUICE_SOURCE_HUBS, ...rest } = Values;

  expect(SLUICE_SOURCE_HUBS).toBe('logs');
  expect(Object.keys(Values).toSorted()).toEqual(
    [...Object.keys(own), ...CONNECTIONS, ...TELEMETRY, ...OF_THE_WORKER].toSorted(),
  );
  const { SLUICE_SOURCE_HUBS: _, ...defaults } = own;
  expect(rest).toMatchObject(defaults);
});

test('docs/rules.md has every key that a rule knows, and its examples are rules', () => {
  const markdown = textOf('docs/rules.md');
  const asked = tableUnder('What a rule asks', markdown).map(([key]) => unquoted(key));
  const said = tableUnder('What a rule says', markdown).map(([key]) => unquoted(key));
  const examples = [...markdown.matchAll(/```json\n([^`]*)```/g)].map(([, json = '']) => json);
  const problems: string[] = [];

  for (const json of examples) readRules({ SLUICE_RULES: json }, problems);

  expect(['name', ...asked, ...said]).toEqual(
    expect.arrayContaining(Object.keys(RULES_SCHEMA.items.properties)),
  );
  expect(examples).toHaveLength(4);
  expect(problems).toEqual([]);
});

describe('docs/error-codes.md', () => {
  const markdown = textOf('docs/error-codes.md');

  test.each([
    ['Errors', ERROR_CODES],
    ['Dead letters', REASONS],
    ['Salvage', RUNGS],
  ])('has under "%s" every code with its meaning, and no other', (heading, codes) => {
    const rows = tableUnder(heading, markdown);

    expect(rows.map(([code]) => unquoted(code))).toEqual(Object.keys(codes));
    const meanings = Object.values(codes);
    // The document may say more after it.
    expect(rows.map(([, cell], i) => cell?.slice(0, meanings[i]?.length))).toEqual(meanings);
  });
});

test('docs/telemetry.md has every metric as it is, and no other', () => {
  const rows = tableUnder('Metrics', textOf('docs/telemetry.md'));

  expect(rows).toEqual(
    Object.values(METRICS).map(({ name, unit, kind, dimensions, meaning }) => [
      `\`${name}\``,
      unit,
      kind,
      dimensions.map((dimension) => `\`${dimension}\``).join(', '),
      meaning,
    ]),
  );
});

test('docs/retention.md has every reason why something that is due stays, and no other', () => {
  const rows = tableUnder('What deletes it', textOf('docs/retention.md'));

  expect(rows).toEqual(Object.entries(LEFT).map(([reason, meaning]) => [`\`${reason}\``, meaning]));
});
