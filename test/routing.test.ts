import { describe, expect, test } from 'vitest';
import { hubFor } from '../shared/pass-on/routing.ts';

const HUBS = { hubs: ['records', 'Entra', 'defender-DeviceInfo', 'x-a+20b'], fallbackHub: 'records' };

describe('the hub for a category', () => {
  test.each([
    ['records', 'entra', 'SignInLogs', 'records'],
    ['{source}', 'entra', 'SignInLogs', 'Entra'],
    ['{source}', 'github', 'audit', 'records'],
    ['{source}-{category}', 'defender', 'DeviceInfo', 'defender-DeviceInfo'],
    ['{source}-{category}', 'defender', 'deviceinfo', 'defender-DeviceInfo'],
    ['{source}-{category}', 'defender', 'AlertInfo', 'records'],
    ['x-{category}', 'unknown', 'a b', 'x-a+20b'],
    ['{category}', 'unknown', 'nowhere', 'records'],
    ['{category}', 'unknown', "$&$'", 'records'],
    ['{category}', 'unknown', '{source}', 'records'],
  ])('by the template %s for %s/%s is %s', (hub, source, category, expected) => {
    expect(hubFor(source, category, { ...HUBS, hub })).toBe(expected);
  });
});
