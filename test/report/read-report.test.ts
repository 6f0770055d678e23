import { describe, expect, test } from 'vitest';
import { SluiceError } from '../../shared/errors.ts';
import { createPartitionList } from '../../shared/ledger/ledger-partitions.ts';
import type { Message, Partition } from '../../shared/message.ts';
import { ingest } from '../../shared/pipeline.ts';
import { readReport } from '../../shared/report/read-report.ts';
import type { ReportDeps } from '../../shared/report/read-report.ts';
import { HOUR, MINUTE } from '../../shared/time.ts';
import { sampleReport } from '../support/capacity-report.ts';
import { depsOver, memorySinks } from '../support/deps.ts';
import type { MemorySinks } from '../support/deps.ts';
import {
  envelopeOf,
  invalidRecord,
  messagesOf,
  PARTITION,
  recordOf,
  validRecord,
} from '../support/messages.ts';

const NOW = Date.parse('2026-11-20T12:00:30.000Z');

async function take(sinks: MemorySinks, messages: readonly Message[], partition: Partition = PARTITION) {
  await ingest({ partition, messages: [...messages] }, depsOver(sinks));
}

function reportDeps({ table }: MemorySinks, changes: Partial<ReportDeps> = {}): ReportDeps {
  return {
    table,
    partitions: createPartitionList(table),
    latestCapacity: () => Promise.resolve(undefined),
    now: () => NOW,
    ...changes,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, n) => total + n, 0);
}

function at(time: string, ...bodies: string[]): Message[] {
  const start = Date.parse(`2026-11-20T${time}Z`);
  return messagesOf(bodies, { first: (start - NOW) / 1_000 + 10 * 3_600, start });
}

describe('what the ledger says of the last minutes', () => {
  test('every record of the window is counted, and none before it', async () => {
    const sinks = memorySinks();
    await take(sinks, at('11:00:59', envelopeOf(recordOf('TooOld'))));
    await take(sinks, at('11:01:00', envelopeOf(recordOf('A'), recordOf('A')), 'not json'));
    await take(sinks, at('11:59:59', envelopeOf(recordOf('A'), invalidRecord('entra', 'SignInLogs'))));

    const { live } = await readReport(60, reportDeps(sinks));

    expect(live.window).toEqual({
      from: '2026-11-20T11:01:00.000Z',
      to: '2026-11-20T12:00:30.000Z',
      minutes: 60,
    });
    expect(live.proof).toMatchObject({
      messages: 3,
      records: 5,
      archived: 3,
      deadLettered: 2,
      excluded: 0,
      balanced: true,
      invalid: 1,
      passedOn: 3,
      deadLettersByReason: { invalid: 1, 'not-json': 1 },
    });
    expect(live.categories.map(({ key, records }) => [key, records])).toEqual(
      expect.arrayContaining([
        ['unknown/A', 3],
        ['entra/SignInLogs', 1],
      ]),
    );
    expect(JSON.stringify(live)).not.toContain('TooOld');
  });

  test('steps: a minute each within the hour, five in a longer window; the largest categories by themselves', async () => {
    const sinks = memorySinks();
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const records = names.map((name, i) => recordOf(name, { text: 'x'.repeat(1_000 - i * 100) }));
    await take(sinks, at('09:02:00', envelopeOf(...records)));
    await take(sinks, at('11:58:10', envelopeOf(...records)));

    const hour = (await readReport(60, reportDeps(sinks))).live;
    const long = (await readReport(360, reportDeps(sinks))).live;

    expect(hour.series.stepMinutes).toBe(1);
    expect(hour.series.messages.map((n, i) => [n, i]).filter(([n]) => n !== 0)).toEqual([[1, 57]]);
    expect([long.series.stepMinutes, long.series.messages.length]).toEqual([5, 72]);
    expect(long.window.from).toBe('2026-11-20T06:05:00.000Z');
    expect(hour.series.categories.map(({ key }) => key)).toEqual([
      ...['a', 'b', 'c', 'd', 'e'].map((name) => `unknown/${name}`),
      'other',
    ]);
    expect(long.series.categories.map((line) => sum(line.records))).toEqual([2, 2, 2, 2, 2, 4]);
    const bytes = long.series.categories.map((line) => sum(line.bytes));
    expect(sum(bytes)).toBe(sum(long.categories.map((category) => category.bytes)));
  });

  test('what a hub with a clock ahead of this one has taken in counts too', async () => {
    const sinks = memorySinks();
    await take(sinks, at('12:01:10', envelopeOf(recordOf('A'))));

    const { live } = await readReport(15, reportDeps(sinks));

    expect(live.series.messages.at(-1)).toBe(1);
    expect(live.proof.records).toBe(1);
  });

  test('fields that the schema does not name, with their first and last minute', async () => {
    const sinks = memorySinks();
    const drifted = JSON.stringify({
      ...(JSON.parse(validRecord('entra', 'SignInLogs')) as object),
      brandNew: 1,
    });
    await take(sinks, at('11:20:00', envelopeOf(drifted)));
    await take(sinks, at('11:40:00', envelopeOf(drifted, drifted)));

    const { live } = await readReport(60, reportDeps(sinks));

    expect(live.drift).toContainEqual({
      category: 'entra/SignInLogs',
      pointer: '/brandNew',
      records: 3,
      firstSeen: '2026-11-20T11:20:00.000Z',
      lastSeen: '2026-11-20T11:40:00.000Z',
    });
  });

  test('how far each partition is, and which records hub is behind', async () => {
    const sinks = memorySinks();
    const down = new SluiceError('records-hub-refused', 'down');
    const refuse = { ...sinks.recordsHub, send: () => Promise.reject(down) };
    const other = { ...PARTITION, id: '1' };
    await take(sinks, at('11:30:00', envelopeOf(recordOf('A'))));
    const deps = depsOver({ ...sinks, recordsHub: refuse });
    await ingest({ partition: other, messages: at('11:31:00', envelopeOf(recordOf('A'))) }, deps);

    const { live } = await readReport(60, reportDeps(sinks));

    expect(live.partitions).toMatchObject([
      { id: '0', lastDecidedAt: '2026-11-20T11:30:00.000Z', behind: [], behindSince: null },
      { id: '1', lastDecidedAt: '2026-11-20T11:31:00.000Z', behind: ['records'] },
    ]);
  });

  test('names that every object has, and those that are markup, are names like any other', async () => {
    const sinks = memorySinks();
    const names = ['__proto__', 'constructor', '<img src=x onerror=alert(1)>'];
    await take(sinks, at('11:30:00', envelopeOf(...names.map((name) => recordOf(name)))));

    const { live } = await readReport(60, reportDeps(sinks));

    expect(new Map(live.categories.map(({ key, records }) => [key, records]))).toEqual(
      new Map(names.map((name) => [`unknown/${name}`, 1])),
    );
  });

  test('requests go with the partitions, not with what came in', async () => {
    const sinks = memorySinks();
    let requests = 0;
    const counted = {
      get: (...args: Parameters<typeof sinks.table.get>) => {
        requests++;
        return sinks.table.get(...args);
      },
      query: (...args: Parameters<typeof sinks.table.query>) => {
        requests++;
        return sinks.table.query(...args);
      },
    };
    const bodies = Array.from({ length: 50 }, (_, i) => envelopeOf(recordOf(`Category${i}`)));
    for (const id of ['0', '1', '2']) {
      const messages = messagesOf(bodies, { start: NOW - HOUR / 2, step: MINUTE / 2 });
      await take(sinks, messages, { ...PARTITION, id });
    }

    const { live } = await readReport(60, reportDeps(sinks, { table: counted }));

    expect(live.proof.records).toBe(150);
    expect(requests).toBe(6);
  });

  test('the block sums stay in the ledger', async () => {
    const sinks = memorySinks();
    const found = new Set<string>();
    const watched = {
      ...sinks.table,
      query: async function* (...args: Parameters<typeof sinks.table.query>) {
        for await (const row of sinks.table.query(...args)) {
          if (row.rowKey.startsWith('minute-'))
            for (const column of Object.keys(row.values)) found.add(column);
          yield row;
        }
      },
    };
    await take(sinks, messagesOf([envelopeOf(recordOf('A'))], { start: NOW - HOUR / 2 }));

    const { live } = await readReport(60, reportDeps(sinks, { table: watched }));

    expect(live.proof).toMatchObject({ records: 1, balanced: true });
    expect(found).toContain('categories');
    expect(found).not.toContain('blocks');
  });
});

describe('the capacity report', () => {
  test.each([
    ['none yet', undefined, { capacity: null, capacityMissing: 'none-yet' }],
    ['of another version', { version: 99 }, { capacity: null, capacityMissing: 'other-version' }],
    ['as it is', sampleReport(), { capacity: sampleReport(), capacityMissing: null }],
  ])('%s', async (_, stored, expected) => {
    const deps = reportDeps(memorySinks(), { latestCapacity: () => Promise.resolve(stored) });

    expect(await readReport(60, deps)).toMatchObject({
      generatedAt: '2026-11-20T12:00:30.000Z',
      ...expected,
    });
  });
});
