import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isoTime, MINUTE } from '../shared/time.ts';
import { START } from './support/messages.ts';

describe('isoTime', () => {
  test('writes a time as Date does, whatever was written before', () => {
    const time = fc.oneof(
      fc.integer({ min: Date.parse('0001-01-01T00:00:00Z'), max: Date.parse('9999-12-31T23:59:59.999Z') }),
      fc.integer({ min: START - 2 * MINUTE, max: START + 2 * MINUTE }),
    );
    fc.assert(
      fc.property(time, (at) => {
        expect(isoTime(at)).toBe(new Date(at).toISOString());
      }),
    );
  });
});
