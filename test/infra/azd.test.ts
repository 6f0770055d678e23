import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ignore from 'ignore';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { parsed, templatesIn } from './bicep.ts';
import { ROLES } from './rules.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface AzureYaml {
  readonly name: string;
  readonly infra: { readonly provider: string; readonly path: string; readonly module: string };
  readonly services: Readonly<Record<string, Service>>;
}

interface Service {
  readonly project: string;
  readonly host: string;
  readonly language: string;
  readonly remoteBuild: boolean;
}

interface ParametersFile {
  readonly parameters: Readonly<Record<string, { readonly value: unknown }>>;
}

function textOf(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

const azd = parse(textOf('azure.yaml')) as AzureYaml;
const templates = parsed(templatesIn(path.join(ROOT, azd.infra.path)));
const main = templates.get(`${azd.infra.module}.bicep`);

test('azure.yaml names templates that are there', () => {
  expect(azd.infra.provider).toBe('bicep');
  expect(main?.root.text).toContain("targetScope = 'subscription'");
});

test('azure.yaml names the app by the tag that the template gives it', () => {
  const tagged = main?.root.text.match(/'azd-service-name': '(\w+)'/g);

  expect(Object.keys(azd.services).map((name) => `'azd-service-name': '${name}'`)).toEqual(tagged);
});

test('azure.yaml publishes what was built here, and has nothing built in Azure', () => {
  const { project, host, language, remoteBuild } = azd.services['app'] ?? {};
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
  const ignored = ignore().add(textOf('.funcignore'));

  expect({ host, language, remoteBuild }).toEqual({ host: 'function', language: 'ts', remoteBuild: false });
  expect(existsSync(path.join(ROOT, project ?? '-', 'host.json'))).toBe(true);
  // `azd` runs it before it packs.
  expect(scripts['build']).toBeDefined();
  // What it looks at to refuse `remoteBuild: false`, and what is to be left out all the same.
  expect(['node_modules/', 'node_modules/rhea/'].map((file) => ignored.ignores(file))).toEqual([false, true]);
});

test('main.parameters.json has parameters of the template, and those that it cannot do without', () => {
  const { parameters } = JSON.parse(textOf('infra/main.parameters.json')) as ParametersFile;
  const given = Object.keys(parameters);
  const required = [...(main?.params ?? [])].filter(([, { isRequired }]) => isRequired).map(([name]) => name);

  expect(given.filter((name) => !main?.params.has(name))).toEqual([]);
  expect(given).toEqual(expect.arrayContaining(required));
  expect(required).toEqual(['environmentName', 'location']);
});

test('docs/deploy.md has every parameter, with its default and what the template says of it', () => {
  const section = textOf('docs/deploy.md')
    .split(/^## /m)
    .find((part) => part.startsWith('Parameters'));
  const rows = [...(section ?? '').matchAll(/^\| `(\w+)` *\| (.*?) *\| (.*?) *\|$/gm)];

  expect(rows.map(([, name, , meaning]) => [name, meaning])).toEqual(
    [...(main?.params ?? [])].map(([name, { description }]) => [name, description]),
  );
  const wrong = rows.filter(([, name = '', given]) => {
    const value = main?.params.get(name)?.value?.text ?? '';
    return /^(\w+|'.+')$/.test(value) && given !== `\`${value.replaceAll("'", '')}\``;
  });
  expect(wrong.map(([row]) => row)).toEqual([]);
  expect(rows.length).toBeGreaterThan(20);
});

test('docs/deploy.md names every role that is given', () => {
  const rights =
    textOf('docs/deploy.md')
      .split(/^## /m)
      .find((part) => part.startsWith('Rights')) ?? '';

  for (const name of [...Object.values(ROLES), 'Sluice archive writer', 'Sluice retention'])
    expect(rights).toContain(`| ${name}`);
});
