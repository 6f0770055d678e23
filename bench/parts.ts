import { memoryRecordsHub, memorySourceHubs, memoryTable } from '../local/memory-sinks.ts';
import { blockCodec } from '../shared/blocks/block-codec.ts';
import type { Compression } from '../shared/blocks/block-codec.ts';
import { categoryOf } from '../shared/judge/catalogue.ts';
import { judge } from '../shared/judge/judge.ts';
import { createLedger } from '../shared/ledger/ledger.ts';
import type { PipelineDeps } from '../shared/pipeline.ts';
import { openSieve } from '../shared/judge/sieve.ts';
import type { BlobStore, RecordsHub } from '../shared/sinks.ts';

export const LIMITS = { maxUnpackedBytes: 64 * 1024 * 1024, maxUnpackedRatio: 250 };

/** The pipeline's parts, with sinks in memory that keep no bytes, as a process does whose storage and hub are elsewhere. */
export function pipelineParts(compression: Compression): PipelineDeps {
  const store = forgetfulStore();
  return {
    store,
    judge,
    openSieve,
    codec: blockCodec(compression),
    ledger: createLedger(memoryTable(), { store, blocksPerBlob: 256 }),
    recordsHub: forgetfulHub(),
    sourceHubs: memorySourceHubs,
    routes: { hub: 'records', hubs: ['records'], fallbackHub: 'records' },
    categoryOf,
    messageBytes: 65_536,
    ...LIMITS,
    fanOut: true,
    retentionDays: () => 365,
    now: Date.now,
    log: () => {},
  };
}

/** What a process knows of its blobs, it remembers itself. */
export function forgetfulStore(): BlobStore {
  return {
    stage: () => Promise.resolve(),
    state: () => Promise.resolve({ etag: undefined, blocks: [], metadata: {} }),
    commit: (_blob, ids) => Promise.resolve({ etag: String(ids.length) }),
    download: () => Promise.reject(new Error('nothing is kept')),
  };
}

function forgetfulHub(): RecordsHub {
  return { ...memoryRecordsHub(), send: () => Promise.resolve() };
}
