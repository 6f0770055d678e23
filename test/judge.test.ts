import { describe, expect, it } from 'vitest';

import { judge } from '../shared/judge/judge.ts';

const GUID = '8d1f0c3a-5b7e-4a62-9c44-0e6b7f2d9a10';

function judgeText(text: string) {
  return judge(Buffer.from(text));
}

function judgeValue(value: unknown) {
  return judgeText(JSON.stringify(value));
}

describe('judge', () => {
  it('gives category, problems, key and time of a record', () => {
    const verdict = judgeValue({
      category: 'signinlogs',
      operationName: 'Sign-in activity',
      resourceId: `/tenants/${GUID}/providers/microsoft.aadiam`,
      time: '11/20/2026 10:12:05 AM',
      properties: { id: 'a', createdDateTime: '2026-11-20T10:12:01.0000000+00:00', status: { errorCode: 0 } },
    });
    expect(verdict).toEqual({
      category: {
        source: 'entra',
        name: 'SignInLogs',
        key: 'entra/SignInLogs',
        listed: true,
        schemaId: 'https://sluice.dev/schemas/entra/SignInLogs.schema.json',
        onInvalid: 'dead-letter',
        retentionDays: undefined,
        message: 'packed',
      },
      problems: [],
      recordKey: 'a',
      partitionKey: undefined,
      eventTime: Date.parse('2026-11-20T10:12:01Z'),
      label: undefined,
      scope: undefined,
      unseen: [],
    });
  });

  it('gives the problems of one that becomes a dead letter, and not its time', () => {
    const verdict = judgeValue({
      category: 'SignInLogs',
      operationName: 'Sign-in activity',
      resourceId: `/tenants/${GUID}/providers/microsoft.aadiam`,
      time: '2026-11-20T10:12:05Z',
      properties: { id: 'a', createdDateTime: '2026-11-20T10:12:01Z', status: 'ok' },
    });

    expect(verdict?.problems).toEqual([
      { pointer: '/properties/status', message: 'must be object or null, is string' },
    ]);
    expect(verdict?.recordKey).toBe('a');
    expect(verdict?.eventTime).toBeUndefined();
  });

  it.each([
    [1711431195806, 1711431195806],
    [0, 0],
    [-1, -1],
    [8.64e15, 8.64e15],
    [8.64e15 + 1, undefined],
  ])("takes GitHub's time %d for %s", (found, time) => {
    const verdict = judgeValue({ '@timestamp': found, action: 'repo.create', _document_id: 'a' });
    expect(verdict?.eventTime).toBe(time);
    expect(verdict?.recordKey).toBe('a');
  });

  it.each([
    ['17', '17'],
    ['-17', '-17'],
    ['9007199254740991', '9007199254740991'],
    ['9007199254740993', undefined],
    ['1.5', undefined],
    ['1e400', undefined],
    ['null', undefined],
    ['{}', undefined],
    ['"639199803770463703"', '639199803770463703'],
  ])('makes no key of a number that it cannot write as the product did: %s', (id, key) => {
    const verdict = judgeText(`{"category":"UserRiskEvents","operationName":"x","properties":{"id":${id}}}`);
    expect(verdict?.category.key).toBe('entra/UserRiskEvents');
    expect(verdict?.recordKey).toBe(key);
  });

  it('has neither key nor time where the record has none', () => {
    const verdict = judgeValue({ category: 'SignInLogs', operationName: 'x', properties: {} });
    expect(verdict).toMatchObject({ problems: [], recordKey: undefined, eventTime: undefined });
  });

  it.each(['', ' ', '{', '{"a":1}{"b":2}', '{"a":NaN}', "{'a':1}", '\u0000', '{"a":"\n"}'])(
    'takes %j for no JSON',
    (text) => {
      expect(judgeText(text)).toBeUndefined();
    },
  );

  it('takes bytes that are no text for no JSON', () => {
    expect(judge(Buffer.from([0xff, 0xfe, 0x00, 0x7b]))).toBeUndefined();
  });

  it.each(['null', '17', '"text"', '[]', '[[{}]]', '{}', '1e400'])(
    'judges %s, which nobody claims',
    (text) => {
      expect(judgeText(text)).toMatchObject({ category: { key: 'unknown/none' }, problems: [] });
    },
  );

  it('stands records that are nested deeply', () => {
    const depth = 100_000;
    const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(judgeText(nested)?.category.key).toBe('unknown/none');
    const verdict = judgeText(
      `{"category":"SignInLogs","operationName":"x","properties":{"status":${nested}}}`,
    );
    expect(verdict?.problems).toEqual([
      { pointer: '/properties/status', message: 'must be object or null, is array' },
    ]);
  });

  it('stands prototypes and accessors for names', () => {
    const verdict = judgeText(
      '{"__proto__":{"category":"x"},"constructor":1,"category":"SignInLogs","operationName":"x","properties":{"__proto__":{"id":"a"}}}',
    );
    expect(verdict).toMatchObject({
      category: { key: 'entra/SignInLogs' },
      recordKey: undefined,
      problems: [],
    });
  });

  it('judges a slice of a message by its own bytes', () => {
    const message = Buffer.from('{"records":[{"category":"Alert","operationName":"ä"}]}');
    const record = message.subarray(12, message.length - 2);
    expect(judge(record)).toMatchObject({ category: { key: 'activity/Alert' }, problems: [] });
  });
});
