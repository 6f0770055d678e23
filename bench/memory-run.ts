import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Compression } from '../shared/block-codec.ts';
import { ingest } from '../shared/pipeline.ts';
import { corpusA } from './corpora.ts';
import { pipelineParts } from './parts.ts';

// One measurement in a process of its own, since the peak is that of a process: `memory-run.ts json gzip`.

const MESSAGES = 100;
const MEGABYTE = 1e6;
const PARTITION = { namespace: 'bench', hub: 'logs', id: '0' };
const START = Date.UTC(2026, 10, 20, 10);

const [shape = 'json', compression = 'gzip'] = process.argv.slice(2);
const messages = batchOf(shape);
const before = settledRss();
await ingest({ partition: PARTITION, messages }, pipelineParts(compression as Compression));
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
