import { describe, expect, test } from 'vitest';
import { SluiceError } from '../../shared/errors.ts';
import type { MemorySinks } from '../support/deps.ts';
import { depsOver, memoryDeps } from '../support/deps.ts';
import { ingest } from '../../shared/pipeline.ts';
import type { BlobStore } from '../../shared/sinks.ts';
import { batchMeasurements, batchTrace, observeBatch } from '../../shared/telemetry/batch.ts';
import type { BatchFacts } from '../../shared/telemetry/batch.ts';
import { boundedCategories, MOST_UNLISTED, OTHER } from '../../shared/telemetry/bounded-categories.ts';
import { isListed } from '../../shared/judge/catalogue.ts';
import type { Telemetry } from '../../shared/telemetry/telemetry.ts';
import { factsOf } from '../support/batch-facts.ts';
import { envelopeOf, invalidRecord, messagesOf, PARTITION, recordOf } from '../support/messages.ts';

const asIs = (key: string): string => key;

describe('the measurements of a batch', () => {
  test('are its counts by category, without those that are 0', () => {
    const tally = { records: 9, bytes: 900, archived: 5, passedOn: 4, deadLettered: { invalid: 2 } };
    const facts = factsOf({ 'entra/SignInLogs': { ...tally, excluded: { noise: 1, more: 1 } } });

    const found = batchMeasurements(facts, asIs);

    const hub = { namespace: 'contoso', hub: 'logs' };
    const dimensions = { ...hub, category: 'entra/SignInLogs' };
    expect(found).toEqual([
      { metric: 'batchDuration', value: 120, dimensions: { ...hub, outcome: 'taken-in' } },
      { metric: 'batchDelay', value: 2.5, dimensions: hub },
      { metric: 'recordsIn', value: 9, dimensions },
      { metric: 'recordsArchived', value: 5, dimensions },
      { metric: 'recordsExcluded', value: 2, dimensions },
      { metric: 'recordsPassedOn', value: 4, dimensions },
      { metric: 'bytesIn', value: 900, dimensions },
      { metric: 'recordsDeadLettered', value: 2, dimensions: { ...dimensions, reason: 'invalid' } },
    ]);
  });

  test('of one that failed say so, and nothing of how long its messages have waited', () => {
    const facts = factsOf({}, { error: new Error('no') });

    expect(batchMeasurements(facts, asIs)).toMatchObject([
      { metric: 'batchDuration', dimensions: { outcome: 'failed' } },
    ]);
  });

  test('tell no more categories apart than so many, though those that are known stay', () => {
    const nameOf = boundedCategories(isListed);
    const hostile = Array.from({ length: 5_000 }, (_, i) => `unknown/__proto__${i}`);

    const names = new Set(hostile.map(nameOf));

    expect(names.size).toBe(MOST_UNLISTED + 1);
    expect(names).toContain(OTHER);
    expect(nameOf('entra/SignInLogs')).toBe('entra/SignInLogs');
    expect(nameOf('unknown/__proto__0')).toBe('unknown/__proto__0');
  });
});

describe('the trace of a batch', () => {
  test('says which it is, and what has become of it', () => {
    const tallies = {
      'entra/SignInLogs': { records: 3, bytes: 30, archived: 1, deadLettered: { invalid: 2 } },
      'unknown/a': { records: 1, bytes: 5, archived: 1 },
    };

    expect(batchTrace(factsOf(tallies))).toMatchObject({
      level: 'info',
      message: 'Batch taken in: 3 messages of contoso/logs/0, 7 to 9',
      traceParent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      properties: {
        batch: 'contoso/logs/0/7-9',
        invocationId: '6f9619ff-8b86-4011-b42d-00cf4fc964ff',
        firstSequenceNumber: 7,
        lastSequenceNumber: 9,
        records: 4,
        bytes: 35,
        archived: 2,
        deadLettered: 2,
        deadLetterReasons: '{"invalid":2}',
      },
    });
  });

  test('that failed has the error', () => {
    const error = new SluiceError('storage-refused', 'Storage is away');

    expect(batchTrace(factsOf({}, { error }))).toMatchObject({
      level: 'error',
      message: 'Batch failed: 3 messages of contoso/logs/0, 7 to 9',
      properties: { errorCode: 'storage-refused', error: 'Storage is away' },
    });
  });
});

function recording() {
  const told: BatchFacts[] = [];
  const telemetry: Telemetry = {
    batchEnded: (facts) => told.push(facts),
    capacityReported: () => undefined,
    close: () => Promise.resolve(),
  };
  return { told, telemetry };
}

describe('a batch that is observed', () => {
  const batch = {
    partition: PARTITION,
    messages: messagesOf([
      envelopeOf(recordOf('A'), recordOf('A')),
      envelopeOf(invalidRecord('entra', 'SignInLogs')),
    ]),
  };
  const invocation = { id: 'one', traceParent: undefined, log: () => undefined };

  const take = (sinks: MemorySinks, telemetry: Telemetry, overrides = {}): Promise<void> =>
    observeBatch(batch, invocation, telemetry, (onDecided) =>
      ingest(batch, { ...depsOver(sinks, overrides), onDecided }),
    );

  test('is counted as the ledger counts it, once', async () => {
    const { sinks } = memoryDeps();
    const { told, telemetry } = recording();

    await take(sinks, telemetry);
    await take(sinks, telemetry);

    const [first, second] = told;
    expect(
      [...(first?.tallies ?? [])].map(([key, { records, archived, deadLettered }]) => [
        key,
        records,
        archived,
        deadLettered,
      ]),
    ).toEqual([
      ['unknown/A', 2, 2, {}],
      ['entra/SignInLogs', 1, 0, { invalid: 1 }],
    ]);
    expect(first).toMatchObject({ messages: 2, first: 0, last: 1, invocationId: 'one', error: undefined });
    expect(second?.tallies.size).toBe(0);
  });

  test('that fails after it was decided is counted all the same, and its repetition is not', async () => {
    const { sinks } = memoryDeps();
    const { told, telemetry } = recording();
    let failures = 1;
    const commit: BlobStore['commit'] = (...args) =>
      failures-- > 0 ? Promise.reject(new Error('Storage is away')) : sinks.store.commit(...args);

    await expect(take(sinks, telemetry, { store: { ...sinks.store, commit } })).rejects.toThrow(
      'Storage is away',
    );
    await take(sinks, telemetry);

    expect(
      told.map(({ error, tallies }) => [error instanceof Error, tallies.get('unknown/A')?.records]),
    ).toEqual([
      [true, 2],
      [false, undefined],
    ]);
  });
});
