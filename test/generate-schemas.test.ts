import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { defenderSchemas, readDefenderTables } from '../scripts/generate-schemas.ts';
import { SCHEMAS } from './schemas-folder.ts';

describe('the generated schemas', () => {
  const generated = defenderSchemas(readDefenderTables());

  it.each([...generated])('%s is what npm run schemas makes of the data', (file, content) => {
    expect(readFileSync(path.join(SCHEMAS, file), 'utf8').replaceAll('\r\n', '\n')).toBe(content);
  });

  it('are all that say so', () => {
    const claiming = globSync('*/*.schema.json', { cwd: SCHEMAS })
      .filter((file) => readFileSync(path.join(SCHEMAS, file), 'utf8').includes('Generated from'))
      .map((file) => file.replaceAll('\\', '/'));
    expect(claiming.toSorted()).toEqual([...generated.keys()].toSorted());
  });

  it('need to know what a Kusto type is on the wire', () => {
    const data = { kinds: {}, recordKeys: {}, tables: { NewTable: { decimal: ['Score'] } } };
    expect(() => defenderSchemas(data)).toThrow(/NewTable has columns of the type decimal/);
  });
});
