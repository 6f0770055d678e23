import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { expect, test } from 'vitest';
import { published, ROOT } from './support/published.ts';

const text = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

test('what is published is what was built, and two files that say how to run it', () => {
  const files = published();

  expect(files.filter((file) => !/^(dist|generated)\//.test(file))).toEqual(['host.json', 'package.json']);
  expect(files).toContain('dist/main.cjs');
  expect(files).toContain('generated/catalogue.json');
  expect(files.filter((file) => file.startsWith('dist/') && !file.endsWith('.cjs'))).toEqual([]);
});

test('the app is one of its files, and asks for nothing but what Node and the worker have', () => {
  const manifest = JSON.parse(text('package.json')) as { main: string };
  const code = published().filter((file) => file.startsWith('dist/'));

  expect(code).toContain(manifest.main);
  const asked = new Set(code.flatMap((file) => requiredBy(text(file))));
  const foreign = [...asked].filter((id) => !isBuiltin(id) && !code.includes(path.posix.join('dist', id)));
  expect(foreign).toEqual(['@azure/functions-core']);
});

function requiredBy(source: string): string[] {
  return [...source.matchAll(/\b(?:require|import)\("([^"]+)"\)/g)].map(([, id = '']) => id);
}
