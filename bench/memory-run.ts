import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Compression } from '../shared/blocks/block-codec.ts';
import { ingest } from '../shared/pipeline.ts';
import { corpusA } from './corpora.ts';
import { pipelineParts } from './parts.ts';
import { forgetPeak, peak } from './peak.ts';

// One measurement in a process of its own, since the peak is that of a process: `memory-run.ts json gzip`.

const MESSAGES = 100;
const MEGABYTE = 1e6;
const PARTITION = { namespace: 'bench', hub: 'logs', id: '0' };
const START = Date.UTC(2026, 10, 20, 10);

const [shape = 'json', compression = 'gzip'] = process.argv.slice(2);
const messages = batchOf(shape);
const before = forgetPeak();
await ingest({ partition: PARTITION, messages }, pipelineParts(compression as Compression));
console.log(JSON.stringify({ batch: bytesIn(messages), before, peak: peak() }));

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

function bytesIn(batch: readonly { readonly body: Buffer }[]): number {
  return batch.reduce((sum, { body }) => sum + body.length, 0);
}
