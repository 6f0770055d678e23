import { describe, expect, test } from 'vitest';
import { judge } from '../shared/judge/judge.ts';
import { openSieve } from '../shared/judge/sieve.ts';
import { takeApart } from '../shared/take-apart/take-apart.ts';

const SIGN_IN = {
  time: '2026-11-20T10:00:00Z',
  category: 'SignInLogs',
  operationName: 'Sign-in activity',
  resourceId: '/tenants/t/providers/Microsoft.aadiam',
  properties: { id: 'a', status: { errorCode: 0 } },
};

function unseenIn(record: object): readonly string[] | undefined {
  const limits = { maxUnpackedBytes: 1_000_000, maxUnpackedRatio: 250 };
  const taken = takeApart(Buffer.from(JSON.stringify({ records: [record] })), {
    judge,
    openSieve,
    ...limits,
  });
  return taken.spans[0]?.span.unseen;
}

describe('fields that a schema does not name', () => {
  test('are none of a record that has only known ones', () => {
    expect(unseenIn(SIGN_IN)).toEqual([]);
  });

  test('are told by their pointers, at every level that the schema describes', () => {
    const { properties } = SIGN_IN;
    const status = { errorCode: 0, 'new/one': 1 };
    const record = { ...SIGN_IN, newcomer: 1, properties: { ...properties, status, novelty: { inside: 2 } } };

    expect(unseenIn(record)?.toSorted()).toEqual([
      '/newcomer',
      '/properties/novelty',
      '/properties/status/new~1one',
    ]);
  });

  test('are told of fields by which others are identified', () => {
    expect(unseenIn({ ...SIGN_IN, action: 'a.b' })).toEqual(['/action']);
  });

  test('are the same whoever looks: the sieve, or the judge alone', () => {
    const record = { ...SIGN_IN, newcomer: 1, properties: { ...SIGN_IN.properties, novelty: null } };
    const bytes = Buffer.from(JSON.stringify(record));

    expect(unseenIn(record)).toEqual(judge(bytes)?.unseen);
  });

  test('are bounded, and no field has a name of a kilobyte', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`field-${i}`, i]));

    expect(unseenIn({ ...SIGN_IN, ...many })).toHaveLength(20);
    expect(unseenIn({ ...SIGN_IN, ['x'.repeat(1_000)]: 1 })).toEqual([]);
  });

  test('are not asked for where nobody knows the fields', () => {
    expect(unseenIn({ anything: 1 })).toEqual([]);
  });
});
