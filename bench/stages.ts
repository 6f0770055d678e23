import { memoryBlobStore, memoryRecordsHub, memoryTable } from '../local/memory-sinks.ts';
import { blockCodec } from '../shared/block-codec.ts';
import type { Compression } from '../shared/block-codec.ts';
import { catalogue } from '../shared/catalogue.ts';
import { judge } from '../shared/judge.ts';
import { createLedger } from '../shared/ledger.ts';
import type { Message, Partition } from '../shared/message.ts';
import { ingest } from '../shared/pipeline.ts';
import type { PipelineDeps } from '../shared/pipeline.ts';
import { openSieve } from '../shared/sieve.ts';
import { split } from '../shared/split.ts';
import { takeApart } from '../shared/take-apart.ts';
import type { Stage } from './interleave.ts';

export const STAGE_NAMES = [
  'jsonParse',
  'split',
  'splitIdentifyValidate',
  'pipeline',
  'pipelineCompressed',
] as const;
export type StageName = (typeof STAGE_NAMES)[number];

/** Messages in one batch, as the host hands them over. */
const BATCH = 100;
const PARTITION: Partition = { namespace: 'bench', hub: 'logs', id: '0' };
const START = Date.UTC(2026, 10, 20, 10);
const LIMITS = { maxUnpackedBytes: 64 * 1024 * 1024, maxUnpackedRatio: 250 };

/** The stages over a corpus. The yardstick parses the same messages, from strings made before the clock starts. */
export function stagesOf(bodies: readonly Buffer[]): Record<StageName, Stage> {
  const texts = bodies.map(String);
  const batches = batchesOf(bodies);
  return {
    jsonParse() {
      for (const text of texts) JSON.parse(text);
    },
    split() {
      for (const body of bodies) split(body);
    },
    splitIdentifyValidate() {
      for (const body of bodies) takeApart(body, { judge, openSieve, ...LIMITS });
    },
    pipeline: () => ingestAll(batches, 'none'),
    pipelineCompressed: () => ingestAll(batches, 'gzip'),
  };
}

/** Counts what the yardstick cannot: a corpus must hold records, all of them valid, or the figures say nothing. */
export function validRecordsIn(bodies: readonly Buffer[]): number {
  let records = 0;
  for (const body of bodies) {
    const taken = takeApart(body, { judge, openSieve, ...LIMITS });
    const invalid = taken.records.find(({ verdict }) => verdict.problems.length > 0);
    const fault = taken.deadLetters[0]?.detail ?? invalid?.verdict.problems[0]?.message;
    if (fault !== undefined) throw new Error(`The corpus holds what is no valid record: ${fault}`);
    records += taken.records.length;
  }
  return records;
}

async function ingestAll(batches: readonly Message[][], compression: Compression): Promise<void> {
  const deps = memoryParts(compression);
  for (const messages of batches) await ingest({ partition: PARTITION, messages }, deps);
}

function memoryParts(compression: Compression): PipelineDeps {
  const store = memoryBlobStore();
  return {
    store,
    judge,
    openSieve,
    codec: blockCodec(compression),
    ledger: createLedger(memoryTable(), { store, blocksPerBlob: 256 }),
    recordsHub: memoryRecordsHub(),
    routes: { hub: 'records', hubs: ['records'], fallbackHub: 'records' },
    categoryOf: (source, name) => catalogue.rules(source === 'activity' ? source : 'entra', name).category,
    messageBytes: 65_536,
    ...LIMITS,
    fanOut: true,
    retentionDays: () => 365,
    now: Date.now,
    log: () => {},
  };
}

function batchesOf(bodies: readonly Buffer[]): Message[][] {
  const messages = bodies.map((body, i) => ({ sequenceNumber: i, enqueuedTime: START + i * 10, body }));
  return Array.from({ length: Math.ceil(messages.length / BATCH) }, (_, i) =>
    messages.slice(i * BATCH, (i + 1) * BATCH),
  );
}
