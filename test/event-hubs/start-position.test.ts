import { describe, expect, it } from 'vitest';
import { parseStartPosition, type StartPosition } from '../../local/event-hubs/start-position.ts';

describe('a start position', () => {
  it.each<[string, StartPosition]>([
    [`amqp.annotation.x-opt-offset > '-1'`, { by: 'offset', value: -1, inclusive: false }],
    [`amqp.annotation.x-opt-offset > '@latest'`, { by: 'latest', inclusive: false }],
    [`amqp.annotation.x-opt-offset >= '4294968304'`, { by: 'offset', value: 4294968304, inclusive: true }],
    [`amqp.annotation.x-opt-sequence-number > '5'`, { by: 'sequence-number', value: 5, inclusive: false }],
    [`amqp.annotation.x-opt-sequence-number >='0'`, { by: 'sequence-number', value: 0, inclusive: true }],
    [
      `amqp.annotation.x-opt-enqueued-time > '1795187627290'`,
      { by: 'enqueued-time', value: 1795187627290, inclusive: false },
    ],
  ])('is read from %s', (selector, expected) => {
    expect(parseStartPosition(selector)).toEqual(expected);
  });

  it.each([
    '',
    `amqp.annotation.x-opt-offset < '5'`,
    `amqp.annotation.x-opt-offset > ''`,
    `amqp.annotation.x-opt-offset > 'abc'`,
    `amqp.annotation.x-opt-sequence-number > '@latest'`,
    `amqp.annotation.x-opt-partition-key > '5'`,
  ])('is not made up from %j', (selector) => {
    expect(() => parseStartPosition(selector)).toThrow('not a position in a partition');
  });
});
