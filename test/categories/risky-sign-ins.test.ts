import { expect, test } from 'vitest';
import riskySignIns from '../../functions/categories/risky-sign-ins.ts';
import { callCategoryFunction } from '../support/call-category-function.ts';

function signIn(riskLevelDuringSignIn?: string): object {
  return {
    category: 'SignInLogs',
    resultType: '0',
    properties: {
      userPrincipalName: 'mia@example.com',
      ipAddress: '192.0.2.7',
      appDisplayName: 'Payroll',
      riskLevelDuringSignIn,
    },
  };
}

test('sign-ins of medium and high risk raise an alert each, and no others do', async () => {
  const risks = ['none', 'medium', 'low', 'high', undefined];

  const { alerts } = await callCategoryFunction(riskySignIns, risks.map(signIn));

  const details = { ipAddress: '192.0.2.7', app: 'Payroll', result: '0' };
  const subject = 'mia@example.com';
  expect(alerts).toEqual([
    { recordId: 'test/1', title: 'Sign-in of medium risk', severity: 'medium', subject, details },
    { recordId: 'test/3', title: 'Sign-in of high risk', severity: 'high', subject, details },
  ]);
});
