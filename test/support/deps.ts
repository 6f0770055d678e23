import {
  memoryBlobStore,
  memoryRecordsHub,
  memorySourceHubs,
  memoryTable,
} from '../../local/memory-sinks.ts';
import type { MemoryBlobStore, MemoryRecordsHub, MemoryTable } from '../../local/memory-sinks.ts';
import { blockCodec } from '../../shared/blocks/block-codec.ts';
import { categoryOf } from '../../shared/judge/catalogue.ts';
import { judge } from '../../shared/judge/judge.ts';
import { createLedger } from '../../shared/ledger/ledger.ts';
import type { PipelineDeps } from '../../shared/pipeline.ts';
import { openSieve } from '../../shared/judge/sieve.ts';
import type { BlobStore, LedgerTable, RecordsHub } from '../../shared/sinks.ts';

/** Everything that outlives an instance. */
export interface Sinks {
  readonly store: BlobStore;
  readonly table: LedgerTable;
  readonly recordsHub: RecordsHub;
}

export interface MemorySinks extends Sinks {
  readonly store: MemoryBlobStore;
  readonly table: MemoryTable;
  readonly recordsHub: MemoryRecordsHub;
}

export function memorySinks(): MemorySinks {
  return { store: memoryBlobStore(), table: memoryTable(), recordsHub: memoryRecordsHub() };
}

/** The deps of a new instance, which knows nothing yet, over sinks that may hold something already. */
export function depsOver(
  { store, table, recordsHub }: Sinks,
  overrides: Partial<PipelineDeps> & { blocksPerBlob?: number } = {},
): PipelineDeps {
  const { blocksPerBlob = 256, ...others } = overrides;
  return {
    store,
    recordsHub,
    sourceHubs: memorySourceHubs,
    ledger: createLedger(table, { store, blocksPerBlob }),
    codec: blockCodec('gzip'),
    judge,
    // A judge of a test's own is to judge every record.
    ...(overrides.judge ? {} : { openSieve }),
    categoryOf,
    maxUnpackedBytes: 16 * 1024 * 1024,
    maxUnpackedRatio: 250,
    fanOut: true,
    retentionDays: ({ retentionDays }) => retentionDays ?? 30,
    routes: { hub: 'records', hubs: ['records'], fallbackHub: 'records' },
    messageBytes: 64 * 1024,
    now: () => Date.parse('2026-11-20T12:00:00.000Z'),
    log: () => undefined,
    ...others,
  };
}

/** An instance over sinks of its own. */
export function memoryDeps(overrides: Partial<PipelineDeps> = {}): {
  sinks: MemorySinks;
  deps: PipelineDeps;
} {
  const sinks = memorySinks();
  return { sinks, deps: depsOver(sinks, overrides) };
}
