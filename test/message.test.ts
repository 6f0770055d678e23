import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRecordId, recordId } from '../shared/message.ts';
import { PARTITION, START } from './support/messages.ts';

describe('a record id', () => {
  test('gives back what it was made of', () => {
    const number = fc.integer({ min: 0, max: 9_007_199_254_740_991 });
    const time = fc.integer({ min: 0, max: Date.parse('9999-12-31T23:59:59.999Z') });

    fc.assert(
      fc.property(number, time, fc.nat(), (sequenceNumber, enqueuedTime, index) => {
        const origin = { sequenceNumber, enqueuedTime, index };
        expect(parseRecordId(recordId(PARTITION, origin))).toEqual({ partition: PARTITION, origin });
      }),
    );
  });

  const right = recordId(PARTITION, { sequenceNumber: 1, enqueuedTime: START, index: 2 });

  test.each(['', 'x', `${right}/3`, `/${right}`, right.slice(0, -2), right.replace('Z', ''), `${right}\n`])(
    'is not %j',
    (text) => {
      expect(parseRecordId(text)).toBeUndefined();
    },
  );
});
