import { describe, expect, test } from 'vitest';
import { judge } from '../shared/judge/judge.ts';

const SUBSCRIPTION = 'E7A59F03-D06A-414F-BB2D-4A34A89DF3A7';

function scopeOf(record: object): string | undefined {
  return judge(Buffer.from(JSON.stringify(record)))?.scope;
}

describe('the scope of a record', () => {
  test.each([
    [
      { resourceId: `/SUBSCRIPTIONS/${SUBSCRIPTION}/RESOURCEGROUPS/A`, tenantId: 'T' },
      SUBSCRIPTION.toLowerCase(),
    ],
    [{ resourceId: `/subscriptions/${SUBSCRIPTION}` }, SUBSCRIPTION.toLowerCase()],
    [{ resourceId: null, ResourceId: '/subscriptions/S/x' }, 's'],
    [{ resourceId: '/tenants/x/providers/microsoft.aadiam', tenantId: 'Contoso' }, 'contoso'],
    [{ resourceId: '/subscriptions/', tenantId: 't' }, 't'],
    [{ org: 'Example-Org' }, 'example-org'],
    [{ tenantId: 7, org: ['a'] }, undefined],
    [{ tenantId: '' }, undefined],
    [{ tenantId: 'x'.repeat(101) }, undefined],
    [{}, undefined],
  ])('%j', (record, scope) => {
    expect(scopeOf(record)).toBe(scope);
  });
});
