import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blobPrefix, namespaceOf, partitionFrom, partitionKeyOf, safeName } from '../shared/names.ts';

describe('safeName', () => {
  test.each([
    ['SignInLogs', 'SignInLogs'],
    ['with-dash_and_1', 'with-dash_and_1'],
    ['', '+'],
    ['a b', 'a+20b'],
    ['..', '+2e+2e'],
    ['a/b', 'a+2fb'],
    ['a+20b', 'a+2b20b'],
    ['é', '+c3+a9'],
    ['\n', '+0a'],
  ])('of %j is %s', (name, safe) => {
    expect(safeName(name)).toBe(safe);
  });

  test('cuts what is long, and tells it apart by its hash', () => {
    const [one, other] = [`${'x'.repeat(500)}1`, `${'x'.repeat(500)}2`].map(safeName);

    expect(one).toMatch(/^x{60}\+\+[0-9a-f]{16}$/);
    expect(other).not.toBe(one);
  });

  test('fits into a blob name and a tag, and no two names share it', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('+', '2', 'b', 'é', 'x', '/'), minLength: 80, maxLength: 120 }),
      fc.constantFrom('', '+', '+2b', '++'),
    );

    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(safeName(a)).toMatch(/^[\w+-]{1,100}$/);
        expect(safeName(a) === safeName(b)).toBe(a === b);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a partition', () => {
  const partition = { namespace: 'contoso', hub: 'sign.in_logs-1', id: '31' };

  test('has a table key, and the key says which it is', () => {
    expect(partitionKeyOf(partition)).toBe('contoso~sign.in_logs-1~31');
    expect(partitionFrom(partitionKeyOf(partition))).toEqual(partition);
  });

  test.each(['', 'contoso', 'contoso~logs', 'contoso~logs~', '~logs~0', 'a~b~c~d'])(
    'is not in the key %j',
    (key) => {
      expect(partitionFrom(key)).toBeUndefined();
    },
  );

  test('has its blobs in the folder of their source, category and hour', () => {
    const hour = Date.parse('2026-01-02T03:00:00Z');

    expect(blobPrefix('entra', 'Sign In', hour, partition)).toBe(
      'entra/Sign+20In/y=2026/m=01/d=02/h=03/contoso-sign.in_logs-1-p31-',
    );
  });
});

test.each([
  ['Contoso.servicebus.windows.net', 'contoso'],
  ['localhost', 'localhost'],
  ['localhost:5672', 'localhost'],
  ['', ''],
])('the namespace of the host %j is %j', (host, namespace) => {
  expect(namespaceOf(host)).toBe(namespace);
});
