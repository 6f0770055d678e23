import { expect, test } from 'vitest';
import { parseExactly } from '../shared/json/exact-json.ts';

test('whole numbers beyond 2^53 are exact, at any depth', () => {
  const text = '{"ReportId": 639199803770463703, "a":[{"b":[-9007199254740993, 18446744073709551615]}]}';

  expect(parseExactly(text)).toEqual({
    ReportId: 639199803770463703n,
    a: [{ b: [-9007199254740993n, 18446744073709551615n] }],
  });
});

test('a document may be nothing but such a number', () => {
  expect(parseExactly('639199803770463703')).toBe(639199803770463703n);
});

test.each([
  '9007199254740991',
  '-9007199254740991',
  '1234567890123456.5',
  '0.12345678901234567890',
  '12345678901234567890.0',
  '1234567890123456789e3',
  '1e300',
  '{"a":0.1,"b":1E5,"c":-0}',
])('%s is what JSON.parse makes of it', (text) => {
  expect(parseExactly(text)).toEqual(JSON.parse(text));
});

test('digits within text, and keys, stay text', () => {
  expect(parseExactly('{"639199803770463703":"639199803770463703"}')).toEqual({
    '639199803770463703': '639199803770463703',
  });
});
