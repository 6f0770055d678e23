import { describe, expect, it } from 'vitest';

import { identify } from '../shared/judge/identify.ts';
import { KNOWN_CATEGORIES } from '../shared/judge/known-categories.ts';

const ENTRA = '/tenants/8d1f0c3a-5b7e-4a62-9c44-0e6b7f2d9a10/providers/Microsoft.aadiam';
const SUBSCRIPTION = '/SUBSCRIPTIONS/3B6A91D2-07C4-4E8F-A5D3-6C20F9E81B47';
const STORAGE = `${SUBSCRIPTION}/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.STORAGE/STORAGEACCOUNTS/ST`;

function keyOf(value: unknown): string {
  const { source, name } = identify(value);
  return `${source}/${name}`;
}

describe('identify', () => {
  it.each([
    ['a table', { category: 'AdvancedHunting-DeviceInfo' }, 'defender/DeviceInfo'],
    ['a table in another case', { category: 'advancedhunting-DEVICEINFO' }, 'defender/DeviceInfo'],
    ['a table of tomorrow', { category: 'AdvancedHunting-NewTable' }, 'defender/NewTable'],
    [
      'a table before all else',
      { category: 'AdvancedHunting-AlertInfo', resourceId: ENTRA },
      'defender/AlertInfo',
    ],
    ['no table at all', { category: 'AdvancedHunting-' }, 'unknown/AdvancedHunting-'],
    ['a table without its prefix', { category: 'DeviceInfo' }, 'unknown/DeviceInfo'],
  ])('recognises Defender by its prefix: %s', (_, record, key) => {
    expect(keyOf(record)).toBe(key);
  });

  it.each([
    ['an audit event', { action: 'repo.create', '@timestamp': 1 }, 'github/audit'],
    ['a git event', { action: 'git.push', '@timestamp': 1 }, 'github/git'],
    ['an API request', { action: 'api.request', '@timestamp': 1 }, 'github/api'],
    ['a prefix that only begins like git', { action: 'github.x', '@timestamp': 1 }, 'github/audit'],
    ['an action without a dot', { action: 'create', '@timestamp': 1 }, 'unknown/none'],
    ['a time in text', { action: 'repo.create', '@timestamp': '1' }, 'unknown/none'],
    ['a category', { action: 'repo.create', '@timestamp': 1, category: 'Other' }, 'unknown/Other'],
    ['an operation', { action: 'repo.create', '@timestamp': 1, operationName: 'x' }, 'unknown/none'],
  ])('recognises GitHub by its action and time: %s', (_, record, key) => {
    expect(keyOf(record)).toBe(key);
  });

  it.each([
    ['Entra ID', { category: 'SignInLogs', resourceId: ENTRA }, 'entra/SignInLogs'],
    ['in capitals', { category: 'RiskyUsers', resourceId: ENTRA.toUpperCase() }, 'entra/RiskyUsers'],
    ['in lower case', { category: 'SIGNINLOGS', resourceId: ENTRA.toLowerCase() }, 'entra/SignInLogs'],
    ['with a category of tomorrow', { category: 'NewLogs', resourceId: ENTRA }, 'entra/NewLogs'],
    ['without a category', { resourceId: ENTRA }, 'entra/none'],
    [
      'Intune',
      { category: 'devices', resourceId: '/tenants/t/providers/Microsoft.Intune' },
      'intune/Devices',
    ],
    [
      'both, and Entra ID comes first',
      { category: 'AuditLogs', resourceId: '/providers/microsoft.intune/providers/microsoft.aadiam' },
      'entra/AuditLogs',
    ],
    ['another provider', { category: 'X', resourceId: '/providers/Microsoft.Insights/a' }, 'unknown/X'],
    ['a provider that only ends alike', { category: 'X', resourceId: 'microsoft.aadiam' }, 'unknown/X'],
  ])("recognises a tenant's resource: %s", (_, record, key) => {
    expect(keyOf(record)).toBe(key);
  });

  it.each([
    ['Intune by its categories', { category: 'Devices' }, 'intune/Devices'],
    [
      'but not with a resource',
      { category: 'OperationalLogs', resourceId: STORAGE },
      'unknown/OperationalLogs',
    ],
    [
      'by the id of an audit event',
      { category: 'AuditLogs', properties: { AuditEventId: 'a' } },
      'intune/AuditLogs',
    ],
    [
      'by actor and activity',
      { category: 'AuditLogs', properties: { Actor: {}, ActivityType: 0 } },
      'intune/AuditLogs',
    ],
    [
      'Entra ID by its activity',
      { category: 'AuditLogs', properties: { activityDisplayName: 'Add user' } },
      'entra/AuditLogs',
    ],
    ['Entra ID where nothing tells', { category: 'auditlogs', properties: 'text' }, 'entra/AuditLogs'],
    ['Entra ID with a bare GUID', { category: 'SignInLogs', resourceId: '8d1f0c3a' }, 'entra/SignInLogs'],
    ['the Activity Log', { category: 'Administrative', resourceId: STORAGE }, 'activity/Administrative'],
    [
      'of a management group',
      {
        category: 'policy',
        resourceId: '/providers/Microsoft.Management/managementGroups/g',
      },
      'activity/Policy',
    ],
    ['without a resource', { category: 'ServiceHealth' }, 'activity/ServiceHealth'],
    ['of old', { category: 'Write', resourceId: STORAGE }, 'activity/Write'],
    ['of a resource elsewhere', { category: 'Alert', resourceId: '/elsewhere' }, 'unknown/Alert'],
    ['with capitals', { Category: 'Administrative', ResourceId: STORAGE }, 'activity/Administrative'],
    ['with capitals, but elsewhere', { Category: 'Alert', ResourceId: '/elsewhere' }, 'unknown/Alert'],
    ['a resource log', { category: 'AuditEvent', resourceId: STORAGE }, 'unknown/AuditEvent'],
    ['a resource log with capitals', { Category: 'AppLogs', ResourceId: STORAGE }, 'unknown/AppLogs'],
  ])('tells products apart by category and content: %s', (_, record, key) => {
    expect(keyOf(record)).toBe(key);
  });

  it.each(['activity', 'entra'] as const)('knows the categories of %s without a resource', (source) => {
    const keys = KNOWN_CATEGORIES[source].map((category) => keyOf({ category }));
    expect(keys).toEqual(KNOWN_CATEGORIES[source].map((category) => `${source}/${category}`));
  });

  it.each([
    undefined,
    null,
    true,
    17,
    'text',
    [],
    [{ category: 'SignInLogs' }],
    {},
    { category: null },
    { category: '' },
    { category: 5, resourceId: [] },
    { category: ['SignInLogs'] },
    { category: { toString: 'SignInLogs' } },
  ])('takes anything: %j', (value) => {
    expect(keyOf(value)).toBe('unknown/none');
  });

  it.each(['__proto__', 'constructor', 'hasOwnProperty'])(
    'takes %s for a category like any other',
    (category) => {
      expect(keyOf({ category })).toBe(`unknown/${category}`);
      expect(keyOf({ category: `AdvancedHunting-${category}` })).toBe(`defender/${category}`);
    },
  );

  it('is not led astray by a prototype in the record', () => {
    const record: unknown = JSON.parse('{"__proto__": {"category": "SignInLogs"}, "properties": null}');
    expect(keyOf(record)).toBe('unknown/none');
  });

  it('looks at long values only once', () => {
    const category = 'x'.repeat(1_000_000);
    const resourceId = `${'.a'.repeat(500_000)}/providers/MICROSOFT.AADIAM`;
    expect(identify({ category })).toEqual({ source: 'unknown', name: category });
    expect(keyOf({ category: 'SignInLogs', resourceId })).toBe('entra/SignInLogs');
  });
});
