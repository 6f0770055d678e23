import type { CategoryName } from './category-name.ts';

/** `terms-of-use-logs` for `TermsOfUseLogs` */
export function kebabCase(name: string): string {
  return wordsIn(name).join('-');
}

/** `termsOfUseLogs` */
export function camelCase(name: string): string {
  const [first = '', ...rest] = wordsIn(name);
  return first + rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function wordsIn(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z\d]+/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
}

export function functionText({ key, name }: CategoryName): string {
  return `import { onCategory } from '../../shared/on-category.ts';

/** Writes a line to the log for each record of ${key}: put what is to be done in its place. */
export default onCategory('${key}', function ${camelCase(name)}(records, { log }) {
  for (const record of records) {
    log('info', \`\${record.category} \${record.id}: \${record.text('/operationName') ?? 'no operation'}\`);
  }
});
`;
}

export function testText({ source, key, name }: CategoryName): string {
  const camel = camelCase(name);
  return `import { expect, test } from 'vitest';
import ${camel} from '../../functions/categories/${kebabCase(name)}.ts';
import { readFixtures } from '../category-fixtures.ts';
import { callCategoryFunction } from '../support/call-category-function.ts';

test('a line is written for each record of ${key}', async () => {
  const { valid } = readFixtures('${source}', '${name}');

  const { logged } = await callCategoryFunction(${camel}, valid);

  expect(logged).toHaveLength(valid.length);
  expect(logged[0]).toMatch(/^info: ${key.replace('/', String.raw`\/`)} /);
});
`;
}
