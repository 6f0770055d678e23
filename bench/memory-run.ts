import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { memoryRecordsHub, memorySourceHubs, memoryTable } from '../local/memory-sinks.ts';
import { blockCodec } from '../shared/block-codec.ts';
import type { Compression } from '../shared/block-codec.ts';
import { categoryOf } from '../shared/catalogue.ts';
import { judge } from '../shared/judge.ts';
import { createLedger } from '../shared/ledger.ts';
import { ingest } from '../shared/pipeline.ts';
import { openSieve } from '../shared/sieve.ts';
import type { BlobState, BlobStore, RecordsHub } from '../shared/sinks.ts';
import { corpusA } from './corpora.ts';

// One measurement in a process of its own, since the peak is that of a process: `memory-run.ts json gzip`.

const MESSAGES = 100;
const MEGABYTE = 1e6;
const PARTITION = { namespace: 'bench', hub: 'logs', id: '0' };
const START = Date.UTC(2026, 10, 20, 10);

const [shape = 'json', compression = 'gzip'] = process.argv.slice(2);
const messages = batchOf(shape);
const before = settledRss();
await ingest({ partition: PARTITION, messages }, parts(compression as Compression));
const peak = peakRss();
const batch = messages.reduce((sum, { body }) => sum + body.length, 0);
console.log(JSON.stringify({ batch, before, peak }));

/** 100 messages of 1 MB each; as gzip, each of them unpacks to 16 MB. */
function batchOf(kind: string) {
  const [body = Buffer.alloc(0)] = corpusA();
  const records = body.subarray('{"records":['.length, -2);
  return Array.from({ length: MESSAGES }, (_, i) => {
    const copies = kind === 'gzip' ? 16 : 1;
    const size = copies * MEGABYTE;
    const repeated = Array.from({ length: Math.max(1, Math.floor(size / records.length)) }, () => records);
    const text = Buffer.from(`{"n":"${digest(i)}","records":[${repeated.join(',')}]}`);
    const bytes = kind === 'gzip' ? gzipSync(text, { level: 1 }) : text;
    return { sequenceNumber: i, enqueuedTime: START + i, body: bytes };
  });
}

function digest(i: number): string {
  return createHash('sha256').update(String(i)).digest('hex');
}

/** What the process holds with nothing but the batch. Forgets the peak of making it, and its garbage. */
function settledRss(): number {
  globalThis.gc?.();
  writeFileSync('/proc/self/clear_refs', '5');
  return process.memoryUsage().rss;
}

function peakRss(): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

function parts(codec: Compression) {
  const store = forgetfulStore();
  return {
    store,
    judge,
    openSieve,
    codec: blockCodec(codec),
    ledger: createLedger(memoryTable(), { store, blocksPerBlob: 256 }),
    recordsHub: forgetfulHub(),
    sourceHubs: memorySourceHubs,
    routes: { hub: 'records', hubs: ['records'], fallbackHub: 'records' },
    categoryOf,
    messageBytes: 65_536,
    maxUnpackedBytes: 64 * 2 ** 20,
    maxUnpackedRatio: 250,
    fanOut: true,
    retentionDays: () => 365,
    now: Date.now,
    log: () => {},
  };
}

/** Knows which blocks it has been given, and keeps none of them: storage is elsewhere. */
function forgetfulStore(): BlobStore {
  const states = new Map<string, BlobState>();
  return {
    stage: () => Promise.resolve(),
    state: ({ name }) => Promise.resolve(states.get(name) ?? { etag: undefined, blocks: [], metadata: {} }),
    commit: ({ name }, ids, { metadata }) => {
      const etag = String(ids.length);
      states.set(name, { etag, blocks: ids.map((id) => ({ id, size: 0 })), metadata });
      return Promise.resolve({ etag });
    },
    download: () => Promise.reject(new Error('nothing is kept')),
  };
}

function forgetfulHub(): RecordsHub {
  return { ...memoryRecordsHub(), send: () => Promise.resolve() };
}
