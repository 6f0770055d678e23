import { memoryRecordsHub, memorySourceHubs, memoryTable } from '../local/memory-sinks.ts';
import { blockCodec } from '../shared/blocks/block-codec.ts';
import type { Compression } from '../shared/blocks/block-codec.ts';
import { categoryOf } from '../shared/judge/catalogue.ts';
import { judge } from '../shared/judge/judge.ts';
import { createLedger } from '../shared/ledger/ledger.ts';
import type { PipelineDeps } from '../shared/pipeline.ts';
import { openSieve } from '../shared/judge/sieve.ts';
import type { BlobState, BlobStore, RecordsHub } from '../shared/sinks.ts';

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

/** Knows which blocks it has been given. */
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
