import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { memoryTable } from '../../local/memory-sinks.ts';
import { capacityReport } from '../../shared/capacity.ts';
import { bounded, MOST_CATEGORIES } from '../../shared/capacity/bounded.ts';
import { daySummary } from '../../shared/capacity/day-summary.ts';
import { createMeter } from '../../shared/capacity/measures.ts';
import type { Measures } from '../../shared/capacity/measures.ts';
import {
  dayFrom,
  dayWrite,
  hourFrom,
  hourWrite,
  sightingsWrite,
  sumOfHour,
} from '../../shared/capacity/rolled-rows.ts';
import { sighted } from '../../shared/capacity/silence.ts';
import type { EntityWrite } from '../../shared/sinks.ts';
import { HOUR, MINUTE } from '../../shared/time.ts';
import { FROM, inputOf, minuteOf } from '../support/capacity.ts';
import { PARTITION } from '../support/messages.ts';

/** As long as names of categories may be, and such that they do not pack. */
function nameOf(i: number): string {
  return `unknown/${createHash('sha512').update(String(i)).digest('base64url')}${'x'.repeat(12)}`;
}

async function written(write: EntityWrite) {
  const table = memoryTable();
  await table.transact('key', [write]);
  return table.get('key', write.rowKey);
}

/** Of a stream that names as many categories as it can on each of many partitions. */
function hostile(names: number): Measures {
  const meter = createMeter(FROM, FROM + HOUR);
  for (let i = 0; i < names; i++) {
    const traffic = { category: nameOf(i), messages: 1 + (i % 97), messageBytes: 100 + i };
    const partition = { ...PARTITION, id: String(Math.floor(i / 100)) };
    for (const minute of [0, 20, 40]) meter.addMinute(partition, minuteOf(FROM + minute * MINUTE, traffic));
  }
  return meter;
}

test('the row of an hour comes back as it was, and takes as many categories as a partition can have', async () => {
  const hour = sumOfHour(FROM);
  for (let minute = 0; minute < 60; minute++) {
    const traffics = Array.from({ length: 350 }, (_, i) => ({
      category: nameOf(i),
      messages: 1 + ((i * 7_919 + minute * 104_729) % 99_991),
    }));
    hour.add(minuteOf(FROM + minute * MINUTE, ...traffics));
  }
  const { sum } = hour;
  if (!sum) throw new Error('There is no hour.');

  const row = await written(hourWrite(sum));

  expect(row && hourFrom(row)).toEqual(sum);
  expect(sum.counts.messages).toBe(sum.series.messages.reduce((a, b) => a + b));
});

describe('names out of data', () => {
  const measures = hostile(1_200);
  const few = bounded(measures);

  test('make no more categories than so many, and what is merged is not lost', () => {
    expect(few.categories.size).toBeLessThanOrEqual(MOST_CATEGORIES + 1);
    expect(few.categories.has('unknown/other')).toBe(true);
    const all = capacityReport(inputOf({ measures }));
    const kept = capacityReport(inputOf({ measures: few }));
    expect(kept.ledger).toEqual(all.ledger);
    expect(kept.total).toEqual(all.total);
    expect(kept.storage.bytesPerMonth).toBeCloseTo(all.storage.bytesPerMonth, 3);
  });

  test('fit into the row of a day, and into that of what has been seen', async () => {
    const summary = daySummary(few);

    const row = await written(dayWrite(summary));
    const seen = await written(sightingsWrite(sighted({}, few), undefined));

    expect(row && dayFrom(row)).toEqual(summary);
    expect(seen?.rowKey).toBe('sightings');
  });
});
