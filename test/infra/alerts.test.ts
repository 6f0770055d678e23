import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { METRICS } from '../../shared/telemetry/metrics.ts';
import type { Metric } from '../../shared/telemetry/metrics.ts';
import { parsed } from './bicep.ts';
import { evaluate } from './evaluate.ts';

function textOf(file: string): string {
  return readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
}

interface AlertRule {
  readonly name: string;
  readonly what: string;
  readonly query: string;
  readonly measure: string;
  readonly split: readonly string[];
  readonly threshold: number;
}

const file = parsed(new Map([['alerts.bicep', textOf('infra/modules/alerts.bicep')]])).get('alerts.bicep');
const variable = file?.variables.get('rules');
if (!file || !variable) throw new Error('There are no rules.');
const rules = evaluate(file, variable, { lagMinutes: 30 }) as unknown as AlertRule[];

test('there is one for each of what needs somebody', () => {
  expect(rules.map(({ name }) => name)).toEqual([
    'lag',
    'dead-letters',
    'silent-source',
    'units',
    'loss',
    'stopped',
    'failing',
  ]);
  expect(file.resources.map(({ type }) => type)).toContain('Microsoft.Insights/metricAlerts');
  expect(rules[0]).toMatchObject({ threshold: 30, what: expect.stringContaining('30 minutes') as string });
});

test.each(rules)('$name looks for columns that its query makes', ({ query, measure, split }) => {
  const made = query.slice(query.lastIndexOf('| summarize'));

  for (const column of [measure, ...split]) expect(made).toMatch(new RegExp(`\\b${column}\\b`));
});

test('the codes of warnings that they look for are codes of the report', () => {
  const codes = rules.flatMap(({ query }) => query.match(/"[a-z]+-[a-z]+"/g) ?? []);
  const known: string[] = textOf('shared/capacity/report.ts').match(/\| '[a-z-]+'/g) ?? [];

  expect(codes).toHaveLength(6);
  expect(codes.filter((code) => !known.includes(`| '${code.slice(1, -1)}'`))).toEqual([]);
});

test('the metrics and dimensions that they look for are what the app sends', () => {
  const metrics = Object.values<Metric>(METRICS);
  const asked = rules.flatMap(({ query }) => {
    const names = [...query.matchAll(/name == "(sluice[^"]+)"/g)].map(([, name]) => name);
    const dimensions = [...query.matchAll(/customDimensions\.(\w+)/g)].map(([, dimension]) => dimension);
    return names.map((name) => ({ name, dimensions }));
  });

  expect(asked).toHaveLength(2);
  for (const { name, dimensions } of asked) {
    const metric = metrics.find((one) => one.name === name);
    expect(metric?.dimensions).toEqual(expect.arrayContaining(dimensions));
  }
});
