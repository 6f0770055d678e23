import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBlockId, encodeBlockId } from '../shared/blocks/block-id.ts';
import type { BlockId } from '../shared/blocks/block-id.ts';

const ID: BlockId = {
  run: 3,
  first: 1_234_567,
  last: 1_234_999,
  time: Date.parse('2026-11-20T10:11:12.345Z'),
  records: 4_711,
  retentionDays: 365,
  random: '0123456789abcdef',
};

/** Written down once. If this test fails, the archives that exist can no longer be read: mend the code, not the test. */
const FROZEN = [
  '1',
  '0003',
  '0000000qglj',
  '0000000qgxj',
  '0mwotjxw9',
  '000003mv',
  '00a5',
  '0123456789abcdef',
].join('');

describe('a block id', () => {
  test('has the frozen layout', () => {
    const encoded = encodeBlockId(ID);

    expect(Buffer.from(encoded, 'base64').toString('latin1')).toBe(FROZEN);
    expect(decodeBlockId(Buffer.from(FROZEN).toString('base64'))).toEqual(ID);
  });

  test('is 64 characters before base64, and comes back as it was', () => {
    const ids = fc.record({
      run: fc.nat({ max: 36 ** 4 - 1 }),
      first: fc.maxSafeNat(),
      last: fc.maxSafeNat(),
      time: fc.nat({ max: 36 ** 9 - 1 }),
      records: fc.nat({ max: 36 ** 8 - 1 }),
      retentionDays: fc.nat({ max: 36 ** 4 - 1 }),
      random: fc.stringMatching(/^[0-9a-f]{16}$/),
    });

    fc.assert(
      fc.property(ids, (id) => {
        const encoded = encodeBlockId(id);
        expect(Buffer.from(encoded, 'base64')).toHaveLength(64);
        expect(decodeBlockId(encoded)).toEqual(id);
      }),
    );
  });

  test.each([
    { field: 'run', value: 36 ** 4 },
    { field: 'records', value: -1 },
    { field: 'retentionDays', value: 1.5 },
    { field: 'time', value: Number.NaN },
    { field: 'first', value: 2 ** 53 },
  ])('takes no $field of $value', ({ field, value }) => {
    expect(() => encodeBlockId({ ...ID, [field]: value })).toThrow(RangeError);
  });

  test.each([
    '',
    'QUFB',
    Buffer.from('2'.repeat(64)).toString('base64'),
    Buffer.from('1'.repeat(65)).toString('base64'),
  ])('is not what another program wrote: %j', (id) => {
    expect(decodeBlockId(id)).toBeUndefined();
  });
});
