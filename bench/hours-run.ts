import { corpusC } from './corpora.ts';
import { forgetfulStore, pipelineParts } from './parts.ts';
import { createLedger } from '../shared/ledger/ledger.ts';
import { ingest } from '../shared/pipeline.ts';
import type { Entity, LedgerTable } from '../shared/sinks.ts';
import { HOUR } from '../shared/time.ts';

/**
 * What the pipeline keeps over hours of a steady stream, in a process of its own. Hub time is made to pass, so that an hour takes some
 * ten seconds; after each, what is left when all garbage has been collected.
 */
const START = Date.UTC(2026, 10, 20, 10);
const BETWEEN_MESSAGES = 170;
const BATCH = 50;
const PARTITIONS = 4;

const hours = Number(process.argv[2]);
const bodies = corpusC();
const store = forgetfulStore();
const ledger = createLedger(headTable(), { store, blocksPerBlob: 256 });
const deps = { ...pipelineParts('gzip'), store, ledger };

let taken = 0;
for (let hour = 1; hour <= hours; hour++) {
  while (timeOf(taken) < START + hour * HOUR) {
    const id = String((taken / BATCH) % PARTITIONS);
    await ingest({ partition: { namespace: 'bench', hub: 'logs', id }, messages: nextBatch() }, deps);
  }
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  const [heap, beside, resident] = [heapUsed, external, rss].map((bytes) => (bytes / 1e6).toFixed(1));
  console.log(`${hour} h: heap ${heap} MB, external ${beside} MB, resident ${resident} MB`);
}

function nextBatch() {
  return Array.from({ length: BATCH }, () => {
    const body = bodies[taken % bodies.length] ?? Buffer.alloc(0);
    const sequenceNumber = Math.floor(taken / (BATCH * PARTITIONS)) * BATCH + (taken % BATCH);
    return { sequenceNumber, enqueuedTime: timeOf(taken++), body };
  });
}

function timeOf(message: number): number {
  return START + message * BETWEEN_MESSAGES;
}

/** Rows are kept by the service: here only the last few of each partition, which may be asked for. */
function headTable(): LedgerTable {
  const rows = new Map<string, Entity>();
  let writes = 0;
  return {
    get: (partitionKey, rowKey) => Promise.resolve(rows.get(`${partitionKey} ${rowKey}`)),
    query: () => nothing(),
    transact(partitionKey, changes) {
      const etags = changes.map((change) => {
        const etag = String(++writes);
        const key = `${partitionKey} ${change.rowKey}`;
        rows.delete(key);
        if ('values' in change) rows.set(key, { rowKey: change.rowKey, etag, values: change.values });
        return etag;
      });
      for (const key of rows.keys()) if (rows.size > 8 * PARTITIONS) rows.delete(key);
      return Promise.resolve(etags);
    },
  };
}

async function* nothing(): AsyncGenerator<Entity> {}
