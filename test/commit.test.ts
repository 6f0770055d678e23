import { describe, expect, test } from 'vitest';
import { memoryBlobStore } from '../local/memory-sinks.ts';
import type { MemoryBlobStore } from '../local/memory-sinks.ts';
import { createBlobChains } from '../shared/blocks/blob-chains.ts';
import { encodeBlockId } from '../shared/blocks/block-id.ts';
import { commit } from '../shared/commit.ts';
import { expiryDate } from '../shared/blocks/expiry.ts';
import type { PlanBlock } from '../shared/ledger/ledger-rows.ts';
import type { BlobStore } from '../shared/sinks.ts';

const TIME = Date.parse('2026-11-20T10:11:12.345Z');

describe('expiryDate', () => {
  test.each([
    // [enqueued, days, the first day on which it may go]
    ['2026-11-20T10:11:12Z', 1, '2026-11-22'],
    ['2026-11-20T22:59:59Z', 1, '2026-11-22'],
    ['2026-11-20T23:59:59Z', 1, '2026-11-22'],
    ['2026-11-20T23:00:00Z', 1, '2026-11-22'],
    ['2026-11-21T00:00:00Z', 1, '2026-11-23'],
    ['2026-12-31T12:00:00Z', 365, '2028-01-01'],
    ['2028-02-28T12:00:00Z', 1, '2028-03-01'],
    ['2026-11-20T10:11:12Z', 36_500, '2126-10-28'],
  ])('of what came in at %s and is kept %d days is %s', (time, days, expected) => {
    expect(expiryDate(Date.parse(time), days)).toBe(expected);
  });

  test('is never early, and never more than a day late', () => {
    for (let hour = 0; hour < 48; hour++) {
      const time = Date.parse('2026-11-20T00:30:00Z') + hour * 3_600_000;
      const kept = Date.parse(expiryDate(time, 30)) - time;
      expect(kept).toBeGreaterThanOrEqual(30 * 86_400_000);
      expect(kept).toBeLessThanOrEqual(31 * 86_400_000 + 3_600_000);
    }
  });
});

let blockNo = 0;

function block(of: Partial<PlanBlock> & { retentionDays?: number } = {}): PlanBlock {
  const { retentionDays = 30, ...others } = of;
  const random = String(++blockNo).padStart(16, '0');
  const id = encodeBlockId({ run: 1, first: 1, last: 2, time: TIME, records: 1, retentionDays, random });
  return {
    container: 'archive',
    blob: 'entra/a b/1.ndjson',
    id,
    source: 'entra',
    category: 'a b',
    passOn: true,
    ...others,
  };
}

async function begin(of: { blocks: readonly PlanBlock[] }): Promise<MemoryBlobStore> {
  const store = memoryBlobStore();
  for (const one of of.blocks) await put(store, one);
  return store;
}

async function put(store: BlobStore, one: PlanBlock): Promise<void> {
  await store.stage({ container: one.container, name: one.blob }, one.id, Buffer.from('{}\n'));
}

function commitTo(store: BlobStore, one: PlanBlock, chains = createBlobChains({ store, blocksPerBlob: 10 })) {
  return commit(one, chains, { store });
}

function optionsIn(store: MemoryBlobStore) {
  return store.blobs.get('archive/entra/a b/1.ndjson')?.options;
}

async function idsIn(store: BlobStore): Promise<string[]> {
  const { blocks } = await store.state({ container: 'archive', name: 'entra/a b/1.ndjson' });
  return blocks.map(({ id }) => id);
}

describe('commit', () => {
  test('begins a blob, with tags and content type', async () => {
    const one = block();
    const store = await begin({ blocks: [one] });

    expect(await commitTo(store, one)).toBe('committed');

    expect(optionsIn(store)).toMatchObject({
      contentType: 'application/x-ndjson',
      metadata: {},
      tags: { source: 'entra', category: 'a+20b', expires: '2026-12-21' },
    });
  });

  test('has no tag `expires` on what is kept for ever', async () => {
    const one = block({ retentionDays: 0 });
    const store = await begin({ blocks: [one] });

    await commitTo(store, one);

    expect(optionsIn(store)?.tags).toEqual({ source: 'entra', category: 'a+20b' });
  });

  test('leaves a blob the retention that it was begun with', async () => {
    const [one, two] = [block({ retentionDays: 0 }), block({ retentionDays: 7 })];
    const store = await begin({ blocks: [one] });
    await commitTo(store, one);
    await put(store, two);

    await commitTo(store, two);

    expect(await idsIn(store)).toEqual([one.id, two.id]);
    expect(optionsIn(store)?.tags).not.toHaveProperty('expires');
  });

  test('widens the event times, and keeps other metadata', async () => {
    const [one, two, three] = [
      block({ events: [TIME, TIME + 5] }),
      block({ events: [TIME + 9, TIME + 9] }),
      block(),
    ];
    const store = await begin({ blocks: [one] });

    for (const each of [one, two, three]) {
      await put(store, each);
      await commitTo(store, each);
    }

    expect(optionsIn(store)?.metadata).toEqual({
      expires: '2026-12-21',
      leasteventtime: '2026-11-20T10:11:12.345Z',
      greatesteventtime: '2026-11-20T10:11:12.354Z',
      blocks: '3',
      records: '3',
    });
  });

  test('goes on where somebody has edited the metadata', async () => {
    const [one, two] = [block({ events: [TIME, TIME] }), block({ events: [TIME, TIME] })];
    const store = await begin({ blocks: [one] });
    const metadata = { leasteventtime: 'nonsense', owner: 'me' };
    const blob = { container: one.container, name: one.blob };
    await store.commit(blob, [one.id], { ifMatch: undefined, metadata, tags: {}, contentType: '' });
    await put(store, two);

    expect(await commitTo(store, two)).toBe('committed');
    expect(optionsIn(store)?.metadata).toMatchObject({
      owner: 'me',
      leasteventtime: '2026-11-20T10:11:12.345Z',
    });
  });

  test('has a block in the list once, however often and by whomever', async () => {
    const one = block();
    const store = await begin({ blocks: [one] });
    const [chains, rival] = [1, 2].map(() => createBlobChains({ store, blocksPerBlob: 10 }));
    await rival?.state({ container: one.container, name: one.blob });

    const outcomes = [
      await commitTo(store, one, chains),
      await commitTo(store, one, chains),
      await commitTo(store, one, rival),
    ];

    expect(outcomes).toEqual(['committed', 'committed', 'committed']);
    expect(await idsIn(store)).toEqual([one.id]);
  });

  test('reads again where a rival has changed the blob in the meantime', async () => {
    const [one, two] = [block(), block()];
    const store = await begin({ blocks: [one] });
    const chains = createBlobChains({ store, blocksPerBlob: 10 });
    await chains.state({ container: one.container, name: one.blob });
    await commitTo(store, one);
    await put(store, two);

    expect(await commitTo(store, two, chains)).toBe('committed');
    expect(await idsIn(store)).toEqual([one.id, two.id]);
  });

  test('says `gone` of a block that is staged no more, and leaves the blob as it is', async () => {
    const [one, two] = [block(), block()];
    const store = await begin({ blocks: [one] });
    await commitTo(store, one);

    expect(await commitTo(store, two)).toBe('gone');
    expect(await idsIn(store)).toEqual([one.id]);
  });

  test('gives up with an Error on a blob that keeps changing', async () => {
    const one = block();
    const store: BlobStore = { ...memoryBlobStore(), commit: () => Promise.resolve('changed') };

    await expect(commitTo(store, one)).rejects.toMatchObject({ code: 'ledger-contended', retriable: true });
  });
});
