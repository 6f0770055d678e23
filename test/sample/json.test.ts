import { describe, expect, it } from 'vitest';
import { Numeral, toJson, type Json } from '../../cli/sample/json.ts';

const VALUE: Json = { 'a "b"': [1, -0.5, null, true, []], 'ü\n': { deep: 'x, y: z' }, none: {} };

describe('toJson', () => {
  it('writes what JSON.stringify writes', () => {
    expect(toJson(VALUE)).toBe(JSON.stringify(VALUE));
  });

  it('writes every digit of a bigint', () => {
    expect(toJson({ ReportId: 639199803770463703n })).toBe('{"ReportId":639199803770463703}');
  });

  it('writes a numeral in its own digits', () => {
    expect(toJson({ latitude: new Numeral('-0.000000') })).toBe('{"latitude":-0.000000}');
  });

  it('puts gaps between tokens and nowhere else', () => {
    const text = toJson(VALUE, () => '\r\n\t');

    expect(text).toContain('\r\n\t"deep"\r\n\t:\r\n\t"x, y: z"');
    expect(JSON.parse(text)).toEqual(VALUE);
  });
});
