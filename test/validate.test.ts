import { describe, expect, it } from 'vitest';

import { catalogue } from '../shared/judge/catalogue.ts';
import { validate } from '../shared/judge/validate.ts';
import type { Source } from '../shared/judge/verdict.ts';

const signIn = {
  category: 'SignInLogs',
  operationName: 'Sign-in activity',
  properties: { status: { errorCode: 0 } },
};

function problemsOf(source: Source, name: string, value: unknown) {
  return validate(value, catalogue.rules(source, name));
}

describe('validate', () => {
  it('allocates nothing for valid records', () => {
    const first = problemsOf('entra', 'SignInLogs', signIn);
    const second = problemsOf('github', 'audit', { '@timestamp': 1, action: 'repo.create' });
    expect(first).toEqual([]);
    expect(second).toBe(first);
  });

  it('finds nothing wrong where there is no schema', () => {
    expect(problemsOf('unknown', 'FunctionAppLogs', 'anything')).toEqual([]);
  });

  it('says what kind a value is and must be', () => {
    const properties = {
      status: { errorCode: '0' },
      riskEventTypes: [null, {}],
      location: [],
      isInteractive: 1.5,
    };
    expect(problemsOf('entra', 'SignInLogs', { ...signIn, properties })).toEqual([
      { pointer: '/properties/isInteractive', message: 'must be boolean or null, is number' },
      { pointer: '/properties/location', message: 'must be object or null, is array' },
      { pointer: '/properties/riskEventTypes/1', message: 'must be string or null, is object' },
      { pointer: '/properties/status/errorCode', message: 'must be integer or null, is string' },
    ]);
  });

  it('points to where a missing value should be', () => {
    expect(problemsOf('entra', 'SignInLogs', { category: 'SignInLogs' })).toEqual([
      { pointer: '/operationName', message: 'is missing' },
      { pointer: '/properties', message: 'is missing' },
    ]);
  });

  it('says once what envelope and category both find', () => {
    expect(problemsOf('entra', 'SignInLogs', { ...signIn, properties: null })).toEqual([
      { pointer: '/properties', message: 'must be object, is null' },
    ]);
  });

  it('turns down what is no object', () => {
    expect(problemsOf('defender', 'DeviceInfo', [])).toEqual([
      { pointer: '', message: 'must be object, is array' },
    ]);
  });

  it('takes fields that it has never seen', () => {
    const properties = { fieldOfTomorrow: [{}], '': 0, 'parentProcess id': 'x', '~/': 1 };
    expect(problemsOf('entra', 'SignInLogs', { ...signIn, properties, tomorrow: 1 })).toEqual([]);
  });

  it('reports the first ten of many problems', () => {
    const properties = { riskEventTypes: Array.from({ length: 100_000 }, (_, index) => index) };
    const problems = problemsOf('entra', 'SignInLogs', { ...signIn, properties });
    expect(problems).toHaveLength(10);
    expect(problems[0]?.pointer).toBe('/properties/riskEventTypes/0');
  });
});
