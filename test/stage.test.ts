import { describe, expect, test } from 'vitest';
import { blockCodec } from '../shared/blocks/block-codec.ts';
import { ingest } from '../shared/pipeline.ts';
import { memoryDeps } from './support/deps.ts';
import { envelopeOf, messagesOf, PARTITION, recordOf } from './support/messages.ts';
import { archived } from './support/read-back.ts';

/** Messages of a thousand records, of which no two neighbours are of the same category: the origin of each stands by itself. */
async function takeUncompressed(messages: number, categoryOf: (n: number) => string) {
  const { sinks, deps } = memoryDeps({ codec: blockCodec('none') });
  const records = Array.from({ length: messages * 1_000 }, (_, n) => recordOf(categoryOf(n), { n }));
  const envelopes = Array.from({ length: messages }, (_, i) =>
    envelopeOf(...records.slice(i * 1_000, (i + 1) * 1_000)),
  );
  await ingest({ partition: PARTITION, messages: messagesOf(envelopes) }, deps);
  expect(archived(sinks).toSorted()).toEqual(records.toSorted());
  return [...sinks.store.blobs.keys()].map((name) => name.replace(/^archive\/unknown\/(\w+).*-1/, '$1'));
}

describe('uncompressed blocks, whose origins stand in the plan', () => {
  test('share the room that it has for them', async () => {
    const blobs = await takeUncompressed(12, (n) => (n % 2 === 0 ? 'Many' : `Few${n % 59}`));

    expect(blobs).toHaveLength(60);
    expect(blobs.filter((name) => !name.endsWith('.ndjson'))).toEqual([]);
  });

  test('are gzip, which keeps them itself, where it has none left', async () => {
    const blobs = await takeUncompressed(30, (n) => (n % 2 === 0 ? 'A' : 'B'));

    expect(blobs.toSorted()).toEqual(['A.ndjson', 'B.ndjson.gz']);
  });
});
