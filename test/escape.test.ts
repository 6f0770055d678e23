import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { corpusA } from '../bench/corpora.ts';
import { escapeText } from '../shared/json/escape.ts';

function escaped(text: string): string {
  return escapeText(Buffer.from(text)).toString();
}

/** The yardstick, without its quotes. */
function byStringify(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

describe('text within a JSON string has the escapes that JSON.stringify chooses', () => {
  test('for every character of ASCII, at every place of what is read at once', () => {
    const places = Array.from({ length: 34 }, (_, place) => place);
    for (let code = 0; code < 128; code++) {
      const character = String.fromCharCode(code);
      const texts = places.map((place) => `${'.'.repeat(place)}${character}${'.'.repeat(33 - place)}`);
      expect(texts.map(escaped)).toEqual(texts.map(byStringify));
    }
  });

  test('where one escape follows another', () => {
    for (const character of ['"', '\\', '\n', '\u001f']) {
      const texts = Array.from({ length: 50 }, (_, length) => character.repeat(length));
      expect(texts.map(escaped)).toEqual(texts.map(byStringify));
    }
  });

  test('whatever the text', () => {
    const anything = fc.string({ unit: 'binary', size: 'large' }).map((text) => text.toWellFormed());

    fc.assert(
      fc.property(anything, (text) => {
        expect(escaped(text)).toBe(byStringify(text));
      }),
    );
  });

  test.each([16_383, 16_384, 16_385, 32_768, 100_000])('of %i bytes and a few characters', (length) => {
    const text = `${'"'.repeat(length - 10)}${'é'.repeat(20)}`;

    expect(escaped(text)).toBe(byStringify(text));
  });

  test('of whole messages', () => {
    const messages = corpusA().slice(0, 3).map(String);

    expect(messages.map(escaped)).toEqual(messages.map(byStringify));
  });
});
