import { expect, test } from 'vitest';
import { differential } from '../scripts/differential/differential.ts';
import { catalogue } from '../shared/judge/catalogue.ts';
import { ANY_KIND, type Shape } from '../shared/judge/shape.ts';
import { Sieve } from '../shared/judge/sieve.ts';

test('the walk and the sieve agree with the parser, Ajv and the judge on every record', () => {
  const found = differential({ records: 6_000, seed: 11 });
  const { categories, json, valid, through, known, disagreements } = found;

  expect(disagreements).toEqual([]);
  expect(categories).toBeGreaterThan(110);
  expect(json).toBeGreaterThan(3_000);
  expect(json - valid).toBeGreaterThan(200);
  expect(through).toBeGreaterThan(valid * 0.9);
  expect(known).toBeGreaterThan(150);
});

const BROKEN: Record<string, (shape: Shape) => Shape> = {
  'asks for no field': (shape) => ({ ...shape, required: [], choices: [] }),
  'takes any kind': (shape) => ({ ...shape, fields: new Map([...shape.fields].map(anyKind)) }),
};

// A record of GitHub's or Intune's that lacks what must be there is not known for one.
test.each([
  ['entra/SignInLogs', 'asks for no field'],
  ['entra/SignInLogs', 'takes any kind'],
  ['activity/Administrative', 'asks for no field'],
  ['defender/DeviceInfo', 'takes any kind'],
  ['intune/AuditLogs', 'takes any kind'],
  ['github/audit', 'takes any kind'],
])('a validator of %s that %s is found out', (category, how) => {
  const sieve = new Sieve((source, name) => {
    const rules = catalogue.rules(source, name);
    const shape = rules.shape();
    const isBroken = `${source}/${name}` === category && shape !== undefined;
    return isBroken ? { ...rules, shape: () => BROKEN[how]?.(shape) } : rules;
  });

  const { disagreements } = differential({ records: 2_000, seed: 11, category, sieve });

  expect(disagreements.map(({ what }) => what)).toContain('Ajv finds invalid what the sieve lets through.');
});

function anyKind([name, field]: [string, Shape]): [string, Shape] {
  return [
    name,
    { ...field, kinds: ANY_KIND, isKindOnly: true, fields: new Map(), required: [], choices: [] },
  ];
}
