import { describe, expect, test } from 'vitest';
import { hoursPrefix, readBlobName } from '../shared/blocks/blob-name.ts';
import { blobPrefix, partitionLabel } from '../shared/names.ts';
import { DAY, HOUR } from '../shared/time.ts';

const HOUR_OF = Date.parse('2026-11-20T10:00:00.000Z');

describe('the name of a blob', () => {
  test.each([
    ['contoso', 'logs', '0', undefined],
    ['contoso-1', 'logs-p0', '12', undefined],
    ['contoso', 'logs-p0-x', '1', 30],
    ['a', 'r5-3', '31', 7],
  ])('says what it was made of: %s %s %s %s', (namespace, hub, id, days) => {
    const partition = { namespace, hub, id };
    const chain = blobPrefix('unknown', '../a b', HOUR_OF, partition, days);

    expect(readBlobName(`${chain}17.ndjson.gz`)).toEqual({
      source: 'unknown',
      category: '+2e+2e+2fa+20b',
      hour: HOUR_OF,
      partition: partitionLabel(partition),
      chain,
      no: 17,
      extension: '.ndjson.gz',
    });
  });

  test.each([
    'notes.txt',
    'unknown/A/y=2026/m=11/d=20/h=10/copy.ndjson.gz',
    'unknown/A/y=2026/m=11/d=20/h=10/contoso-logs-p0-.ndjson.gz',
    'unknown/A/y=2026/m=02/d=30/h=10/contoso-logs-p0-1.ndjson.gz',
    'unknown/A/y=2026/m=13/d=20/h=10/contoso-logs-p0-1.ndjson.gz',
    'unknown/A/y=2026/m=11/d=20/h=10/contoso-logs-p0-1.ndjson.gz.bak/x',
  ])('is none of ours: %s', (name) => {
    expect(readBlobName(name)).toBeUndefined();
  });
});

test('the hours of a day are listed by what their paths have in common', () => {
  const midnight = Date.parse('2026-11-20T00:00:00.000Z');

  expect(hoursPrefix('a', 'B', midnight, midnight + DAY - HOUR)).toBe('a/B/y=2026/m=11/d=20/h=');
  expect(hoursPrefix('a', 'B', HOUR_OF, HOUR_OF + HOUR)).toBe('a/B/y=2026/m=11/d=20/h=1');
  expect(hoursPrefix('a', 'B', HOUR_OF, HOUR_OF)).toBe('a/B/y=2026/m=11/d=20/h=10/');
});
