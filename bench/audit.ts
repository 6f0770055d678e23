/**
 * What an audit costs: requests, time and memory for a day of 12 categories and 4 partitions, written by the pipeline into Azurite.
 *
 *     node bench/audit.ts [batches an hour]
 */
import { subscribe } from 'node:diagnostics_channel';
import { audit } from '../shared/audit/audit.ts';
import { azureArchiveReader } from '../shared/azure/archive-reader.ts';
import { ingest } from '../shared/pipeline.ts';
import { DAY, HOUR } from '../shared/time.ts';
import { memoryRecordsHub } from '../local/memory-sinks.ts';
import { azuriteSinks } from '../test/sinks/azurite.ts';
import { depsOver } from '../test/support/deps.ts';
import { envelopeOf, messagesOf, PARTITION, recordOf } from '../test/support/messages.ts';

const DAY_START = Date.parse('2026-11-20T00:00:00.000Z');
const PARTITIONS = 4;
const CATEGORIES = 12;
const RECORDS = 20;

let requests = 0;
subscribe('http.client.request.start', () => {
  requests++;
});

const batchesAnHour = Number(process.argv[2] ?? 2);
const azurite = await azuriteSinks();
try {
  await write();
  for (const deep of [false, true]) await measure(deep);
} finally {
  await azurite.close();
}

async function write(): Promise<void> {
  const text = 'x'.repeat(500);
  const records = Array.from({ length: CATEGORIES * RECORDS }, (_, n) =>
    recordOf(`C${n % CATEGORIES}`, { n, text }),
  );
  const sinks = { store: azurite.store, table: azurite.table('ledger'), recordsHub: memoryRecordsHub() };
  const step = HOUR / batchesAnHour;
  await Promise.all(
    Array.from({ length: PARTITIONS }, async (_, id) => {
      const deps = depsOver(sinks, { fanOut: false });
      for (let first = 0; first < DAY / step; first++) {
        const messages = messagesOf([envelopeOf(...records)], { first, start: DAY_START + first * step });
        await ingest({ partition: { ...PARTITION, id: String(id) }, messages }, deps);
      }
    }),
  );
}

async function measure(deep: boolean): Promise<void> {
  requests = 0;
  const started = performance.now();
  const deps = { table: azurite.table('ledger'), archive: azureArchiveReader(azurite.blobs) };
  const report = await audit({ from: DAY_START, to: DAY_START + DAY, deep }, deps);
  const seconds = (performance.now() - started) / 1_000;
  const megabytes = process.memoryUsage.rss() / 1e6;
  console.log(
    JSON.stringify({ deep, complete: report.complete, requests, seconds, megabytes, ...report.checked }),
  );
}
