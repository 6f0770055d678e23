import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { merged } from '../../cli/merged.ts';

async function* from(items: readonly number[]): AsyncGenerator<number> {
  yield* items;
}

test('sorted sources become one sorted source with all of their items', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(fc.nat(50))), async (lists) => {
      const sources = lists.map((list) => from(list.toSorted((a, b) => a - b)));
      const all: number[] = [];
      for await (const item of merged(sources, (a, b) => a < b)) all.push(item);
      expect(all).toEqual(lists.flat().toSorted((a, b) => a - b));
    }),
  );
});
