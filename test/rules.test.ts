import { describe, expect, test } from 'vitest';
import { catalogue } from '../shared/judge/catalogue.ts';
import { readRules } from '../shared/settings/read-rules.ts';
import { createChooseRule } from '../shared/rules.ts';
import type { RuleSetting } from '../shared/rules.ts';
import type { Source } from '../shared/judge/verdict.ts';

/** The name of the rule that is chosen for a record; `-` where there is none. */
function chosen(rules: readonly RuleSetting[], category: string, record: object = {}): string {
  const [source, ...name] = category.split('/');
  const choose = createChooseRule(rules);
  const { category: known } = catalogue.rules(source as Source, name.join('/'));
  return choose?.(known, Buffer.from(JSON.stringify(record)))?.name ?? '-';
}

describe('the rule for a record', () => {
  test('is the first that fits', () => {
    const rules = [
      { name: 'dev', source: 'activity', subscription: 'dev-*', archive: false },
      { category: 'Administrative', forward: false },
      { name: 'rest', archive: true },
    ];

    expect(chosen(rules, 'activity/Administrative', { resourceId: '/subscriptions/dev-1/x' })).toBe('dev');
    expect(chosen(rules, 'activity/Administrative', { resourceId: '/subscriptions/prod/x' })).toBe('rule-2');
    expect(chosen(rules, 'activity/Policy', { resourceId: '/subscriptions/prod/x' })).toBe('rest');
  });

  test('is none where none fits', () => {
    expect(chosen([{ source: 'github', archive: false }], 'entra/AuditLogs')).toBe('-');
    expect(createChooseRule([])).toBeUndefined();
  });

  test.each([
    ['source', 'entra/AuditLogs', {}, 'Entra', 'intune'],
    ['category', 'entra/AuditLogs', {}, 'audit*', 'SignInLogs'],
    ['category', 'entra/AuditLogs', {}, 'entra/AuditLogs', 'intune/*'],
    ['category', 'unknown/App/Logs', {}, 'App/*', 'entra/*'],
    ['location', 'activity/Policy', { location: 'westeurope' }, 'west*', 'east*'],
    ['location', 'activity/Policy', { Location: 'westeurope' }, 'WestEurope', 'east*'],
    ['subscription', 'activity/Policy', { resourceId: '/SUBSCRIPTIONS/AB-1/resourceGroups/x' }, 'ab-1', 'ab'],
    ['subscription', 'activity/Policy', { ResourceId: '/subscriptions/ab-1' }, 'ab-?', 'ab'],
    ['tenant', 'entra/AuditLogs', { tenantId: 'T-1' }, 't-1', 't-2'],
    ['tenant', 'entra/AuditLogs', { resourceId: '/tenants/t-1/providers/x' }, 't-1', 't-2'],
    ['tenant', 'github/audit', { org: 'contoso' }, 'contoso', 'fabrikam'],
    ['operation', 'entra/AuditLogs', { operationName: 'Add user' }, 'add *', 'delete *'],
    ['operation', 'activity/Policy', { OperationName: 'a/b/write' }, '*/write', '*/read'],
    ['operation', 'github/audit', { action: 'repo.destroy' }, 'repo.*', 'org.*'],
  ])('asks for %s of %s %j', (field, category, record, fitting, other) => {
    expect(chosen([{ [field]: fitting, archive: false }], category, record)).toBe('rule-1');
    expect(chosen([{ [field]: [other, fitting], archive: false }], category, record)).toBe('rule-1');
    expect(chosen([{ [field]: other, archive: false }], category, record)).toBe('-');
  });

  test('fits in every field that it names', () => {
    const rules = [{ source: 'entra', tenant: 't-1', operation: 'Add*', archive: false }];

    expect(chosen(rules, 'entra/AuditLogs', { tenantId: 't-1', operationName: 'Add user' })).toBe('rule-1');
    expect(chosen(rules, 'entra/AuditLogs', { tenantId: 't-2', operationName: 'Add user' })).toBe('-');
    expect(chosen(rules, 'entra/AuditLogs', { tenantId: 't-1' })).toBe('-');
  });

  test('is not misled by values of other kinds, nor by long ones', () => {
    expect(chosen([{ location: 'x*', archive: false }], 'activity/Policy', { location: ['x'] })).toBe('-');
    expect(
      chosen([{ location: 'x*', archive: false }], 'activity/Policy', { location: 'x'.repeat(2_000) }),
    ).toBe('-');
  });

  test('says what is to happen, everything if it does not say', () => {
    const choose = createChooseRule([{ source: 'intune', retentionDays: 30 }, { archive: false }]);
    const rule = (source: Source, name: string) =>
      choose?.(catalogue.rules(source, name).category, Buffer.from('{}'));

    expect(rule('intune', 'Devices')).toMatchObject({ archive: true, forward: true, retentionDays: 30 });
    expect(rule('entra', 'AuditLogs')).toMatchObject({
      archive: false,
      forward: true,
      retentionDays: undefined,
    });
  });
});

describe('the setting', () => {
  test('is a list of rules', () => {
    const rules = [
      { name: 'a', category: ['x', 'y*'], archive: false },
      { tenant: 't', retentionDays: 0, forward: true },
    ];
    const problems: string[] = [];

    expect(readRules({ SLUICE_RULES: JSON.stringify(rules) }, problems)).toEqual(rules);
    expect(readRules({ SLUICE_RULES: ' ' }, problems)).toEqual([]);
    expect(readRules({}, problems)).toEqual([]);
    expect(problems).toEqual([]);
  });

  test.each([
    ['[{', /^SLUICE_RULES is not JSON: .+\.$/],
    ['{}', 'SLUICE_RULES must be a list of rules: [{ ... }].'],
    ['null', 'SLUICE_RULES must be a list of rules: [{ ... }].'],
    ['[5]', 'SLUICE_RULES has a rule (number 1) that must be object.'],
    ['[{"source":"x"}]', 'SLUICE_RULES has a rule (number 1) without archive, forward and retentionDays.'],
    [
      '[{"archive":true},{"archive":false,"archve":1}]',
      'SLUICE_RULES has a rule (number 2) with "archve": a rule knows name, source, category, location, subscription, tenant, operation, archive, forward, retentionDays.',
    ],
    ['[{"archive":"no"}]', 'SLUICE_RULES has a rule (number 1) whose archive must be boolean.'],
    ['[{"retentionDays":-1}]', 'SLUICE_RULES has a rule (number 1) whose retentionDays must be >= 0.'],
    ['[{"retentionDays":1.5}]', 'SLUICE_RULES has a rule (number 1) whose retentionDays must be integer.'],
    ...['5', '""', '[]', '[""]', '[1]'].map((pattern) => [
      `[{"archive":false,"source":${pattern}}]`,
      'SLUICE_RULES has a rule (number 1) whose source must be a pattern of 1 to 200 characters, or a list of such patterns.',
    ]),
    ...['"a b"', '""', '"__proto__"'].map((name) => [
      `[{"archive":false,"name":${name}}]`,
      'SLUICE_RULES has a rule (number 1) whose name must be 1 to 60 letters, digits, "-" and "_", the first of them a letter or a digit.',
    ]),
    [
      '[{"name":"a","archive":true},{"name":"a","archive":false},{"name":"a","forward":false}]',
      'SLUICE_RULES has more than one rule of the name "a".',
    ],
    [
      '[{"name":"rule-2","archive":true},{"archive":false}]',
      'SLUICE_RULES has more than one rule of the name "rule-2".',
    ],
  ] as [string, string | RegExp][])('is told what is wrong with %s', (text, problem) => {
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(typeof problem === 'string' ? literally(problem) : problem),
    ]);
  });

  test('is told of everything that is wrong', () => {
    expect(problemsOf('[{"archive":1,"source":2},{"x":3}]')).toHaveLength(4);
  });
});

function literally(text: string): RegExp {
  return new RegExp(`^${text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}$`);
}

function problemsOf(text: string): string[] {
  const problems: string[] = [];
  readRules({ SLUICE_RULES: text }, problems);
  return problems.map((problem) => problem.replace(' docs/rules.md shows what a rule can say.', ''));
}
