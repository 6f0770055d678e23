import { expect, test } from 'vitest';
import { memoryRecordsHub } from '../local/memory-sinks.ts';
import type { LineSpan } from '../shared/blocks/draft.ts';
import { categoryOf } from '../shared/judge/catalogue.ts';
import { alone } from '../shared/judge/span.ts';
import { sendBlock, stretches } from '../shared/pass-on/pass-on.ts';
import type { Packed } from '../shared/pass-on/pack.ts';
import { PARTITION, START } from './support/messages.ts';

const MEGABYTE = 1024 * 1024;
const BLOCK = { container: 'archive', blob: 'b', id: 'i', source: 'unknown', category: 'A' } as const;

function record(n: number, size: number): LineSpan {
  const bytes = Buffer.from(`{"n":${n},"text":"${'x'.repeat(size)}"}`);
  return {
    bytes,
    ...alone(bytes, undefined),
    sequenceNumber: n,
    enqueuedTime: START,
    index: 0,
    valid: true,
    salvaged: false,
    forward: true,
    partitionKey: undefined,
    label: undefined,
  };
}

function packed(partitionKey: string, bytes = 1): Packed {
  return { partitionKey, message: { body: Buffer.alloc(bytes), properties: {} } };
}

test('what is sent together has one partition key, and is no more than some batches of Event Hubs', () => {
  const messages = [...Array.from({ length: 9 }, () => packed('a', MEGABYTE)), packed('b'), packed('a')];

  const sent = [...stretches(messages)].map((stretch) => [stretch.partitionKey, stretch.messages.length]);

  expect(sent).toEqual([
    ['a', 4],
    ['a', 4],
    ['a', 1],
    ['b', 1],
    ['a', 1],
  ]);
});

test('of a large block, the memory of what is sent holds what is sent next; all of it arrives, in order', async () => {
  const spans = Array.from({ length: 400 }, (_, n) => record(n, 60_000));
  const numbers: number[] = [];
  const memory = new Set<ArrayBufferLike>();
  const recordsHub = {
    ...memoryRecordsHub(),
    send(_hub: string, _key: string, messages: readonly Packed['message'][]) {
      for (const { body } of messages) {
        const { records } = JSON.parse(body.toString()) as { records: { n: number }[] };
        numbers.push(...records.map(({ n }) => n));
        memory.add(body.buffer);
      }
      return Promise.resolve();
    },
  };
  const ingest = { partition: PARTITION, ingestedAt: new Date(START).toISOString() };

  await sendBlock(BLOCK, 'records', spans, ingest, { recordsHub, messageBytes: 65_536, categoryOf });

  expect(numbers).toEqual(spans.map((_, n) => n));
  expect(memory.size).toBeLessThan(100);
});
