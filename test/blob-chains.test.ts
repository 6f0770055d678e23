import { describe, expect, test } from 'vitest';
import { memoryBlobStore } from '../local/memory-sinks.ts';
import { createBlobChains } from '../shared/blocks/blob-chains.ts';
import type { KnownBlob } from '../shared/blocks/blob-chains.ts';
import { blockList } from '../shared/blocks/block-list.ts';
import type { BlobAddress, BlobStore } from '../shared/sinks.ts';
import { HOUR } from '../shared/time.ts';

const CHAIN = { container: 'archive', hour: 0, prefix: 'entra/contoso-logs-p0-', extension: '.ndjson.gz' };

async function append(store: BlobStore, blob: BlobAddress): Promise<void> {
  const { etag, blocks } = await store.state(blob);
  const ids = [...blocks.map(({ id }) => id), String(blocks.length)];
  await store.stage(blob, String(blocks.length), Buffer.from('x'));
  await store.commit(blob, ids, { ifMatch: etag, metadata: {}, tags: {}, contentType: '' });
}

function counting(store: BlobStore): { store: BlobStore; readonly reads: number } {
  let reads = 0;
  const state: BlobStore['state'] = (blob) => {
    reads++;
    return store.state(blob);
  };
  return {
    store: { ...store, state },
    get reads() {
      return reads;
    },
  };
}

function stateOf(blocks: number): KnownBlob {
  const ids = Array.from({ length: blocks }, (_, n) => String(n));
  return { etag: 'a', blocks: blockList(ids), metadata: {} };
}

describe('a chain of blobs', () => {
  test('begins with number 1, and goes on to the next when a blob is sealed', async () => {
    const store = memoryBlobStore();
    const chains = createBlobChains({ store, blocksPerBlob: 2 });
    const names: string[] = [];

    for (let n = 0; n < 5; n++) {
      const blob = await chains.open(CHAIN);
      names.push(blob.name.slice(CHAIN.prefix.length));
      await append(store, blob);
      chains.forget(blob);
    }

    expect(names).toEqual(['1.ndjson.gz', '1.ndjson.gz', '2.ndjson.gz', '2.ndjson.gz', '3.ndjson.gz']);
  });

  test('is found by an instance that knows nothing', async () => {
    const store = memoryBlobStore();
    for (const no of [1, 1, 2, 2, 3])
      await append(store, { container: 'archive', name: `${CHAIN.prefix}${no}.ndjson.gz` });

    const blob = await createBlobChains({ store, blocksPerBlob: 2 }).open(CHAIN);

    expect(blob).toEqual({ container: 'archive', name: 'entra/contoso-logs-p0-3.ndjson.gz' });
  });

  test('is read once, and again when it has been forgotten', async () => {
    const counted = counting(memoryBlobStore());
    const chains = createBlobChains({ store: counted.store, blocksPerBlob: 2 });

    const blob = await chains.open(CHAIN);
    await chains.open(CHAIN);
    await chains.state(blob);
    expect(counted.reads).toBe(1);

    chains.forget(blob);
    await chains.open(CHAIN);
    expect(counted.reads).toBe(2);
  });

  test('is not kept in mind when it is full', async () => {
    const counted = counting(memoryBlobStore());
    const chains = createBlobChains({ store: counted.store, blocksPerBlob: 1 });
    const blob = await chains.open(CHAIN);
    chains.remember(blob, stateOf(1));

    expect((await chains.open(CHAIN)).name).toMatch(/-2\.ndjson/);
    expect(counted.reads).toBe(2);

    await chains.state(blob);
    expect(counted.reads).toBe(3);
  });

  test('is kept in mind as long as there are not too many blocks in all', async () => {
    const counted = counting(memoryBlobStore());
    const chains = createBlobChains({ store: counted.store, blocksPerBlob: 50_000 });
    const blobs = Array.from({ length: 4 }, (_, n) => ({ container: 'archive', name: `${n}` }));
    for (const blob of blobs) chains.remember(blob, stateOf(10_000));

    for (const blob of blobs.slice(1)) await chains.state(blob);
    expect(counted.reads).toBe(0);
    await chains.state({ container: 'archive', name: '0' });
    expect(counted.reads).toBe(1);

    chains.remember({ container: 'archive', name: 'long' }, stateOf(50_000));
    await chains.state({ container: 'archive', name: 'long' });
    expect(counted.reads).toBe(1);
  });

  test('is forgotten when a later hour begins, and not when an earlier one comes after it', async () => {
    const counted = counting(memoryBlobStore());
    const chains = createBlobChains({ store: counted.store, blocksPerBlob: 2 });
    const before = { ...CHAIN, prefix: 'entra/before-' };
    const later = { ...CHAIN, hour: HOUR, prefix: 'entra/later-' };
    await append(counted.store, await chains.open(CHAIN));
    await chains.open(later);
    await chains.open(before);
    const { reads } = counted;

    await chains.open(later);
    await chains.open(before);
    expect(counted.reads).toBe(reads);
    const blob = await chains.open(CHAIN);
    expect(counted.reads).toBe(reads + 1);
    expect((await chains.state(blob)).blocks).toHaveLength(1);
  });

  test('goes on where it was, in an hour that has passed too', async () => {
    const counted = counting(memoryBlobStore());
    const chains = createBlobChains({ store: counted.store, blocksPerBlob: 1 });
    for (let n = 0; n < 3; n++) {
      const blob = await chains.open(CHAIN);
      await append(counted.store, blob);
      chains.forget(blob);
    }
    await chains.open(CHAIN);
    await chains.open({ ...CHAIN, hour: HOUR, prefix: 'entra/later-' });
    const { reads } = counted;

    expect((await chains.open(CHAIN)).name).toMatch(/-4\.ndjson/);
    expect(counted.reads).toBe(reads + 1);
  });

  test('of another container has numbers of its own', async () => {
    const store = memoryBlobStore();
    const chains = createBlobChains({ store, blocksPerBlob: 1 });
    await append(store, await chains.open(CHAIN));
    chains.forget(await chains.open(CHAIN));

    expect((await chains.open({ ...CHAIN, container: 'dead-letter' })).name).toMatch(/-1\.ndjson/);
    expect((await chains.open(CHAIN)).name).toMatch(/-2\.ndjson/);
  });
});
