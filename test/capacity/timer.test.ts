import { describe, expect, test } from 'vitest';
import { memoryTable } from '../../local/memory-sinks.ts';
import type { MemoryTable } from '../../local/memory-sinks.ts';
import { capacityReport } from '../../shared/capacity.ts';
import type { CapacityReport } from '../../shared/capacity.ts';
import { measure, spanBefore } from '../../shared/capacity/measure.ts';
import { hourFrom } from '../../shared/capacity/rolled-rows.ts';
import { runCapacity } from '../../shared/capacity/run.ts';
import { partitionKeyOf } from '../../shared/names.ts';
import type { LedgerTable } from '../../shared/sinks.ts';
import { DAY, HOUR, MINUTE } from '../../shared/time.ts';
import { minuteOf } from '../support/capacity.ts';
import { capacityDepsOver, caughtUp, writeHead, writeMinutes } from '../support/capacity-ledger.ts';
import { PARTITION } from '../support/messages.ts';

const OTHER = { ...PARTITION, id: '1' };
const NOON = Date.parse('2026-11-20T12:00:00.000Z');
const NOW = NOON + 30 * MINUTE;

function minutesBetween(from: number, to: number, messages = 60) {
  const starts = Array.from({ length: (to - from) / MINUTE }, (_, i) => from + i * MINUTE);
  return starts.map((minute, i) =>
    minuteOf(minute, { messages: messages + (i % 7) }, { category: 'unknown/x', messages: i % 3 }),
  );
}

async function ledgerOf(from: number, to: number, messages?: number): Promise<MemoryTable> {
  const table = memoryTable();
  await writeMinutes(table, PARTITION, minutesBetween(from, to, messages));
  return table;
}

function rowKeys(table: MemoryTable, prefix: string, key = partitionKeyOf(PARTITION)): string[] {
  const rows = table.rows.get(key) ?? [];
  return rows
    .map(({ rowKey }) => rowKey)
    .filter((rowKey) => rowKey.startsWith(prefix))
    .toSorted();
}

/** Requests by what they ask for. */
function counting(table: LedgerTable): { readonly table: LedgerTable; readonly requests: string[] } {
  const requests: string[] = [];
  return {
    requests,
    table: {
      get: (key, row) => (requests.push('get'), table.get(key, row)),
      query: (key, from, to) => (requests.push('query'), table.query(key, from, to)),
      transact: (key, writes) => (requests.push('transact'), table.transact(key, writes)),
    },
  };
}

describe('the timer', () => {
  test('leaves the report, one of the day beside it, and a line in the log', async () => {
    const { deps, written, lines } = capacityDepsOver({
      table: await ledgerOf(NOON - 2 * HOUR, NOW),
      now: NOW,
    });

    const report = await runCapacity(deps);

    expect([...written.keys()]).toEqual(['latest.json', 'history/2026-11-20.json']);
    expect(JSON.parse(written.get('latest.json') ?? '')).toEqual(report);
    expect(report.window).toEqual({
      from: '2026-11-20T06:00:00.000Z',
      to: '2026-11-20T12:29:00.000Z',
      minutes: 389,
    });
    expect(report.lag).toMatchObject({ events: 0 });
    expect(lines).toEqual([expect.stringMatching(/^info: Peak 1\.1 messages\/s, .*; lag 0 events; /)]);
  });

  test('makes hours of what is over, which say the same as their minutes', async () => {
    const table = await ledgerOf(NOON - 6 * HOUR, NOW);
    const { deps } = capacityDepsOver({ table, now: NOW });
    const fromMinutes = capacityReport(
      (await measure(deps, { span: spanBefore(NOW, 6 * HOUR), rollUp: false })).input,
    );

    const first = await runCapacity(deps);
    const fromHours = await runCapacity(deps);

    expect(rowKeys(table, 'hour-')).toEqual(
      ['06', '07', '08', '09', '10', '11'].map((hour) => `hour-2026-11-20T${hour}`),
    );
    expect(first).toEqual(fromMinutes);
    expect(fromHours).toEqual(fromMinutes);
  });

  test('makes no hour to which something may still be added', async () => {
    const table = await ledgerOf(NOON - 6 * HOUR, NOON - 2 * HOUR - 10 * MINUTE);
    const position = { ...caughtUp('0', NOW), lastEnqueued: 5_000 };
    const { deps } = capacityDepsOver({ table, now: NOW, positions: [position] });

    await runCapacity(deps);
    expect(rowKeys(table, 'hour-')).toEqual(['06', '07', '08'].map((hour) => `hour-2026-11-20T${hour}`));

    await writeMinutes(table, PARTITION, minutesBetween(NOON - 2 * HOUR - 10 * MINUTE, NOW));
    await runCapacity(deps);
    const rows = table.rows.get(partitionKeyOf(PARTITION)) ?? [];
    const nine = rows.find(({ rowKey }) => rowKey === 'hour-2026-11-20T09');
    expect(nine && hourFrom(nine).series.messages.filter((n) => n > 0)).toHaveLength(60);
  });

  test('makes the hours of a quiet partition, and those of one that is far behind, when they are over', async () => {
    const table = await ledgerOf(NOON - 6 * HOUR, NOON - 5 * HOUR);
    await runCapacity(capacityDepsOver({ table, now: NOON - 5 * HOUR + 6 * MINUTE }).deps);
    await writeMinutes(table, PARTITION, [minuteOf(NOON - 5 * HOUR, { messages: 9 })]);
    const late = NOON + 2 * DAY;

    // Nothing has been decided for two days, and the hub has more.
    const behind = capacityDepsOver({
      table,
      now: late,
      positions: [{ ...caughtUp('0', late), lastEnqueued: 2_000 }],
    });
    await runCapacity(behind.deps);
    expect(rowKeys(table, 'hour-')).toEqual(['hour-2026-11-20T06']);

    await writeHead(table, PARTITION, { sequenceNumber: 2_000, time: late - MINUTE });
    await runCapacity(behind.deps);
    expect(rowKeys(table, 'hour-')).toEqual(['hour-2026-11-20T06', 'hour-2026-11-20T07']);
  });

  test('makes the summary of a day once it is over in every partition', async () => {
    const midnight = Date.parse('2026-11-21T00:00:00.000Z');
    const now = midnight + 90 * MINUTE;
    const table = await ledgerOf(midnight, now);
    await writeMinutes(table, OTHER, minutesBetween(midnight, now, 120));
    const positions = [caughtUp('0', now), caughtUp('1', now)];
    await runCapacity(capacityDepsOver({ table, now, positions }).deps);
    const next = now + DAY;
    await writeMinutes(table, PARTITION, minutesBetween(now, next));

    const waiting = { ...caughtUp('1', next), lastEnqueued: 9_000, lastEnqueuedAt: next };
    await runCapacity(capacityDepsOver({ table, now: next, positions: [caughtUp('0', next), waiting] }).deps);
    expect(rowKeys(table, 'day-', 'capacity')).toEqual([]);

    await writeMinutes(table, OTHER, minutesBetween(now, next, 120));
    const { deps } = capacityDepsOver({
      table,
      now: next,
      positions: [caughtUp('0', next), caughtUp('1', next)],
    });
    await runCapacity(deps);
    await runCapacity(deps);
    const report = await runCapacity(deps);

    expect(rowKeys(table, 'day-', 'capacity')).toEqual(['day-2026-11-21']);
    const inADay = [60, 120].flatMap((messages) => minutesBetween(midnight, midnight + DAY, messages));
    const messages = inADay
      .filter(({ minute }) => minute < midnight + DAY)
      .reduce((sum, minute) => sum + minute.messages, 0);
    // The minutes were written in two parts, so that their pattern begins anew: within a thousandth.
    expect((report.trend.days[0]?.messages ?? 0) / messages).toBeCloseTo(1, 3);
    expect(report.storage.basis).toBe('days');
  });

  test('asks as often for much as for little', async () => {
    const much = counting(await ledgerOf(NOON - 6 * HOUR, NOW, 90_000));
    const little = counting(memoryTable());
    await writeMinutes(little.table, PARTITION, [minuteOf(NOON - HOUR, { messages: 1 })]);
    little.requests.length = 0;

    await measure(capacityDepsOver({ table: much.table, now: NOW }).deps, {
      span: spanBefore(NOW, 6 * HOUR),
      rollUp: false,
    });
    await measure(capacityDepsOver({ table: little.table, now: NOW }).deps, {
      span: spanBefore(NOW, 6 * HOUR),
      rollUp: false,
    });

    expect(much.requests).toEqual(little.requests);
    expect(much.requests).toHaveLength(6);
  });

  test('tells what it can where a hub does not answer', async () => {
    const table = await ledgerOf(NOON - 2 * HOUR, NOW);
    const { deps, lines } = capacityDepsOver({ table, now: NOW, positions: 'unknown' });

    const report = await runCapacity(deps);

    expect(report.total.messages).toBeGreaterThan(0);
    expect(report.lag).toMatchObject({ events: null, partitions: [{ lastDecided: 1_000 }] });
    expect(report.warnings).toMatchObject([{ code: 'hub-unknown', subject: 'contoso/logs/0' }]);
    expect(lines[0]).toBe('warn: Nothing is known of the hub contoso/logs: no answer');
  });

  test('logs what somebody should know with its code, for alerts to look for', async () => {
    const table = await ledgerOf(NOON - 8 * HOUR, NOON);
    for (const now of [NOON - 2 * HOUR, NOON + 2 * MINUTE])
      await runCapacity(capacityDepsOver({ table, now }).deps);
    const later = capacityDepsOver({ table, now: NOON + 3 * HOUR });

    const { warnings } = await runCapacity(later.deps);

    expect(warnings.map(({ code }) => code)).toContain('source-silent');
    expect(later.lines).toContainEqual(
      expect.stringMatching(/^warn: Nothing has come from .* \(source-silent\)$/),
    );
  });

  test('tells of partitions that the ledger knows nothing of', async () => {
    const { deps } = capacityDepsOver({ now: NOW, positions: [caughtUp('3', NOW)] });

    const { lag } = await runCapacity(deps);

    expect(lag.partitions).toMatchObject([{ id: '3', events: 1_001, lastDecided: null }]);
  });

  test('twice at once does the same', async () => {
    const table = await ledgerOf(NOON - 6 * HOUR, NOW);
    const { deps } = capacityDepsOver({ table, now: NOW });

    const [a, b] = await Promise.all([runCapacity(deps), runCapacity(deps)]);

    expect(a).toEqual(b);
    expect(await runCapacity(deps)).toEqual(a);
  });
});

function at(minutes: number): number {
  return NOON - 6 * HOUR + minutes * MINUTE;
}

async function silentAfter(hours: number, hub?: 'behind'): Promise<CapacityReport> {
  const table = memoryTable();
  const often = Array.from({ length: 200 }, (_, i) => minuteOf(at(2 * i), { messages: 5 }));
  await writeMinutes(table, PARTITION, [
    minuteOf(at(0) - MINUTE, { category: 'unknown/once', messages: 1 }),
    ...often,
  ]);
  await runCapacity(capacityDepsOver({ table, now: at(400) }).deps);
  const now = at(400) + hours * HOUR;
  const position = hub && { ...caughtUp('0', now), lastEnqueued: 9_000, lastEnqueuedAt: now };
  return runCapacity(capacityDepsOver({ table, now, ...(position && { positions: [position] }) }).deps);
}

describe('a source that has fallen silent', () => {
  test('is told of, once that is much longer than its habit, though the window has nothing of it', async () => {
    const report = await silentAfter(20);

    expect(report.total.messages).toBe(0);
    const silence = { lastSeen: '2026-11-20T12:38:00.000Z', habitMinutes: 30, silentMinutes: 20 * 60 + 2 };
    expect(report.silent.toSorted((a, b) => a.kind.localeCompare(b.kind))).toEqual([
      { subject: 'entra/SignInLogs', kind: 'category', ...silence },
      { subject: 'contoso/logs', kind: 'hub', ...silence },
    ]);
  });

  test('is not told of before', async () => {
    expect((await silentAfter(0.5)).silent).toEqual([]);
  });

  test('is not told of while the ledger is behind', async () => {
    expect((await silentAfter(20, 'behind')).silent).toEqual([]);
  });
});
