import { TableClient } from '@azure/data-tables';
import Table from 'cli-table3';
import { memoryTable } from '../local/memory-sinks.ts';
import { startStorage } from '../local/storage/azurite.ts';
import { azureLedgerTable, LEDGER_TABLE } from '../shared/azure/ledger-table.ts';
import { blockSumKey } from '../shared/blocks/block-sums.ts';
import { readCapacityConfig } from '../shared/settings/config.ts';
import { runCapacity } from '../shared/capacity/run.ts';
import { KNOWN_CATEGORIES } from '../shared/judge/known-categories.ts';
import { createPartitionList } from '../shared/ledger/ledger-partitions.ts';
import { HEAD_KEY, headValues, minuteKey, minuteValues } from '../shared/ledger/ledger-rows.ts';
import { partitionKeyOf } from '../shared/names.ts';
import type { EntityWrite, LedgerTable } from '../shared/sinks.ts';
import { emptyMinute, emptyTally } from '../shared/ledger/tally.ts';
import type { MinuteTally } from '../shared/ledger/tally.ts';
import { HOUR, MINUTE } from '../shared/time.ts';

/**
 * The capacity timer over a ledger of six hours, 32 partitions and 60 categories: `node bench/capacity.ts [memory|azurite]`. The first call
 * has to make hours of all the minutes; the second finds them; the third comes after the next hour is over.
 */
const PARTITIONS = 32;
const CATEGORIES = 60;
const START = Date.parse('2026-11-20T06:00:00.000Z');
const MINUTES = 7 * 60 + 10;
const ROWS_AT_ONCE = 40;

const names = (['defender', 'entra'] as const).flatMap((source) =>
  KNOWN_CATEGORIES[source].map((name) => ({ source, name })),
);

function minuteRow(minute: number): MinuteTally {
  const tally = emptyMinute(minute, { sequenceNumber: 0, enqueuedTime: minute, body: Buffer.alloc(0) });
  const blocks: Record<string, MinuteTally['blocks'][string]> = {};
  for (const { source, name } of names.slice(0, CATEGORIES)) {
    const counts = { records: 1_234, bytes: 1_234_567, largest: 23_456, messages: 123, archived: 1_230 };
    const rest = {
      passedOn: 1_230,
      deadLettered: { invalid: 4 },
      invalid: 4,
      unseen: { '/properties/new': 12 },
    };
    const scopes = {
      '8d1f0c3a-5b7e-4a62-9c44-0e6b7f2d9a10': 1_000,
      '2c9f0c3a-5b7e-4a62-9c44-0e6b7f2d9a11': 234,
    };
    tally.categories[`${source}/${name}`] = { ...emptyTally(), ...counts, ...rest, scopes };
    const sum = { blocks: 2, records: 1_230, bytes: 123_456, digest: 'a1b2c3d4'.repeat(8) };
    blocks[blockSumKey('archive', source, name)] = sum;
  }
  return { ...tally, blocks, messages: 7_380, bytes: 74_074_020, largest: 250_000, slices: 9_000 };
}

async function fill(table: LedgerTable): Promise<void> {
  const list = createPartitionList(table);
  const values = minuteValues({ ...minuteRow(0), run: 1 });
  for (let id = 0; id < PARTITIONS; id++) {
    const partition = { namespace: 'contoso', hub: 'logs', id: String(id) };
    await list.add(partition);
    const rows = Array.from({ length: MINUTES }, (_, i): EntityWrite => {
      const minute = START + i * MINUTE;
      return { rowKey: minuteKey(minute, 1), ifMatch: undefined, values: { ...values, minute } };
    });
    for (let i = 0; i < rows.length; i += ROWS_AT_ONCE)
      await table.transact(partitionKeyOf(partition), rows.slice(i, i + ROWS_AT_ONCE));
  }
}

/** As if everything up to now had been decided. */
async function moveHeads(table: LedgerTable, now: number): Promise<void> {
  for (let id = 0; id < PARTITIONS; id++) {
    const key = partitionKeyOf({ namespace: 'contoso', hub: 'logs', id: String(id) });
    const run = { no: 1, first: 0, last: 1_000, since: START, lastTime: now - MINUTE, maxTime: now };
    const values = headValues({ runs: [run], plan: undefined, keptApart: [] });
    const ifMatch = (await table.get(key, HEAD_KEY))?.etag;
    await table.transact(key, [{ rowKey: HEAD_KEY, ifMatch, values }]);
  }
}

function counting(table: LedgerTable) {
  const requests = { get: 0, query: 0, transact: 0 };
  const counted: LedgerTable = {
    get: (...args) => (requests.get++, table.get(...args)),
    query: (...args) => (requests.query++, table.query(...args)),
    transact: (...args) => (requests.transact++, table.transact(...args)),
  };
  return { requests, table: counted };
}

async function measureRun(table: LedgerTable, now: number) {
  await moveHeads(table, now);
  const counted = counting(table);
  globalThis.gc?.();
  const started = performance.now();
  let bytes = 0;
  const position = { beginning: 0, lastEnqueued: 1_000, lastEnqueuedAt: now - MINUTE };
  await runCapacity({
    table: counted.table,
    partitions: createPartitionList(counted.table),
    probe: {
      positions: () =>
        Promise.resolve({
          askedAt: now,
          partitions: Array.from({ length: PARTITIONS }, (_, id) => ({ id: String(id), ...position })),
        }),
      checkpoints: () => Promise.resolve(new Map()),
      recordsPartitions: () => Promise.resolve(PARTITIONS),
    },
    sourceHubs: [
      { namespace: 'contoso', hub: 'logs', consumerGroup: '$Default', connection: 'SourceHubConnection' },
    ],
    recordsHub: undefined,
    capacity: readCapacityConfig({}, []),
    categoryOf: () => ({ retentionDays: 365, steps: [], messagePerRecord: false }),
    deadLetterDays: 365,
    now: () => now,
    log: () => {},
    reports: {
      write(_name, json) {
        bytes = Buffer.byteLength(json);
        return Promise.resolve();
      },
    },
  });
  const { get, query, transact } = counted.requests;
  const took = performance.now() - started;
  const most = process.resourceUsage().maxRSS * 1_024;
  return [get, query, transact, (took / 1_000).toFixed(1), megabytes(most), kilobytes(bytes)];
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

function kilobytes(bytes: number): string {
  return (bytes / 1e3).toFixed(0);
}

const results = new Table({
  head: ['call', 'gets', 'queries', 'writes', 'seconds', 'MB at most', 'report, KB'],
  style: { head: [], border: [] },
});
const where = process.argv[2] ?? 'memory';
const storage = where === 'azurite' ? await startStorage() : undefined;
try {
  const table = storage
    ? azureLedgerTable(
        TableClient.fromConnectionString(storage.connectionString, LEDGER_TABLE, {
          allowInsecureConnection: true,
        }),
      )
    : memoryTable();
  await fill(table);
  const calls = [
    ['first, 6 h of minutes', 6 * HOUR + 6 * MINUTE],
    ['second, 6 h of hours', 6 * HOUR + 6 * MINUTE],
    ['15 minutes later', 6 * HOUR + 21 * MINUTE],
    ['after another hour', 7 * HOUR + 6 * MINUTE],
  ] as const;
  for (const [name, after] of calls) results.push([name, ...(await measureRun(table, START + after))]);
  console.log(`${where}\n${results.toString()}`);
} finally {
  await storage?.close();
}
