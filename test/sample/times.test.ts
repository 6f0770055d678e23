import { expect, it } from 'vitest';
import { american, iso, isoOffset, spaced } from '../../cli/sample/times.ts';

const TIME = Date.UTC(2026, 10, 20, 15, 4, 5, 120) + 0.5;

it('writes a time in the ways of the products', () => {
  expect(iso(TIME)).toBe('2026-11-20T15:04:05.1205000Z');
  expect(isoOffset(TIME)).toBe('2026-11-20T15:04:05.1205000+00:00');
  expect(spaced(TIME)).toBe('2026-11-20 15:04:05.1205000');
  expect(american(TIME)).toBe('11/20/2026 3:04:05 PM');
});

it.each([
  [0, '11/20/2026 12:30:00 AM'],
  [12, '11/20/2026 12:30:00 PM'],
])('calls the hour %d twelve', (hour, expected) => {
  expect(american(Date.UTC(2026, 10, 20, hour, 30))).toBe(expected);
});
