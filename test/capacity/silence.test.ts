import { describe, expect, test } from 'vitest';
import { createMeter } from '../../shared/capacity/measures.ts';
import type { Measures } from '../../shared/capacity/measures.ts';
import { sighted, silentSources } from '../../shared/capacity/silence.ts';
import { DAY, HOUR, MINUTE } from '../../shared/time.ts';
import { FROM, inputOf, minuteOf } from '../support/capacity.ts';
import { PARTITION } from '../support/messages.ts';

const KEY = 'entra/SignInLogs';

/** A message at each of these minutes, counted from the start. */
function seenAt(minutes: readonly number[], from = FROM, length = 10 * DAY): Measures {
  const meter = createMeter(from, from + length);
  for (const minute of minutes) meter.addMinute(PARTITION, minuteOf(FROM + minute * MINUTE, { messages: 1 }));
  return meter;
}

function silentAt(minutes: readonly number[], now: number): readonly string[] {
  const sightings = sighted({}, seenAt(minutes));
  return silentSources(inputOf({ now: FROM + now * MINUTE, sightings }))
    .filter(({ kind }) => kind === 'category')
    .map(({ subject, silentMinutes, habitMinutes }) => `${subject}: ${silentMinutes} of ${habitMinutes}`);
}

const HOURS = 60;

describe('what has been seen', () => {
  const measures = seenAt([0, 1, 5, 100, 101, 400]);

  test('has the first and the last minute, and the silences in between, the longest first', () => {
    expect(sighted({}, measures)[KEY]).toEqual({
      first: FROM,
      last: FROM + 400 * MINUTE,
      gaps: [
        [299, FROM + 400 * MINUTE],
        [95, FROM + 100 * MINUTE],
        [4, FROM + 5 * MINUTE],
      ],
    });
  });

  test('is the same when the same window is seen again, and when it comes in parts', () => {
    const once = sighted({}, measures);
    const early = sighted({}, seenAt([0, 1, 5]));

    expect(sighted(once, measures)).toEqual(once);
    expect(sighted(early, seenAt([5, 100, 101, 400]))).toEqual(once);
  });

  test('is forgotten: silences after two weeks, and who has been silent for as long', () => {
    const known = sighted({}, seenAt([0, 100]));
    const later = FROM + 15 * DAY;
    const others = createMeter(later, later + HOUR);
    others.addMinute(PARTITION, minuteOf(later, { category: 'unknown/x', messages: 1 }));

    const seen = sighted(known, others);

    expect(Object.keys(seen)).toEqual(['hub:contoso/logs', 'unknown/x']);
    expect(seen['hub:contoso/logs']?.gaps).toEqual([[15 * 24 * HOURS - 100, later]]);
  });
});

describe('silent', () => {
  const everyTenMinutes = Array.from({ length: 60 }, (_, i) => 10 * i);

  test('is what has not come for twice its habit, half an hour at least', () => {
    expect(silentAt(everyTenMinutes, 590 + 60)).toEqual([]);
    expect(silentAt(everyTenMinutes, 590 + 61)).toEqual([`${KEY}: 61 of 30`]);
  });

  test('is measured by the second longest silence: the longest may have been an outage', () => {
    const withOutage = [...everyTenMinutes, 590 + 45, 590 + 45 + 600];
    const last = 590 + 45 + 600;

    expect(silentAt(withOutage, last + 90)).toEqual([]);
    expect(silentAt(withOutage, last + 91)).toEqual([`${KEY}: 91 of 45`]);
  });

  test('is not what comes once a day, until two days have passed', () => {
    const daily = [0, 24 * HOURS, 48 * HOURS, 72 * HOURS];

    expect(silentAt(daily, 72 * HOURS + 47 * HOURS)).toEqual([]);
    expect(silentAt(daily, 72 * HOURS + 49 * HOURS)).toEqual([`${KEY}: 2940 of 1440`]);
  });

  test('is nobody who has no habits yet', () => {
    expect(silentAt([0, 1, 2, 5 * HOURS], 24 * HOURS)).toEqual([]);
  });
});
