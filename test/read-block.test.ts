import { describe, expect, test } from 'vitest';
import { blockCodec, COMPRESSIONS } from '../shared/blocks/block-codec.ts';
import type { Compression } from '../shared/blocks/block-codec.ts';
import { ingest } from '../shared/pipeline.ts';
import { readBlock, readLine } from '../shared/blocks/read-block.ts';
import { depsOver, memorySinks } from './support/deps.ts';
import type { MemorySinks } from './support/deps.ts';
import { messagesOf, PARTITION, recordOf } from './support/messages.ts';
import { archived, blobLines, headRow, sentOnce, sentRecords } from './support/read-back.ts';

/** One batch of two records, and where its block lies. */
async function archiveOne(compression: Compression, first = 0, sinks: MemorySinks = memorySinks()) {
  const records = [recordOf('Some', { n: first }), recordOf('Some', { n: first + 1 })];
  const deps = depsOver(sinks, { codec: blockCodec(compression) });
  await ingest({ partition: PARTITION, messages: messagesOf(records, { first }) }, deps);
  const block = headRow(sinks).plan?.blocks[0];
  if (!block) throw new Error('The plan has no block.');
  return { sinks, records, block, blob: { container: block.container, name: block.blob } };
}

describe.each(COMPRESSIONS)('a block with compression %s', (compression) => {
  test('is read with its origins, whatever stands before it', async () => {
    const { sinks } = await archiveOne(compression);
    const { blob, block, records } = await archiveOne(compression, 2, sinks);

    const lines = await readBlock(blob, block.id, sinks.store, block.origins);

    expect(lines?.map(({ bytes }) => bytes.toString())).toEqual(records);
    expect(lines?.map(({ sequenceNumber }) => sequenceNumber)).toEqual([2, 3]);
  });

  test('is read line by line without them', async () => {
    const { sinks, blob, block, records } = await archiveOne(compression);

    expect((await readLine(blob, block.id, 1, sinks.store))?.toString()).toBe(records[1]);
    expect(await readLine(blob, block.id, 2, sinks.store)).toBeUndefined();
  });
});

test('a block that is not there has no lines', async () => {
  const { sinks, blob, block } = await archiveOne('gzip');
  const elsewhere = { ...blob, name: 'unknown/Some/elsewhere.ndjson.gz' };

  for (const [address, id] of [
    [elsewhere, block.id],
    [blob, 'b3RoZXI='],
  ] as const) {
    expect(await readBlock(address, id, sinks.store)).toBeUndefined();
    expect(await readLine(address, id, 0, sinks.store)).toBeUndefined();
  }
});

const EXTENSIONS = { gzip: 'ndjson.gz', zstd: 'ndjson.zst', none: 'ndjson' };

test.each([
  ['gzip', 'none'],
  ['none', 'gzip'],
  ['gzip', 'zstd'],
] as const)('a plan from before %s became %s is carried out as it was begun', async (before, after) => {
  const { sinks, records } = await archiveOne(before);

  const next = await archiveOne(after, 2, sinks);

  expect(archived(sinks)).toEqual([...records, ...next.records]);
  expect(sentOnce(sinks).map(({ text }) => text)).toEqual(archived(sinks));
  // What the first instance had not noted as settled, the second has sent again.
  expect(sentRecords(sinks)).toHaveLength(records.length + archived(sinks).length);
  expect(
    [...blobLines(sinks, 'archive').keys()].map((name) => name.replace(/^.*-1\./, '')).toSorted(),
  ).toEqual([EXTENSIONS[before], EXTENSIONS[after]].toSorted());
});
