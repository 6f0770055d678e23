import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteWalk } from '../shared/judge/byte-walk.ts';
import { eventTimeOf, EventTimeRange, parseEventTime } from '../shared/judge/event-time.ts';

const TIME = Date.parse('2026-11-20T10:11:12.345Z');

describe('parseEventTime reads', () => {
  test.each([
    ['2026-11-20T10:11:12.345Z', TIME],
    ['2026-11-20T10:11:12.3450000Z', TIME],
    ['2026-11-20T10:11:12.345+00:00', TIME],
    ['2026-11-20T12:11:12.345+02:00', TIME],
    ['2026-11-20T10:11:12.345', TIME],
    ['2026-11-20 10:11:12.345', TIME],
    ['2026-11-20 10:11:12Z', TIME - 345],
    ['2026-11-20T10:11Z', TIME - 12_345],
    ['11/20/2026 10:11:12 AM', TIME - 345],
    ['1/2/2026 12:00:00 AM', Date.parse('2026-01-02T00:00:00Z')],
    ['1/2/2026 12:00:00 PM', Date.parse('2026-01-02T12:00:00Z')],
    ['1/2/2026 11:59:59 PM', Date.parse('2026-01-02T23:59:59Z')],
  ])('%s', (text, time) => {
    expect(parseEventTime(text)).toBe(time);
  });

  test.each([
    '',
    'T',
    'today',
    'Tue, 20 Nov 2026',
    'T1',
    '2026',
    '2026-13-01T00:00:00Z',
    '1795169472345',
    '13:00',
  ])('nothing out of %j', (text) => {
    expect(parseEventTime(text)).toBeUndefined();
  });
});

const walk = new ByteWalk();
const table = walk.compile(undefined, ['/time']);

/** As the walk over bytes reads it; undefined where it leaves that to others. */
function read(text: string): number | undefined {
  walk.open(Buffer.from(`{"time":"${text}"}`));
  return walk.walk(0, table) !== -1 && walk.gather(0, table, -1, 0, true) !== -1
    ? walk.gathered().times?.least
    : undefined;
}

test('a fraction of ten digits is read as what it says', () => {
  expect(parseEventTime('2026-11-20T10:11:12.0306594594Z')).toBe(Date.UTC(2026, 10, 20, 10, 11, 12, 30));
});

describe('the usual shape, read from bytes', () => {
  test.each([
    '2026-11-20T10:11:12Z',
    '2026-11-20T10:11:12.345Z',
    '2024-02-29T23:59:59.9999999Z',
    '2026-11-20T10:11:12.3456789+00:00',
    '2026-11-20T10:11:12-08:30',
    '2026-11-20T10:11:12.345+23:59',
    '2026-11-20T10:11:12.0306594594Z',
    '2026-11-20T10:11:12.345',
    '2026-11-20 10:11:12',
    '2026-11-20 10:11:12.345Z',
    '0001-01-01T00:00:00Z',
    '1969-12-31T23:59:59.999Z',
    '2000-02-29T00:00:00Z',
    '2000-03-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '11/20/2026 10:11:12 AM',
    '1/2/2026 12:00:00 AM',
    '1/2/2026 12:00:00 PM',
    '12/31/2026 1:59:59 PM',
  ])('%s is the time that it is as a text', (text) => {
    expect(read(text)).toBe(parseEventTime(text));
    expect(read(text)).toBeTypeOf('number');
  });

  test('whatever it answers is what the text gives', () => {
    const usual = fc
      .tuple(fc.date({ noInvalidDate: true }), fc.constantFrom('Z', '0000Z', '0000+00:00', '-23:59'))
      .map(([date, zone]) => date.toISOString().replace('Z', zone));
    const american = usual.map((text) => {
      const [year, month, day, hour] = text.match(/\d+/g)?.map(Number) ?? [];
      return `${month}/${day}/${year} ${(hour ?? 0) % 13}:${text.slice(14, 19)} ${(hour ?? 0) > 11 ? 'PM' : 'AM'}`;
    });
    const nearly = fc
      .tuple(fc.oneof(usual, american), fc.nat(33), fc.constantFrom(...'0123456789-:.TZ+ /APM'.split('')))
      .map(([text, at, character]) => text.slice(0, at) + character + text.slice(at + 1));

    const isAlike = fc.property(fc.oneof(usual, american, nearly), (text) =>
      [undefined, parseEventTime(text)].includes(read(text)),
    );
    expect(fc.check(isAlike, { numRuns: 5_000 })).toMatchObject({ failed: false });
  });
});

function rangeOf(...texts: (string | undefined)[]): [string, string] | undefined {
  const range = new EventTimeRange();
  for (const time of texts.map(eventTimeOf))
    if (time !== undefined) range.add({ least: time, greatest: time });
  const { times } = range;
  return times && [new Date(times.least).toISOString(), new Date(times.greatest).toISOString()];
}

describe('the range of event times', () => {
  test('is none where no record tells a time', () => {
    expect(rangeOf()).toBeUndefined();
    expect(rangeOf(undefined, 'today', '')).toBeUndefined();
  });

  test('is exact within a second, however its times are written', () => {
    expect(rangeOf('2026-11-20T10:00:00Z', '2026-11-20T10:00:00.5Z', '2026-11-20T10:00:00.51+00:00')).toEqual(
      ['2026-11-20T10:00:00.000Z', '2026-11-20T10:00:00.510Z'],
    );
  });

  test('takes times of several kinds', () => {
    expect(rangeOf('2026-11-20T10:00:00Z', '11/19/2026 10:00:00 PM', '2026-11-20T13:00:00+01:00')).toEqual([
      '2026-11-19T22:00:00.000Z',
      '2026-11-20T12:00:00.000Z',
    ]);
  });

  test('is not spoilt by what only looks like a time', () => {
    expect(rangeOf('2026-11-20T10:00:00Z', '2026-99-99T99:99:99Z', '0000-00-00T00:00:00Z')).toEqual([
      '2026-11-20T10:00:00.000Z',
      '2026-11-20T10:00:00.000Z',
    ]);
  });

  test('is the least and the greatest of any times', () => {
    const texts = fc.tuple(fc.integer({ min: 0, max: 2e12 }), fc.nat(3)).map(([time, kind]) => {
      const iso = new Date(time).toISOString();
      const written = [
        iso,
        iso.replace('Z', '+00:00'),
        iso.replace('Z', '0000Z'),
        iso.replace('Z', '').replace('T', ' '),
      ];
      return { time, text: written[kind] };
    });

    fc.assert(
      fc.property(fc.array(texts, { minLength: 1 }), (all) => {
        const times = all.map(({ time }) => new Date(time).toISOString()).toSorted();
        expect(rangeOf(...all.map(({ text }) => text))).toEqual([times[0], times.at(-1)]);
      }),
    );
  });
});
