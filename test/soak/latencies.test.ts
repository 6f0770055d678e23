import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { encodeBlockId } from '../../shared/blocks/block-id.ts';
import { watchJourneys } from '../../scripts/soak/latencies.ts';
import { latenciesOf, stretchesOf } from '../../scripts/soak/sample.ts';

const START = Date.UTC(2026, 10, 20, 10);

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});

afterEach(() => {
  vi.useRealTimers();
});

interface Event {
  readonly sequenceNumber: number;
  readonly enqueuedTime: number;
  readonly recordIds?: readonly string[];
}

/** Hubs of one partition, 2, that hold these events. */
function hubsWith(events: Readonly<Record<string, readonly Event[]>>) {
  const hub = (name: string) => {
    const own = events[name] ?? [];
    const partition = {
      id: '2',
      beginSequenceNumber: 0,
      lastSequenceNumber: own.length - 1,
      bytes: 0,
      count: own.length,
      events: (from = 0) => own.filter(({ sequenceNumber }) => sequenceNumber >= from).map(asRead),
    };
    return { name, partitions: [partition] };
  };
  return () => ({ hub });
}

function asRead({ sequenceNumber, enqueuedTime, recordIds }: Event) {
  const none = { offset: 0, partitionKey: undefined, contentType: undefined, contentEncoding: undefined };
  const applicationProperties = recordIds ? { recordIds: JSON.stringify(recordIds) } : {};
  const body = Buffer.alloc(0);
  return { ...none, sequenceNumber, enqueuedTime, body, messageId: undefined, applicationProperties };
}

function idOf(sequenceNumber: number, index: number): string {
  return `localhost/logs/2/2026-11-20T10:00:00.000Z/${sequenceNumber}/${index}`;
}

function commitOf(first: number, last: number) {
  const fields = { run: 1, time: START, records: 1, retentionDays: 0, random: 'a'.repeat(16) };
  const [before, own] = [
    encodeBlockId({ ...fields, first: 0, last: 0 }),
    encodeBlockId({ ...fields, first, last }),
  ];
  const list = `<?xml version="1.0"?><BlockList><Latest>${before}</Latest><Latest>${own}</Latest></BlockList>`;
  return { service: 'blob', method: 'PUT', path: '/', body: Buffer.from(list) } as const;
}

const COMMIT = { service: 'blob', kind: 'commit', path: '/', partition: '2' } as const;

test('a message is archived with the last of its blocks, and passed on with the last of its records', () => {
  const watch = watchJourneys(
    hubsWith({
      logs: [
        { sequenceNumber: 0, enqueuedTime: START },
        { sequenceNumber: 1, enqueuedTime: START + 10 },
        { sequenceNumber: 2, enqueuedTime: START + 20 },
      ],
      records: [
        { sequenceNumber: 0, enqueuedTime: START + 300, recordIds: [idOf(0, 0), idOf(1, 0)] },
        { sequenceNumber: 1, enqueuedTime: START + 400, recordIds: [idOf(1, 1)] },
      ],
    }),
    ['logs', 'records'],
  );

  vi.setSystemTime(START + 100);
  watch.onStorageAnswer(COMMIT, commitOf(0, 1), 201);
  vi.setSystemTime(START + 200);
  watch.onStorageAnswer(COMMIT, commitOf(1, 1), 201);
  watch.onStorageAnswer(COMMIT, commitOf(2, 2), 412);
  watch.look();
  watch.look();

  expect(watch.journeys().toSorted((a, b) => a.enqueued - b.enqueued)).toEqual([
    { enqueued: START, archived: START + 100, passedOn: START + 300 },
    { enqueued: START + 10, archived: START + 200, passedOn: START + 400 },
    { enqueued: START + 20, archived: undefined, passedOn: undefined },
  ]);
});

test('percentiles are by nearest rank, of those that came, in the stretch that they came in', () => {
  const journeys = Array.from({ length: 100 }, (_, i) => ({
    enqueued: START + i,
    archived: START + i + (i + 1),
    passedOn: i === 0 ? undefined : START + i + 1_000,
  }));

  expect(latenciesOf(journeys)).toEqual({
    archived: { p50: 50, p95: 95, p99: 99 },
    passedOn: { p50: 1_000, p95: 1_000, p99: 1_000 },
  });
  const stretches = stretchesOf(journeys, START, START + 99);
  expect(stretches.map(({ messages }) => messages).reduce((a, b) => a + b)).toBe(100);
  expect(stretches[0]?.archived).toEqual({ p50: 5, p95: 10, p99: 10 });
  expect(stretches.at(-1)?.archived.p99).toBe(100);
});
