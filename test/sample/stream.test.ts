import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MAX_MESSAGE_BYTES, type SampleMessage } from '../../cli/sample/message.ts';
import { sampleStream, type SampleOptions } from '../../cli/sample/stream.ts';
import { judge } from '../../shared/judge.ts';

const START = Date.UTC(2026, 10, 20, 10);
const HOUR = 3_600_000;

function sample(options: Partial<SampleOptions> = {}): SampleMessage[] {
  return [...sampleStream({ seed: 1, start: START, messages: 150, faults: 0, ...options })];
}

describe('a sample stream', () => {
  it('has the same bytes for the same seed, and others for another', () => {
    const [first, again, other] = [1, 1, 2].map((seed) => digest(sample({ seed, faults: 0.2 })));

    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('holds valid JSON with as many records as expected, within the size limit', () => {
    for (const message of sample()) {
      expect(recordsOf(message)).toHaveLength(total(message.expect.archived));
      expect(message.body.length).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
      expect(message.expect.deadLetter).toBeUndefined();
    }
  });

  it('has records of all products, of several in one message, and of none of them', () => {
    const messages = sample();

    const sources = new Set(
      messages.flatMap(({ expect: { archived } }) => Object.keys(archived).map(sourceOf)),
    );
    const mixed = messages.filter(
      ({ expect: { archived } }) => new Set(Object.keys(archived).map(sourceOf)).size > 1,
    );

    expect(sources).toEqual(new Set(['activity', 'defender', 'entra', 'github', 'intune', 'unknown']));
    expect(mixed.length).toBeGreaterThan(0);
  });

  it('fills some messages up to the size limit', () => {
    const sizes = sample({ messages: 300 }).map(({ body }) => body.length);

    expect(Math.max(...sizes)).toBeGreaterThan(0.9 * MAX_MESSAGE_BYTES);
  });

  it('writes integers beyond 2^53 with all their digits', () => {
    const text = sample()
      .map(({ body }) => body.toString())
      .join('\n');

    const reportIds = [...text.matchAll(/"ReportId"\s*:\s*(\d{18})\s*[,}]/g)].map(([, digits]) => digits);

    expect(reportIds.length).toBeGreaterThan(100);
    expect(reportIds.some((digits) => digits !== String(Number(digits)))).toBe(true);
  });

  it('puts line breaks between the tokens of some messages', () => {
    const spaced = sample().filter(({ body }) => body.includes('\n'));

    expect(spaced.length).toBeGreaterThan(0);
    expect(spaced.length).toBeLessThan(75);
  });

  it('begins at the time it is told, and time goes on from message to message', () => {
    const text = sample()
      .map(({ body }) => body.toString())
      .join('\n');

    const times = [...text.matchAll(/"@timestamp"\s*:\s*(\d+)/g)].map(([, digits]) => Number(digits));

    expect(times.length).toBeGreaterThan(10);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(START);
    expect(times[0]).toBeLessThan(START + HOUR);
  });

  it('holds records that are told by category and fit their schema', () => {
    for (const message of sample()) {
      const verdicts = recordsOf(message).map((record) => judge(Buffer.from(JSON.stringify(record))));

      expect(verdicts.flatMap((verdict) => verdict?.problems ?? [])).toEqual([]);
      expect(countBy(verdicts.map((verdict) => verdict?.category.key ?? ''))).toEqual(
        message.expect.archived,
      );
    }
  });
});

describe('faults in a sample stream', () => {
  it.each([0, 0.1, 0.5, 1])('come in the share asked for: %d', (faults) => {
    const faulty = sample({ faults, messages: 100 }).filter(
      ({ expect: { deadLetter } }) => deadLetter !== undefined,
    );

    expect(faulty).toHaveLength(faults * 100);
  });

  it('are of every kind', () => {
    const reasons = sample({ faults: 0.1 }).flatMap(({ expect: { deadLetter } }) => deadLetter ?? []);

    expect(new Set(reasons)).toEqual(
      new Set(['empty-message', 'invalid', 'no-records', 'not-an-object', 'not-json', 'not-utf8']),
    );
  });

  it('spoil one record and leave the others good', () => {
    const spoilt = sample({ faults: 1, messages: 70 }).filter(
      ({ expect: { deadLetter } }) => deadLetter === 'invalid',
    );

    expect(spoilt).toHaveLength(10);
    for (const message of spoilt) {
      const verdicts = recordsOf(message).map((record) => judge(Buffer.from(JSON.stringify(record))));

      expect(verdicts).toHaveLength(total(message.expect.archived) + 1);
      expect(verdicts.filter((verdict) => verdict?.problems.length !== 0)).toHaveLength(1);
    }
  });
});

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function countBy(keys: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    [...new Set(keys)].map((key) => [key, keys.filter((other) => other === key).length]),
  );
}

/** Comparing the messages themselves would take seconds. */
function digest(messages: readonly SampleMessage[]): string {
  const hash = createHash('sha256');
  for (const { body } of messages) hash.update(body).update('\n');
  return hash.digest('hex');
}

function recordsOf({ body }: SampleMessage): unknown[] {
  const value: unknown = JSON.parse(body.toString());
  const isBatch =
    typeof value === 'object' && value !== null && 'records' in value && Array.isArray(value.records);
  return isBatch ? (value.records as unknown[]) : [value];
}

function sourceOf(category: string): string | undefined {
  return category.split('/')[0];
}
