import { describe, expect, test } from 'vitest';
import { partsOf } from '../../cli/query/bundle.ts';
import type { Bundle } from '../../cli/query/bundle.ts';

function bundle(path: string, etags: Readonly<Record<string, string>>): Bundle {
  return { path, etags: new Map(Object.entries(etags)) };
}

describe('blobs in bundles', () => {
  const old = bundle('old', { a: '1', b: '1', c: '1', d: '1', e: '1' });

  test('are all that a bundle has, where all are asked for', () => {
    const { parts, missing } = partsOf(old.etags, [old]);

    expect(parts).toEqual([{ path: 'old', stretches: undefined }]);
    expect([...missing]).toEqual([]);
  });

  test('are stretches of it, where some are', () => {
    const wanted = new Map([...old.etags].filter(([name]) => name !== 'c'));

    expect(partsOf(wanted, [old]).parts).toEqual([
      {
        path: 'old',
        stretches: [
          ['a', 'b'],
          ['d', 'e'],
        ],
      },
    ]);
  });

  test('are missing with another ETag', () => {
    const { parts, missing } = partsOf(new Map([...old.etags, ['e', '2'], ['f', '1']]), [old]);

    expect(parts).toEqual([{ path: 'old', stretches: [['a', 'd']] }]);
    expect([...missing]).toEqual(['e', 'f']);
  });

  test('are taken once, of the first bundle that has them', () => {
    const recent = bundle('recent', { b: '1', e: '2' });

    expect(partsOf(new Map([...old.etags, ['e', '2']]), [recent, old]).parts).toEqual([
      { path: 'recent', stretches: undefined },
      {
        path: 'old',
        stretches: [
          ['a', 'a'],
          ['c', 'd'],
        ],
      },
    ]);
  });

  test('are in no bundle that nothing is meant of', () => {
    expect(partsOf(new Map([['z', '1']]), [old]).parts).toEqual([]);
  });
});
