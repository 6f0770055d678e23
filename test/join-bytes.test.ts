import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinBytes } from '../shared/json/join-bytes.ts';

const FRAMING = { open: Buffer.from('<'), close: Buffer.from('>'), separator: 0x2c };

test('parts come out in order, between open and close, with the separator between them', () => {
  const message = Buffer.from('[aa|bbb|c|dddd]');
  const parts = [
    [1, 3],
    [4, 7],
    [10, 14],
  ].map(([start, end]) => ({ bytes: message.subarray(start, end) }));

  expect(joinBytes(parts, FRAMING).toString()).toBe('<aa,bbb,dddd>');
  expect(joinBytes([], FRAMING).toString()).toBe('<>');
  expect(message.toString()).toBe('[aa|bbb|c|dddd]');
});

test('wherever the parts stand, in one message or in several, side by side or not', () => {
  const cut = fc.tuple(fc.nat(3), fc.nat(40), fc.nat(6));
  fc.assert(
    fc.property(fc.array(cut, { maxLength: 30 }), (cuts) => {
      const messages = ['a', 'b', 'c', 'd'].map((letter) => Buffer.from(letter.repeat(50)));
      const parts = cuts.map(([message, start, length]) => {
        return { bytes: messages[message]?.subarray(start, start + length) ?? Buffer.alloc(0) };
      });

      const joined = joinBytes(parts, FRAMING).toString();

      expect(joined).toBe(`<${parts.map(({ bytes }) => bytes.toString()).join(',')}>`);
    }),
    { numRuns: 500 },
  );
});

test('neighbours of any number', () => {
  const message = Buffer.from('x|'.repeat(1_000));
  const parts = Array.from({ length: 1_000 }, (_, i) => ({ bytes: message.subarray(2 * i, 2 * i + 1) }));

  expect(joinBytes(parts, FRAMING).toString()).toBe(`<${Array(1_000).fill('x').join(',')}>`);
});
