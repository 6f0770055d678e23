import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { categoryOf } from '../shared/judge/catalogue.ts';
import { invalidLetter, toDeadLetterLine } from '../shared/take-apart/dead-letter.ts';
import { bytesOf } from '../shared/take-apart/raw-body.ts';
import type { DeadLetter, DeadLetterLine } from '../shared/take-apart/dead-letter.ts';
import { PARTITION, START } from './support/messages.ts';

const ORIGIN = { sequenceNumber: 41, enqueuedTime: START, index: 3 };

function letter(bytes: Uint8Array | string): DeadLetter {
  return {
    of: 'record',
    source: 'entra',
    category: 'SignInLogs',
    reason: 'invalid',
    detail: '/time is missing',
    problems: [{ pointer: '/time', message: 'is missing' }],
    offset: 120,
    index: 3,
    bytes: Buffer.from(bytes),
  };
}

function lineOf(bytes: Uint8Array | string): string {
  return toDeadLetterLine(letter(bytes), PARTITION, ORIGIN).toString();
}

describe('a dead letter', () => {
  test('is a line of JSON that says what, why, and whence', () => {
    expect(JSON.parse(lineOf('{"a":\r\n1}'))).toEqual({
      recordId: 'contoso/logs/0/2026-11-20T10:11:00.000Z/41/3',
      of: 'record',
      source: 'entra',
      category: 'SignInLogs',
      reason: 'invalid',
      detail: '/time is missing',
      problems: [{ pointer: '/time', message: 'is missing' }],
      offset: 120,
      enqueuedTime: '2026-11-20T10:11:00.000Z',
      encoding: 'utf8',
      body: '{"a":\r\n1}',
    });
  });

  test('of a message that is a replay names the one that was replayed', () => {
    const line = toDeadLetterLine(
      letter('{}'),
      PARTITION,
      ORIGIN,
      'contoso/logs/0/2026-11-19T10:11:00.000Z/7/0',
    );

    expect(JSON.parse(line.toString())).toMatchObject({
      recordId: 'contoso/logs/0/2026-11-20T10:11:00.000Z/41/3',
      replayOf: 'contoso/logs/0/2026-11-19T10:11:00.000Z/7/0',
    });
  });

  test('of records that share their problems says what each of them is, and where it stood', () => {
    const problems = [
      { pointer: '', message: 'must be object, is array' },
      { pointer: '/größe', message: 'is missing' },
    ];
    const names = ['SignInLogs', 'AuditLogs', 'SignInLogs'];

    const lines = names.map((name, index) => {
      const where = { offset: 10 * index, index, bytes: Buffer.from(`[${index}]`) };
      const shared = invalidLetter(categoryOf('entra', name), problems, where);
      return JSON.parse(toDeadLetterLine(shared, PARTITION, { ...ORIGIN, index }).toString()) as unknown;
    });

    expect(lines).toEqual(
      names.map((category, index) => ({
        recordId: `contoso/logs/0/2026-11-20T10:11:00.000Z/41/${index}`,
        of: 'record',
        source: 'entra',
        category,
        reason: 'invalid',
        detail: '/ must be object, is array; /größe is missing',
        problems,
        offset: 10 * index,
        enqueuedTime: '2026-11-20T10:11:00.000Z',
        encoding: 'utf8',
        body: `[${index}]`,
      })),
    );
  });

  test('has bytes that are no UTF-8 in base64', () => {
    expect(JSON.parse(lineOf(Uint8Array.from([0xff, 0xfe])))).toMatchObject({
      encoding: 'base64',
      body: '//4=',
    });
  });

  test('gives any bytes back, and is one line', () => {
    const bytes = fc.oneof(
      fc.uint8Array(),
      fc.string({ unit: 'binary' }).map((text) => Buffer.from(`\ufeff${text}\u2028\n`)),
    );

    fc.assert(
      fc.property(bytes, (given) => {
        const line = lineOf(given);
        expect(line).not.toMatch(/[\r\n]/);
        expect(bytesOf(JSON.parse(line) as DeadLetterLine).equals(given)).toBe(true);
      }),
    );
  });
});
