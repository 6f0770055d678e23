import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinBytes } from '../shared/json/join-bytes.ts';

const FRAMING = { open: Buffer.from('<'), close: Buffer.from('>'), separator: 0x2c };

function neighbours(texts: readonly string[], between: string) {
  let end = -1;
  const ends = Int32Array.from(texts, (text) => (end += 1 + text.length));
  return { bytes: Buffer.from(texts.join(between)), ends };
}

test('parts come out in order, between open and close, with the separator between them', () => {
  const parts = [
    neighbours(['aa', 'bbb'], '|'),
    neighbours(['c'], '|'),
    neighbours(['dddd', 'e', 'f'], '\n'),
  ];

  expect(joinBytes(parts, FRAMING).toString()).toBe('<aa,bbb,c,dddd,e,f>');
  expect(joinBytes([], FRAMING).toString()).toBe('<>');
  expect(parts[0]?.bytes.toString()).toBe('aa|bbb');
});

test('however many they are and however long', () => {
  const texts = fc.array(fc.stringMatching(/^x{0,40}$/), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(texts, { maxLength: 30 }), (groups) => {
      const parts = groups.map((group) => neighbours(group, '|'));

      expect(joinBytes(parts, FRAMING).toString()).toBe(`<${groups.flat().join(',')}>`);
    }),
    { numRuns: 500 },
  );
});

test('neighbours of any number', () => {
  const parts = [neighbours(Array<string>(1_000).fill('x'), '|')];

  expect(joinBytes(parts, FRAMING).toString()).toBe(`<${Array(1_000).fill('x').join(',')}>`);
});
