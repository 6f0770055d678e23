import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { append, blockList, idsIn } from '../shared/blocks/block-list.ts';

const ids = fc.array(fc.base64String({ minLength: 4, maxLength: 88 }), { maxLength: 300 });

describe('a list of block ids', () => {
  test('gives them back in their order, whether it was made of all or id by id', () => {
    fc.assert(
      fc.property(ids, (all) => {
        const grown = all.reduce(append, blockList([]));

        expect(idsIn(grown)).toEqual(all);
        expect(idsIn(blockList(all))).toEqual(all);
        expect(grown).toEqual(blockList(all));
        expect(grown).toHaveLength(all.length);
      }),
    );
  });

  test('stays as it is when another is made of it', () => {
    const all = Array.from({ length: 40 }, (_, n) => `id${n}`);
    const list = blockList(all);

    append(list, 'more');
    append(list, 'other');

    expect(idsIn(list)).toEqual(all);
  });
});
